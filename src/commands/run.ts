import { stepToResume } from '../engine/resume.ts'
import { runTrack } from '../engine/run-track.ts'
import type { Work } from '../engine/scope.ts'
import { takeOver } from '../engine/write-yourself.ts'
import { unknownStep } from '../errors/catalog/content.ts'
import { usageError } from '../errors/catalog/usage.ts'
import { escapeControl } from '../errors/escape.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import type { Track } from '../workshop/step.ts'
import { createConfirm, sayTo, skipQuestions } from './confirm-action.ts'
import type { CommandContext } from './context.ts'
import { type Measured, noteMeasured, saveMeasured } from './measured.ts'
import type { OutputOptions } from './options.ts'
import { agreeByAsking, clearOtherTracks } from './other-tracks.ts'
import { workshopFolder } from './place.ts'
import { reportEvents } from './report.ts'
import { withTeaching } from './teaching.ts'
import { openTrack, openWork, type WorkOptions } from './work.ts'

export interface RunOptions extends WorkOptions, OutputOptions {
  step?: number
  from?: number
  to?: number
  auto?: boolean
  keepGoing?: boolean
  write?: boolean
  quiz?: boolean
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
    await clearOtherTracks(opened, options, agreeByAsking(context, !options.auto))
    if (options.write) await writeAll(opened.work, range)
    const confirm = options.auto
      ? options.quiz === false
        ? { confirm: skipQuestions, unasked: true }
        : {}
      : { confirm: createConfirm(context, options) }
    const from =
      range.from ?? Math.min(range.to ?? Number.POSITIVE_INFINITY, await stepToResume(opened.work.deps, opened.track))
    if (range.from === undefined && from > (track.steps[0]?.number ?? 0) && options.output === 'text') {
      context.io.stderr.write(`Going on with step ${from}; --from 0 does all of them again.\n`)
    }
    if (options.output === 'text')
      context.io.stdout.write(
        `The kubectl lines can be pasted in ${escapeControl(workshopFolder(opened.place.home))}.\n`,
      )
    const seen: Measured = new Map()
    const events = runTrack(opened.work, {
      ...range,
      from,
      ...confirm,
      keepGoing: options.keepGoing ?? false,
      resume: range.from === undefined,
    })
    const measured = noteMeasured(events, seen)
    const told = options.auto ? measured : withTeaching(measured, track, sayTo(context))
    const result = await reportEvents(told, options, context)
    await saveMeasured(opened.place.home, opened.uid, seen)
    if (context.signal.aborted) throw context.signal.reason
    if (result.cancelled) return exitCodes.interrupted
    return result.ok ? exitCodes.done : exitCodes.unmet
  } finally {
    await opened.close()
  }
}

/** `--write`: every stage of these steps that can be is written by the learner. */
async function writeAll(work: Work, { from = 0, to = Number.POSITIVE_INFINITY }: { from?: number; to?: number }) {
  const steps = work.track.steps.filter(({ number }) => number >= from && number <= to)
  for (const stage of steps.flatMap((step) => step.stages)) if (stage.write) work.memory.written.add(stage.id)
  work.track = await takeOver(work.deps, work.track, work.memory.written)
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
