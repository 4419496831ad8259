import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readExecOutput } from '../../src/cluster/exec-output.ts'
import type { ProbeReading, ProbeToolName } from '../../src/cluster/port.ts'

interface Capture {
  tool: string
  variant: string
  command: string
  situation: string
  stdout: string
  stderr: string
  exitCode: number
}

const captures: Capture[] = JSON.parse(readFileSync(new URL('../data/probe-outputs.json', import.meta.url), 'utf8'))

/** The tool a captured line really runs; null: not a probe (nslookup, wget, getent, sleep, kubectl itself). */
function toolOf(capture: Capture): ProbeToolName | null {
  if (['nc', 'curl', 'ping', 'dig'].includes(capture.tool)) return capture.tool as ProbeToolName
  if (capture.tool === 'kubectl exec' || capture.tool === 'runc exec') return 'nc'
  return null
}

/** Written by hand from what the situation is, first match wins; never from what the reader says. */
const truth: [RegExp, ProbeReading['outcome'], ((capture: Capture) => boolean)?][] = [
  [/^UDP, silently dropped/, 'unclear'],
  [/^UDP, port closed/, 'refused'],
  [
    /tool missing in the image, the seeds' pipeline|timed-out, the seeds' pipeline|name not resolved, the seeds' pipeline|timed-out without --connect-timeout/,
    'unclear',
  ],
  [/^timed-out, without -v$/, 'unclear'],
  [/^image without a shell|^tool missing|^this nc has no -z|^not permitted to open/, 'cannot-run'],
  // This busybox build always wants a raw socket, whatever the runtime allows.
  [/^unprivileged ICMP enabled/, 'cannot-run', (capture) => capture.variant.includes('busybox')],
  [/^name not resolved|^NXDOMAIN|^SERVFAIL|^DNS dropped/, 'name-not-resolved'],
  // busybox's ping prints the same for a drop and for a rejection.
  [
    /^100% loss|^rejected with ICMP/,
    'unclear',
    (capture) => capture.tool === 'ping' && capture.variant.includes('busybox'),
  ],
  [/^timed-out|^100% loss|^remote command failed \(blocked probe\)/, 'timed-out'],
  [/^refused|^rejected|^no route/, 'refused'],
  [/^open|^200 OK|^301|^redirect|^HTTP 500|^connected|^TLS|^all replies|^33% loss|^unprivileged ICMP enabled/, 'open'],
]

function expected(capture: Capture): ProbeReading['outcome'] {
  const row = truth.find(([pattern, , applies]) => pattern.test(capture.situation) && (applies?.(capture) ?? true))
  if (!row) throw new Error(`no truth for ${capture.situation}`)
  return row[1]
}

const probes = captures.filter((capture) => toolOf(capture) !== null)

describe('readExecOutput over every captured output', () => {
  it('covers all captures but the tools no probe uses', () => {
    expect(captures).toHaveLength(212)
    expect(
      [...new Set(captures.filter((capture) => toolOf(capture) === null).map((capture) => capture.tool))].sort(),
    ).toEqual(['getent', 'kubectl', 'kubectl apply', 'kubectl debug', 'nslookup', 'sleep', 'wget'])
  })

  it.each(
    probes.map(
      (capture) => [`${capture.tool} ${capture.variant}: ${capture.command}: ${capture.situation}`, capture] as const,
    ),
  )('%s', (_name, capture) => {
    const tool = toolOf(capture)!
    const reading = readExecOutput({ ...capture, tool })
    expect(reading.outcome).toBe(expected(capture))
    // A terminal joins the streams and ends lines with CRLF; our script joins them into one: the same verdict.
    const joined = `${capture.stdout}${capture.stderr}`.replaceAll('\n', '\r\n')
    expect(readExecOutput({ ...capture, tool, stdout: joined, stderr: '' }).outcome).toBe(expected(capture))
  })

  it('keeps the evidence, with control characters made visible', () => {
    const reading = readExecOutput({
      tool: 'nc',
      command: 'nc -zvw 3 a 1',
      exitCode: 1,
      stdout: '',
      stderr: '\u001b[2Jnc: odd\n',
    })
    expect(reading).toMatchObject({
      outcome: 'unclear',
      evidence: { command: 'nc -zvw 3 a 1', exitCode: 1, output: '\\u001b[2Jnc: odd' },
    })
  })
})

