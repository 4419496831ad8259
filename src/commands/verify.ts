import { readStatus } from '../engine/status.ts'
import { verifyStep } from '../engine/verify.ts'
import { unknownStep } from '../errors/catalog/content.ts'
import { nothingToVerify } from '../errors/catalog/engine-state.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import type { CommandContext } from './context.ts'
import { type Measured, noteMeasured, saveMeasured } from './measured.ts'
import type { OutputOptions } from './options.ts'
import { reportEvents } from './report.ts'
import { openTrack, openWork, type WorkOptions } from './work.ts'

/** `verify`: proves one step, or the stage the cluster is in, as it stands. Exit 3 when something is not as it should be. */
export async function verify(
  options: WorkOptions & OutputOptions & { step?: number },
  context: CommandContext,
): Promise<ExitCode> {
  const track = await openTrack(options, context)
  if (options.step !== undefined && !track.steps.some((step) => step.number === options.step))
    throw unknownStep(
      options.step,
      track.id,
      track.steps.map((step) => step.number),
    )
  const opened = await openWork(options, context, 'read')
  try {
    const number = options.step ?? (await readStatus(opened.work.deps, opened.track)).step
    const step = opened.track.steps.find((candidate) => candidate.number === number)
    if (!step) throw nothingToVerify(opened.track.id)
    const seen: Measured = new Map()
    const result = await reportEvents(noteMeasured(verifyStep(opened.work, step), seen), options, context)
    await saveMeasured(opened.place.home, opened.uid, seen)
    if (context.signal.aborted) throw context.signal.reason
    return result.ok ? exitCodes.done : exitCodes.unmet
  } finally {
    await opened.close()
  }
}
