import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ImageFacts } from '../../../src/sandbox/netexec/images.ts'
import { createLab, type Lab } from './capture-lab.ts'

interface Capture {
  tool: string
  variant: string
  command: string
  situation: string
  stdout: string
  stderr: string
  exitCode: number
  durationMs?: number
}

const CAPTURES: Capture[] = JSON.parse(readFileSync(new URL('../../data/probe-outputs.json', import.meta.url), 'utf8'))

/** The variants that are simulated, and the image that has them. */
const SIMULATED: Readonly<Record<string, Partial<ImageFacts> & { extra?: string[] }>> = {
  'busybox 1.37.0, musl, NC_110_COMPAT (Alpine-style)': {},
  'busybox 1.37.0, musl (Alpine-style)': {},
  'netcat-openbsd 1.219 (Debian 12)': { nc: 'openbsd', libc: 'glibc' },
  'missing, sh is busybox ash': { tools: new Set(['sh', 'grep']) },
  'missing, sh is dash (Debian images)': { shell: 'dash', tools: new Set(['sh', 'grep']) },
  'curl 7.88.1 (Debian 12)': { curl: '7.88.1', libc: 'glibc', extra: ['curl'] },
  'curl 8.14.1 (Debian 13)': { curl: '8.14.1', libc: 'glibc', extra: ['curl'] },
  'iputils 20240905 (Debian 13)': { ping: 'iputils', libc: 'glibc' },
  'iputils 20221126, uid 1000, no capabilities, ping_group_range "1 0"': { ping: 'iputils', libc: 'glibc', uid: 1000 },
  'busybox 1.37.0 musl, uid 1000, no capabilities, ping_group_range "1 0"': { uid: 1000 },
  'glibc 2.36 (Debian 12)': { libc: 'glibc' },
  'bind9 9.18 (Debian 12; network-multitool ships bind-tools)': { nslookup: 'bind', libc: 'glibc', extra: ['dig'] },
}

/** Captured with a tool or a reply the simulation does not claim, each with its reason. */
function whyNot({ variant, situation, tool }: Capture): string | null {
  if (tool === 'runc exec' || tool.startsWith('kubectl')) return 'not a tool inside a pod'
  if (!Object.hasOwn(SIMULATED, variant)) return 'another flavour of the tool'
  if (situation.includes('port-unreachable') && tool === 'ping')
    return 'nothing in the sandbox answers ICMP with ICMP errors'
  if (situation.includes('admin-prohibited') && tool === 'ping')
    return 'nothing in the sandbox answers ICMP with ICMP errors'
  return null
}

/** Measured times and the meter's redraws are the only things that may differ. */
function normalized(text: string): string {
  return text
    .replace(/time=[\d.]+ ms/g, 'time=T ms')
    .replace(/time \d+ms/g, 'time Tms')
    .replace(/(min\/avg\/max(?:\/\w+)?) = [\d./]+ ms/g, '$1 = T ms')
    .replace(
      /after (\d+) (ms|milliseconds)/g,
      (_, n: string, unit: string) => `after ${Math.round(Number(n) / 100) * 100} ${unit}`,
    )
    .replace(/\b0\.0\d{5}\b/g, (n) => (Number(n) === 0 ? '0.000000' : '0.00T'))
    .replace(/(\r {2}0 {5}0 {4}0 {5}0 {4}0 {5}0 {6}0 {6}0 --:--:-- --:--:-- --:--:-- {5}0)+/g, '<idle>')
    .replace(/shop_session-id=[\w-]+/g, 'shop_session-id=S')
    .replace(/Date: .* GMT/g, 'Date: D')
}

const claimed = CAPTURES.filter((capture) => whyNot(capture) === null)

describe('the tools in pods say what the real ones said', () => {
  it('claims most of the captures', () => {
    expect(claimed.length).toBeGreaterThan(130)
  })

  it.each(
    claimed.map((capture) => [`${capture.variant}: ${capture.command} (${capture.situation})`, capture] as const),
  )('%s', async (_, capture) => {
    const { extra = [], ...facts } = SIMULATED[capture.variant] as (typeof SIMULATED)[string]
    const lab: Lab = createLab(facts, extra)
    const result = await lab.run(capture.command)
    expect({ code: result.code, stdout: normalized(result.stdout), stderr: normalized(result.stderr) }).toEqual({
      code: capture.exitCode,
      stdout: normalized(capture.stdout),
      stderr: normalized(capture.stderr),
    })
    // Only the second SYN of these clients sees the ICMP error; a reset is seen at once. The simulation knows no ICMP errors.
    if (capture.situation.includes('port-unreachable')) return
    const real = capture.durationMs ?? 0
    expect(Math.abs(result.simulatedMs - real), `waited ${result.simulatedMs} ms, really ${real} ms`).toBeLessThan(
      300 + real * 0.02,
    )
  })
})
