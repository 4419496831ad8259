import type { WorkshopEvent } from '../engine/events.ts'
import { probeFlow } from '../engine/probe-flow.ts'
import { usageError } from '../errors/catalog/usage.ts'
import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { parseTarget } from '../policy/parse-target.ts'
import { whyText } from '../text/why.ts'
import { actualWord, duration, targetName } from '../text/words.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions } from './options.ts'
import { writeJson } from './report.ts'
import { openWork, type WorkOptions } from './work.ts'

type Options = WorkOptions & OutputOptions & { tool?: 'nc' | 'curl' | 'ping' | 'dig' }
type Settled = Extract<WorkshopEvent, { type: 'probe-settled' }>

/** `probe`: one connection. Exit 0 when something is known of it, 3 when nothing is (it could not be tried, or does not count). */
export async function probe(
  options: Options,
  context: CommandContext,
  [from, to]: [string, string],
): Promise<ExitCode> {
  const { name, port } = parseTarget(to)
  if (typeof port === 'number' && (port < 1 || port > 65_535))
    throw usageError(`${port} is not a port; ports go from 1 to 65535.`, 'Give the port of the Service or of the pod.')
  const opened = await openWork(options, context, 'read')
  try {
    const events = probeFlow(opened.work, {
      from,
      to: name,
      ...(port === null ? {} : { port }),
      ...(options.tool ? { tool: options.tool } : {}),
    })
    let next = await events.next()
    for (; !next.done; next = await events.next()) {
      if (options.output === 'text' && next.value.type === 'notice')
        context.io.stdout.write(`note: ${escapeControl(next.value.text)}\n`)
    }
    const settled = next.value
    if (options.output === 'json') writeJson(context, settled)
    else context.io.stdout.write(escapeControl(probeText(settled), { multiline: true }))
    return settled.actual === 'cannot-run' || settled.actual === 'not-probed' ? exitCodes.unmet : exitCodes.done
  } finally {
    await opened.close()
  }
}

function probeText({ probe, actual, evidence, decidedBy, remedy, attempts, convergedMs }: Settled): string {
  const why = whyText(decidedBy)
  const lines = [
    `${probe.from.workload} -> ${targetName(probe.to)} by ${probe.tool}: ${actualWord(actual)}`,
    ...(why ? [`  policy: ${why}`] : []),
    ...(remedy ? [`  ${remedy}`] : []),
    ...(evidence.command ? [`  $ ${evidence.command}`] : []),
    ...evidence.output
      .split('\n')
      .filter(Boolean)
      .map((line) => `    ${line}`),
    ...(evidence.exitCode === null ? [] : [`    exit code ${evidence.exitCode}`]),
    `  ${attempts === 1 ? 'one attempt' : `${attempts} attempts`}, ${duration(convergedMs)}`,
  ]
  return `${lines.join('\n')}\n`
}
