import { gotoStep } from '../engine/goto.ts'
import { unknownStep } from '../errors/catalog/content.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import type { CommandContext } from './context.ts'
import { type Measured, noteMeasured, saveMeasured } from './measured.ts'
import type { OutputOptions } from './options.ts'
import { agreeByAsking, clearOtherTracks } from './other-tracks.ts'
import { reportEvents } from './report.ts'
import { openTrack, openWork, type WorkOptions } from './work.ts'

/** `goto N`: what the steps up to N apply, then the proof of N. */
export async function goto(
  options: WorkOptions & OutputOptions,
  context: CommandContext,
  [number]: [number],
): Promise<ExitCode> {
  const track = await openTrack(options, context)
  const step = track.steps.find((candidate) => candidate.number === number)
  if (!step)
    throw unknownStep(
      number,
      track.id,
      track.steps.map((step) => step.number),
    )
  const opened = await openWork(options, context, 'write')
  try {
    await clearOtherTracks(opened, options, agreeByAsking(context, options.output === 'text'))
    const seen: Measured = new Map()
    const result = await reportEvents(noteMeasured(gotoStep(opened.work, step), seen), options, context)
    await saveMeasured(opened.place.home, opened.uid, seen)
    if (context.signal.aborted) throw context.signal.reason
    return result.ok ? exitCodes.done : exitCodes.unmet
  } finally {
    await opened.close()
  }
}
