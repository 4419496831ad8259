/** For latecomers: everything the steps up to N apply, without teaching, then the proofs of step N. */
import { byHandWouldGo } from '../errors/catalog/reset.ts'
import type { Step } from '../workshop/step.ts'
import { actionKind } from './actions/table.ts'
import { runUnasked } from './by-hand.ts'
import type { WorkshopEvent } from './events.ts'
import { proveStage } from './prove-stage.ts'
import { requireRecord } from './reset/baseline.ts'
import { carryOutHeld, readResetPlan } from './reset/carry-out.ts'
import { requireRights } from './rights.ts'
import { runSteps, type TrackResult } from './run-track.ts'
import { openScope, type Work } from './scope.ts'
import { readFacts, stepInPlace } from './status.ts'
import { whileHolding } from './while-holding.ts'

export async function* gotoStep(work: Work, target: Step): AsyncGenerator<WorkshopEvent, TrackResult> {
  return yield* whileHolding(work, (holding) => goForward(holding, target))
}

async function* goForward(work: Work, target: Step): AsyncGenerator<WorkshopEvent, TrackResult> {
  const { deps, track } = work
  await requireRecord(deps, track)
  const inPlace = stepInPlace(await readFacts(deps, track))
  if (inPlace !== null && inPlace > target.number) {
    const plan = await readResetPlan(work, target.number)
    const theirs = plan.entries.flatMap(({ byHand }) => byHand ?? [])
    if (theirs.length > 0) throw byHandWouldGo(theirs, target.number)
    yield* carryOutHeld(work, plan)
  }
  const steps = track.steps.filter((step) => step.number <= target.number)
  return yield* runSteps(
    work,
    steps,
    async function* (step) {
      const scope = await openScope(work, step.number)
      const started = deps.clock.monotonic()
      const isLast = step.number === target.number
      yield scope.event({ type: 'step-started', title: step.title, stages: step.stages.map((stage) => stage.id) })
      await requireRights(scope, step)
      const result = { outcome: 'passed' as 'passed' | 'failed', probes: { total: 0, ok: 0 } }
      for (const stage of step.stages) {
        yield scope.event({ type: 'stage-started', stage: stage.id })
        for (const action of stage.actions) {
          // Lines that only show or ask teach; a wait is needed.
          if (!actionKind(action).changes && action.kind !== 'wait') continue
          if (yield* runUnasked(scope, stage, action)) continue
          result.outcome = 'failed'
          break
        }
        if (result.outcome === 'failed') break
        if (!isLast || stage !== step.stages.at(-1)) continue
        const proved = yield* proveStage(scope, stage)
        result.probes = proved.probes
        if (!proved.ok) result.outcome = 'failed'
      }
      if (isLast) await deps.progress?.record(step.number, result.outcome === 'passed')
      yield scope.event({ type: 'step-finished', ...result, ms: Math.round(deps.clock.monotonic() - started) })
      return { ...result, goOn: result.outcome === 'passed' }
    },
    track.id,
  )
}