describe('what must never count as a drop', () => {
  const cases: [string, ProbeToolName, string, number | null, string, ProbeReading['outcome']][] = [
    [
      'a host called like the error',
      'nc',
      'nc -zvw 3 timed-out 1',
      1,
      "nc: bad address 'Operation timed out'",
      'name-not-resolved',
    ],
    [
      'one address refused, the other silent',
      'nc',
      'nc -zvw 3 h 1',
      1,
      'nc: connect to h (::1) port 1 (tcp) timed out: Operation now in progress\nnc: connect to h (10.0.0.1) port 1 (tcp) failed: Connection refused',
      'refused',
    ],
    ['an exec that was cut off', 'nc', 'nc -zvw 3 h 1', null, '', 'unclear'],
    ['a killed nc', 'nc', 'nc -zvw 3 h 1', 137, 'nc: h (10.0.0.1:1): Operation timed out', 'unclear'],
    ['silence with another exit code', 'nc', 'nc -zvw 3 h 1', 2, '', 'unclear'],
    ['a denied socket', 'nc', 'nc -zvw 3 h 1', 1, 'nc: socket: Operation not permitted', 'unclear'],
    [
      'curl 28 with times that say: no name yet',
      'curl',
      'curl -w x http://github.com/',
      28,
      'curl: (28) Connection timed out after 3002 milliseconds\n000  0.000000 0.000000',
      'name-not-resolved',
    ],
    [
      'curl 28 after the connection',
      'curl',
      'curl -w x http://frontend/',
      28,
      'curl: (28) Operation timed out after 25001 milliseconds with 0 bytes received\n000 10.0.0.1 0.001000 0.002000',
      'open',
    ],
    ['curl 28 without a word', 'curl', 'curl http://frontend/', 28, '', 'unclear'],
    [
      'curl 7 by the kernel',
      'curl',
      'curl http://frontend/',
      7,
      'curl: (7) Failed to connect to frontend port 80: Connection timed out',
      'unclear',
    ],
    ['curl 35 before the connection', 'curl', 'curl https://frontend/', 35, '000  0.001000 0.000000', 'unclear'],
    ['curl through a proxy', 'curl', 'curl http://frontend/', 5, 'curl: (5) Could not resolve proxy: proxy', 'unclear'],
    [
      'a lookup without an answer',
      'dig',
      'dig +short github.com',
      9,
      ';; no servers could be reached',
      'name-not-resolved',
    ],
    ['ping without statistics', 'ping', 'ping -c 3 h', 1, 'PING h (10.0.0.1): 56 data bytes', 'unclear'],
  ]
  it.each(cases)('%s', (_name, tool, command, exitCode, stderr, outcome) => {
    expect(readExecOutput({ tool, command, exitCode, stdout: '', stderr }).outcome).toBe(outcome)
  })
})

describe('what counts', () => {
  it('reads an address that was connected to without a lookup as a drop', () => {
    const command =
      "curl -sS -o /dev/null -I -w '%{http_code} %{remote_ip} %{time_namelookup} %{time_connect}' http://10.0.0.1/"
    expect(
      readExecOutput({ tool: 'curl', command, exitCode: 28, stdout: '', stderr: '000  0.000000 0.000000' }).outcome,
    ).toBe('timed-out')
  })

  it('reads a query at a server that stays silent as a drop', () => {
    const output = {
      tool: 'dig' as const,
      stdout: '',
      stderr: ';; communications error to 10.96.0.10#53: timed out\n;; no servers could be reached',
    }
    expect(readExecOutput({ ...output, command: 'dig +short @10.96.0.10 github.com', exitCode: 9 }).outcome).toBe(
      'timed-out',
    )
  })

  it('hands on the HTTP status and the addresses', () => {
    expect(
      readExecOutput({
        tool: 'curl',
        command: 'curl x',
        exitCode: 0,
        stdout: '500 10.77.0.12 0.000689 0.000946 1234',
        stderr: '',
      }),
    ).toMatchObject({
      outcome: 'open',
      httpStatus: 500,
      pageBytes: 1234,
      addresses: ['10.77.0.12'],
    })
    expect(
      readExecOutput({
        tool: 'dig',
        command: 'dig +short x',
        exitCode: 0,
        stdout: 'www.x.\n203.0.113.10\n203.0.113.11\n',
        stderr: '',
      }),
    ).toMatchObject({
      outcome: 'open',
      addresses: ['203.0.113.10', '203.0.113.11'],
    })
  })
})
