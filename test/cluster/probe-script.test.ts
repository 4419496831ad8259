import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProbeTry } from '../../src/cluster/port.ts'
import { buildProbeScript, parseProbeScript, probeCommand, readProbeScript } from '../../src/cluster/probe-script.ts'

/** Shells the script must work in; those that are not here are skipped. */
const shells = [['sh'], ['dash'], ['bash', '--norc', '--posix'], ['busybox', 'sh']].map((shell) => ({
  shell,
  there: has(shell),
}))

function has([program, ...args]: string[]): boolean {
  try {
    execFileSync(program!, [...args, '-c', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const probes: ProbeTry[] = [
  { key: 'open', tool: 'nc', host: 'cartservice.hipstershop', port: 7070 },
  { key: 'blocked', tool: 'nc', host: 'redis-cart', port: 6379 },
  { key: 'silent', tool: 'nc', host: 'refused', port: 1 },
  { key: 'page', tool: 'curl', host: 'frontend', get: true, path: '/cart' },
  { key: 'name', tool: 'dig', host: "it's;$(reboot)" },
  { key: 'missing', tool: 'ping', host: 'google.com' },
]

/** Tools that answer as the captured ones do. */
const tools: Record<string, string> = {
  nc: `case "$3" in cartservice.hipstershop) echo "$3 (10.0.0.1:$4) open" >&2;; redis-cart) echo "nc: $3 (10.0.0.2:$4): Operation timed out" >&2; exit 1;; *) exit 1;; esac`,
  curl: `echo "curl: (28) Operation timed out" >&2; printf '500 10.0.0.3 0.001000 0.002000'`,
  dig: `printf '%s\\n' "; asked: $5" 'two words' 'a * glob' 203.0.113.10 203.0.113.11`,
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hw-probe-'))
  for (const [name, body] of Object.entries(tools)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`)
    chmodSync(join(folder, name), 0o755)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(shells)('the probe script in $shell', ({ shell, there }) => {
  it.skipIf(!there || process.platform === 'win32')(
    'runs every probe and tells their outputs apart, however they are written',
    () => {
      for (let round = 0; round < 20; round++) once()
    },
  )

  function once() {
    const [program, ...args] = shell
    // Only these tools: ping is missing, as in an image without it. Nothing is written to a disk.
    const path =
      program === 'busybox'
        ? execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim()
        : execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim()
    const stdout = execFileSync(path, [...args, '-c', buildProbeScript(probes)], {
      encoding: 'utf8',
      env: { PATH: folder },
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const readings = readProbeScript(probes, stdout)
    expect([...readings].map(([key, reading]) => [key, reading.outcome])).toEqual([
      ['open', 'open'],
      ['blocked', 'timed-out'],
      ['silent', 'refused'],
      ['page', 'open'],
      ['name', 'open'],
      // busybox's shell may bring a ping of its own.
      ['missing', program === 'busybox' ? expect.any(String) : 'cannot-run'],
    ])
    expect(readings.get('page')).toMatchObject({ httpStatus: 500, addresses: ['10.0.0.3'] })
    expect(readings.get('name')).toMatchObject({ addresses: ['203.0.113.10', '203.0.113.11'] })
    expect(readings.get('name')!.evidence.output).toContain("asked: it's;$(reboot)\ntwo words\na * glob\n203")
  }
})

describe('the output of a probe script', () => {
  it('is read line by line, in any order, with terminal line ends too', () => {
    const text = '@hw 1|b\r\n@hw 0|a\r\n@hw 1|=0\r\n@hw 0|c\r\n@hw 0|=1\r\n'
    expect(parseProbeScript(text, 2)).toEqual([
      { exitCode: 1, output: 'a\nc' },
      { exitCode: 0, output: 'b' },
    ])
  })

  it.each([
    ['cut in the middle', '@hw 0|x\n@hw 0|=1\n@hw 1|nc: h (10.0.0.1:1): Operation timed o'],
    ['without its exit code', '@hw 0|x\n@hw 0|=1\n@hw 1|nc: h (10.0.0.1:1): Operation timed out\n'],
    [
      'run into another line',
      '@hw 0|x\n@hw 0|=1\n@hw 1|nc: h (10.0@hw 2|y\n.0.1:1): Operation timed out\n@hw 1|=1\n@hw 2|=0\n',
    ],
    ['never begun', '@hw 0|x\n@hw 0|=1\n'],
  ])('%s is no evidence', (_name, text) => {
    const frames = parseProbeScript(text, 3)
    expect(frames[0]).toEqual({ exitCode: 1, output: 'x' })
    expect(frames[1]).toBeNull()
    const three: ProbeTry[] = [0, 1, 2].map((port) => ({ key: String(port), tool: 'nc', host: 'h', port }))
    expect(readProbeScript(three, text).get('1')!.outcome).toBe('unclear')
  })
})

describe('the command of a probe', () => {
  it.each<[ProbeTry, string]>([
    [{ key: '', tool: 'nc', host: 'h', port: 1 }, 'nc -zvw 3 h 1'],
    [{ key: '', tool: 'ping', host: 'google.com' }, 'ping -c 3 -W 2 google.com'],
    [
      { key: '', tool: 'dig', host: 'google.com', server: '10.96.0.10' },
      'dig +search +short +time=2 +tries=1 @10.96.0.10 google.com',
    ],
    [
      { key: '', tool: 'curl', host: 'google.com' },
      "curl -sS -o /dev/null -I --connect-timeout 3 -m 25 --noproxy '*' -w '%{http_code} %{remote_ip} %{time_namelookup} %{time_connect}' http://google.com/",
    ],
    [
      { key: '', tool: 'curl', host: 'google.com', scheme: 'https', resolveTo: '203.0.113.10', get: true },
      "curl -sS -o /dev/null --connect-timeout 3 -m 25 --noproxy '*' --resolve google.com:443:203.0.113.10 -w '%{http_code} %{remote_ip} %{time_namelookup} %{time_connect} %{size_download}' https://google.com/",
    ],
  ])('%j', (probe, command) => {
    expect(probeCommand(probe)).toBe(command)
  })
})
