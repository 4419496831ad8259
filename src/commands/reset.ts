import { carryOut, readResetPlan } from '../engine/reset/carry-out.ts'
import type { ResetPlan } from '../engine/reset/plan.ts'
import { unknownStep } from '../errors/catalog/content.ts'
import { resetIncomplete } from '../errors/catalog/reset.ts'
import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { ask, notConfirmed } from './confirm.ts'
import type { CommandContext } from './context.ts'
import type { OutputOptions } from './options.ts'
import { workshopFolder } from './place.ts'
import { reportEvents, writeJson } from './report.ts'
import { openTrack, openWork, type WorkOptions } from './work.ts'

interface Options extends WorkOptions, OutputOptions {
  to?: number
  dryRun?: boolean
  yes?: boolean
}

/** `reset`: shows what it would do as kubectl lines, asks, and does it in an order that never shuts out more than before. */
export async function reset(options: Options, context: CommandContext): Promise<ExitCode> {
  const track = await openTrack(options, context)
  if (options.to !== undefined && !track.steps.some((step) => step.number === options.to))
    throw unknownStep(
      options.to,
      track.id,
      track.steps.map((step) => step.number),
    )
  const opened = await openWork(options, context, options.dryRun ? 'read' : 'write')
  try {
    const plan = await readResetPlan(opened.work, options.to ?? null)
    if (options.output === 'json' && options.dryRun)
      writeJson(context, planJson(plan, workshopFolder(opened.place.home)))
    else if (options.output === 'text') context.io.stdout.write(planText(plan, workshopFolder(opened.place.home)))
    if (options.dryRun) return exitCodes.done
    if (plan.entries.length === 0 && plan.questions.length === 0) {
      if (options.output === 'json') writeJson(context, { v: 1, type: 'reset-finished', ok: true, done: 0, failed: [] })
      return exitCodes.done
    }
    const include = await confirmPlan(plan, options, context)
    const result = await reportEvents(carryOut(opened.work, plan, { include }), options, context)
    if (context.signal.aborted) throw context.signal.reason
    if (options.output === 'json') writeJson(context, { v: 1, type: 'reset-finished', ...result })
    else if (result.ok)
      context.io.stdout.write(
        `Done: ${result.done} of ${plan.entries.length + (include ? plan.questions.length : 0)}.\n`,
      )
    if (!result.ok) throw resetIncomplete(result.done, result.failed)
    return exitCodes.done
  } finally {
    await opened.close()
  }
}

/** Asks for what is ours, and apart from that for what somebody else changed. `--yes` leaves the latter alone. */
async function confirmPlan(plan: ResetPlan, options: Options, context: CommandContext): Promise<boolean> {
  if (options.yes) return false
  if (!context.io.interactive)
    throw notConfirmed(
      'Nobody confirmed the plan above. Nothing was changed.',
      'Add --yes, or --dry-run to see the plan only.',
    )
  const answer = await ask(`Carry out these ${plan.entries.length} lines? [y/N] `, context)
  if (!/^y/i.test(answer)) throw notConfirmed('Nothing was changed.', 'Answer y, or give --yes.')
  if (plan.questions.length === 0) return false
  return /^y/i.test(await ask(`Also the ${plan.questions.length} that somebody else changed? [y/N] `, context))
}

function planText(plan: ResetPlan, folder: string): string {
  const lines = plan.entries.flatMap(({ command, reason }) => [
    ...command.split('\n').map((line) => `$ ${escapeControl(line)}`),
    `    ${escapeControl(reason)}`,
  ])
  const questions = plan.questions.flatMap(({ command, question }) => [
    `? ${escapeControl(question)}`,
    `    ${escapeControl(command)}`,
  ])
  const goal = plan.to === null ? 'before the workshop' : `after step ${plan.to}`
  const head =
    lines.length + questions.length === 0
      ? `Nothing to do: the cluster is as it was ${goal}.`
      : `Back to the state ${goal} (the lines can be pasted in ${escapeControl(folder)}):`
  return `${[head, ...lines, ...questions, ...plan.warnings.map((warning) => `note: ${escapeControl(warning)}`)].join('\n')}\n`
}

function planJson(plan: ResetPlan, folder: string) {
  const { v, to, warnings } = plan
  return {
    v,
    to,
    folder,
    lines: plan.entries.map(({ command, reason }) => ({ command, reason })),
    questions: plan.questions.map(({ command, reason, question }) => ({ command, reason, question })),
    warnings,
  }
}
