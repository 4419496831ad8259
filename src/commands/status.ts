import { lockHolder } from '../engine/lock.ts'
import { readStatus } from '../engine/status.ts'
import { type Standing, watchStatus } from '../engine/watch-status.ts'
import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions } from './options.ts'
import { workshopFolder } from './place.ts'
import { writeJson } from './report.ts'
import { type OpenWork, openWork, type WorkOptions } from './work.ts'

interface Options extends WorkOptions, OutputOptions {
  watch?: boolean
}

/** `status`: the step the cluster is at and what differs from it. Exit 3 with drift. `--watch` says it again whenever that changes. */
export async function status(options: Options, context: CommandContext): Promise<ExitCode> {
  const opened = await openWork(options, context, 'read')
  try {
    if (options.watch) return await watch(opened, options, context)
    const { deps } = opened.work
    const [report, holder] = await Promise.all([readStatus(deps, opened.track), lockHolder(deps, opened.track)])
    say({ ...report, holder }, opened, options, context)
    return report.ok ? exitCodes.done : exitCodes.unmet
  } finally {
    await opened.close()
  }
}

/** Until Ctrl-C. */
async function watch(opened: OpenWork, options: Options, context: CommandContext): Promise<ExitCode> {
  if (options.output === 'text') context.io.stderr.write('Watching; nothing is changed. Ctrl-C ends it.\n')
  try {
    for await (const standing of watchStatus(opened.work.deps, opened.track, context.signal))
      say(standing, opened, options, context)
  } catch (error) {
    if (!context.signal.aborted) throw error
  }
  return exitCodes.interrupted
}

function say(standing: Standing, { place }: OpenWork, options: Options, context: CommandContext): void {
  if (options.output === 'json') writeJson(context, { ...standing, context: place.cluster.context })
  else context.io.stdout.write(statusText(standing, place.cluster.context, workshopFolder(place.home)))
}

function statusText(report: Standing, context: string, folder: string): string {
  const place = escapeControl(context)
  const head =
    report.step === null
      ? `${place}: track ${report.track}, before the workshop.`
      : `${place}: track ${report.track}, after step ${report.step} (${escapeControl(report.title ?? '')}).`
  const { holder } = report
  const work = holder
    ? [`Worked on by process ${holder.pid} on ${escapeControl(holder.host)} since ${escapeControl(holder.since)}.`]
    : []
  const proved =
    report.recorded === null ? 'No step was proved here yet.' : `Proved here up to step ${report.recorded}.`
  const findings = report.findings.flatMap(({ kind, text, repair }) => [
    `${kind}: ${escapeControl(text)}`,
    `  ${escapeControl(repair)}`,
  ])
  // Lines that name a manifest work in the folder they are copied to, and nowhere else.
  if (findings.length > 0) findings.push(`The lines can be pasted in ${escapeControl(folder)}.`)
  return `${[head, ...work, proved, ...(findings.length > 0 ? findings : ['Everything is as this step leaves it.'])].join('\n')}\n`
}
