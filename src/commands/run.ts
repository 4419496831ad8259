import { stepToResume } from '../engine/resume.ts'
import { runTrack } from '../engine/run-track.ts'
import { unknownStep } from '../errors/catalog/content.ts'
import { usageError } from '../errors/catalog/usage.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import type { Action, Track } from '../workshop/step.ts'
import { ask } from './confirm.ts'
import type { CommandContext } from './context.ts'
import { type Measured, noteMeasured, saveMeasured } from './measured.ts'
import type { OutputOptions } from './options.ts'
import { reportEvents } from './report.ts'
import { openTrack, openWork, type WorkOptions } from './work.ts'

export interface RunOptions extends WorkOptions, OutputOptions {
  step?: number
  from?: number
  to?: number
  auto?: boolean
  keepGoing?: boolean
}

/** `run`: the steps line by line, each action asked for unless `--auto`. Exit 3 when something was not proved. */
export async function run(options: RunOptions, context: CommandContext): Promise<ExitCode> {
  const track = await openTrack(options, context)
  const range = stepRange(options, track)
  if (!options.auto && !context.io.interactive) {
    throw usageError(
      'run asks before each action, and there is nobody to ask: this is not a terminal.',
      'Add --auto to apply and prove everything without asking.',
    )
  }
  if (!options.auto && options.output === 'json') throw usageError('--output json cannot ask questions.', 'Add --auto.')
  const opened = await openWork(options, context, 'write')
  try {
    const confirm = options.auto ? {} : { confirm: (_stage: unknown, action: Action) => confirmAction(action, context) }
    const from =
      range.from ?? Math.min(range.to ?? Number.POSITIVE_INFINITY, await stepToResume(opened.work.deps, opened.track))
    if (range.from === undefined && from > (track.steps[0]?.number ?? 0) && options.output === 'text') {
      context.io.stderr.write(`Going on with step ${from}; --from 0 does all of them again.\n`)
    }
    const seen: Measured = new Map()
    const events = runTrack(opened.work, { ...range, from, ...confirm, keepGoing: options.keepGoing ?? false })
    const result = await reportEvents(noteMeasured(events, seen), options, context)
    await saveMeasured(opened.place.home, opened.uid, seen)
    if (context.signal.aborted) throw context.signal.reason
    if (result.cancelled) return exitCodes.interrupted
    return result.ok ? exitCodes.done : exitCodes.unmet
  } finally {
    await opened.close()
  }
}

async function confirmAction(action: Action, context: CommandContext): Promise<'run' | 'skip' | 'stop'> {
  const answer = (await ask(`${action.title}: run it? [Y]es, [s]kip, [q]uit: `, context)).toLowerCase()
  if (answer === '' || answer.startsWith('y')) return 'run'
  return answer.startsWith('s') ? 'skip' : 'stop'
}

export function stepRange(
  options: { step?: number; from?: number; to?: number },
  track: Track,
): { from?: number; to?: number } {
  if (options.step !== undefined && (options.from !== undefined || options.to !== undefined)) {
    throw usageError('--step is one step; --from and --to are several.', 'Give either --step N, or --from N --to M.')
  }
  const from = options.step ?? options.from
  const to = options.step ?? options.to
  for (const number of [from, to]) {
    if (number !== undefined && !track.steps.some((step) => step.number === number))
      throw unknownStep(
        number,
        track.id,
        track.steps.map((step) => step.number),
      )
  }
  if (from !== undefined && to !== undefined && from > to)
    throw usageError(`--from ${from} comes after --to ${to}.`, 'Swap them.')
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}
