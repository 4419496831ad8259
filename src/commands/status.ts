import { readStatus, type StatusReport } from '../engine/status.ts'
import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions } from './options.ts'
import { writeJson } from './report.ts'
import { openWork, type WorkOptions } from './work.ts'

/** `status`: the step the cluster is at and what differs from it. Exit 3 with drift. */
export async function status(options: WorkOptions & OutputOptions, context: CommandContext): Promise<ExitCode> {
  const opened = await openWork(options, context, 'read')
  try {
    const report = await readStatus(opened.work.deps, opened.track)
    if (options.output === 'json') writeJson(context, { ...report, context: opened.place.cluster.context })
    else context.io.stdout.write(statusText(report, opened.place.cluster.context))
    return report.ok ? exitCodes.done : exitCodes.unmet
  } finally {
    await opened.close()
  }
}

function statusText(report: StatusReport, context: string): string {
  const place = escapeControl(context)
  const head =
    report.step === null
      ? `${place}: track ${report.track}, before the workshop.`
      : `${place}: track ${report.track}, after step ${report.step} (${escapeControl(report.title ?? '')}).`
  const proved =
    report.recorded === null ? 'No step was proved here yet.' : `Proved here up to step ${report.recorded}.`
  const findings = report.findings.flatMap(({ kind, text, repair }) => [
    `${kind}: ${escapeControl(text)}`,
    `  ${escapeControl(repair)}`,
  ])
  return `${[head, proved, ...(findings.length > 0 ? findings : ['Everything is as this step leaves it.'])].join('\n')}\n`
}
