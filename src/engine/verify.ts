/** Proves a step as the cluster stands, without its actions. */
import type { Step } from '../workshop/step.ts'
import type { WorkshopEvent } from './events.ts'
import { runStep } from './run-step.ts'
import { runSteps, type TrackResult } from './run-track.ts'
import type { Work } from './scope.ts'

/** Of a step with several stages the last one: that is the state the step leaves. */
export async function* verifyStep(work: Work, step: Step): AsyncGenerator<WorkshopEvent, TrackResult> {
  const last = step.stages.at(-1)
  return yield* runSteps(
    work,
    [step],
    async function* () {
      const result = yield* runStep(work, step, { proveOnly: last ? [last.id] : [] })
      return { ...result, goOn: true }
    },
    work.track.id,
  )
}
