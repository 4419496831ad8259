/**
 * One shell script per source pod runs all its probes at the same time. It must work in ash and dash, with a read-only
 * root file system (no temporary files), and its output must be told apart although it arrives in any order.
 */
import { readExecOutput } from './exec-output.ts'
import type { ProbeReading, ProbeTry } from './port.ts'
import { quoteArg } from './quote.ts'

/** Seconds a connect may take; nothing else may call itself a drop. */
const connectTimeout = 3

/** The command of one probe, as a person would type it inside the container. */
export function probeArgv(probe: ProbeTry): string[] {
  switch (probe.tool) {
    case 'nc':
      return ['nc', '-zvw', String(connectTimeout), probe.host, String(probe.port ?? 80)]
    case 'curl':
      return curlArgv(probe)
    case 'ping':
      return ['ping', '-c', '3', '-W', '2', probe.host]
    case 'dig':
      return [
        'dig',
        '+search',
        '+short',
        '+time=2',
        '+tries=1',
        ...(probe.port === undefined ? [] : ['-p', String(probe.port)]),
        ...(probe.server === undefined ? [] : [`@${probe.server}`]),
        probe.host,
      ]
  }
}

function curlArgv(probe: ProbeTry): string[] {
  const scheme = probe.scheme ?? 'http'
  const port = probe.port ?? (scheme === 'https' ? 443 : 80)
  const usual = scheme === 'https' ? 443 : 80
  return [
    'curl',
    '-sS',
    '-o',
    '/dev/null',
    // HEAD is enough to see a connection; the shop's pages are asked with GET.
    ...(probe.get ? [] : ['-I']),
    '--connect-timeout',
    String(connectTimeout),
    '-m',
    '25',
    // A proxy from the pod's environment would be probed instead of the target.
    '--noproxy',
    '*',
    ...(probe.resolveTo === undefined ? [] : ['--resolve', `${probe.host}:${port}:${probe.resolveTo}`]),
    '-w',
    '%{http_code} %{remote_ip} %{time_namelookup} %{time_connect}',
    `${scheme}://${probe.host}${port === usual ? '' : `:${port}`}${probe.path ?? '/'}`,
  ]
}

/** The same command as one line. */
export function probeCommand(probe: ProbeTry): string {
  return probeArgv(probe).map(quoteArg).join(' ')
}

/**
 * Each probe prints one frame: `@hw N EXIT`, its output, `@hw N .`. A frame is written by a single printf, so frames of
 * concurrent probes do not mix while they are smaller than a pipe's atomic size (4 KiB; dash and glibc), and the parser
 * copes when they do.
 */
export function buildProbeScript(probes: readonly ProbeTry[]): string {
  return [
    'export LC_ALL=C',
    `p(){ n=$1; shift; o=$("$@" 2>&1); c=$?; printf '@hw %s %s\\n%s\\n@hw %s .\\n' "$n" "$c" "$o" "$n"; }`,
    ...probes.map((probe, index) => `p ${index} ${probeCommand(probe)} &`),
    'wait',
  ].join('\n')
}

/** One frame per probe; a probe without a whole frame of its own was cut off. */
export function parseProbeScript(stdout: string, count: number): ({ exitCode: number; output: string } | null)[] {
  const frames = new Array<{ exitCode: number; output: string } | null>(count).fill(null)
  let current: { index: number; exitCode: number; lines: string[] } | null = null
  for (const line of stdout.replaceAll('\r', '').split('\n')) {
    const mark = /^@hw (\d+) (\d+|\.)$/.exec(line)
    if (!mark) {
      current?.lines.push(line)
      continue
    }
    const index = Number(mark[1])
    if (mark[2] !== '.') {
      // A frame that starts inside another one: both are spoilt, neither may become evidence.
      current = current ? null : { index, exitCode: Number(mark[2]), lines: [] }
    } else {
      if (current && current.index === index && index < count) {
        frames[index] = { exitCode: current.exitCode, output: current.lines.join('\n').trim() }
      }
      current = null
    }
  }
  return frames
}

/** The readings of a whole script's output. */
export function readProbeScript(
  probes: readonly ProbeTry[],
  stdout: string,
  shown: (command: readonly string[]) => string = (command) => command.map(quoteArg).join(' '),
): Map<string, ProbeReading> {
  const frames = parseProbeScript(stdout, probes.length)
  return new Map(
    probes.map((probe, index) => {
      const frame = frames[index] ?? null
      const reading = readExecOutput({
        tool: probe.tool,
        command: probeCommand(probe),
        exitCode: frame?.exitCode ?? null,
        stdout: '',
        stderr: frame?.output ?? '',
      })
      return [probe.key, { ...reading, evidence: { ...reading.evidence, command: shown(probeArgv(probe)) } }] as const
    }),
  )
}
