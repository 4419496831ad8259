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
function probeArgv(probe: ProbeTry): string[] {
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
    // How big a page is tells the shop's own from a stand-in's.
    `%{http_code} %{remote_ip} %{time_namelookup} %{time_connect}${probe.get ? ' %{size_download}' : ''}`,
    `${scheme}://${probe.host}${port === usual ? '' : `:${port}`}${probe.path ?? '/'}`,
  ]
}

/** The same command as one line. */
export function probeCommand(probe: ProbeTry): string {
  return probeArgv(probe).map(quoteArg).join(' ')
}

/**
 * Every line a probe prints carries its number (`@hw 3|text`), and its exit code comes last (`@hw 3|=1`): shells write
 * line by line (bash) or in blocks (dash, ash), so lines of concurrent probes may alternate. One printf prefixes all
 * lines, because unquoted `$o` is split at newlines only (IFS) and never globbed (set -f); `$?` is still the probe's
 * there. As few commands per probe as that takes: a pod is asked a dozen at once.
 */
export function buildProbeScript(probes: readonly ProbeTry[]): string {
  return [
    'export LC_ALL=C',
    'set -f',
    "IFS='",
    "'",
    `p(){ o=$("$@" 2>&1); printf "@hw $n|%s\\n" $o "=$?"; }`,
    ...probes.map((probe, index) => `n=${index} p ${probeCommand(probe)} &`),
    'wait',
  ].join('\n')
}

/** null: the probe was cut off before its end, or its lines got mixed with another's: no evidence either way. */
export function parseProbeScript(stdout: string, count: number): ({ exitCode: number; output: string } | null)[] {
  const lines = Array.from({ length: count }, (): string[] => [])
  const spoilt = new Set<number>()
  for (const line of stdout.replaceAll('\r', '').split('\n')) {
    const [mark, index, text] = /^@hw (\d+)\|(.*)$/.exec(line) ?? []
    // A mark inside a line: two writes ran into each other. A line without one: the rest of such a line.
    if (mark === undefined || line.includes('@hw ', 1)) {
      for (const [, number] of line.matchAll(/@hw (\d+)\|/g)) spoilt.add(Number(number))
      continue
    }
    lines[Number(index)]?.push(text!)
  }
  return lines.map((own, index) => {
    const code = /^=(\d+)$/.exec(own.pop() ?? '')?.[1]
    if (code === undefined || spoilt.has(index)) return null
    return { exitCode: Number(code), output: own.join('\n').trim() }
  })
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
