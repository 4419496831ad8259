/**
 * A step with stages that was interrupted in a later one: its first stage cannot be proved while the later one is there.
 * So the step is taken back, and done from its beginning. What somebody wrote or changed by hand is never taken back
 * here: only `reset` does that, which shows it and asks.
 */
import type { Step } from '../workshop/step.ts'
import type { WorkshopEvent } from './events.ts'
import { expectedAfter } from './expected-state.ts'
import { carryOutHeld, readResetPlan } from './reset/carry-out.ts'
import { openScope, type Work } from './scope.ts'
import { type Facts, readFacts, showsTraces } from './status.ts'

/** False when it could not be taken back. */
export async function* takeBackStages(work: Work, step: Step): AsyncGenerator<WorkshopEvent, boolean> {
  if (step.stages.length < 2) return true
  const facts = await readFacts(work.deps, work.track)
  if (!isInLaterStage(facts, step)) return true
  const scope = await openScope(work, step.number)
  const to = previous(facts, step)
  const plan = await readResetPlan(work, to)
  const theirs = plan.entries.flatMap(({ byHand }) => byHand ?? [])
  if (theirs.length > 0) {
    const reset = `reset${to === null ? '' : ` --to ${to}`}`
    const text = `Step ${step.number} was begun, and what was written or changed by hand stays: ${few(theirs)}. To begin the step again: hipster-workshop ${reset}, which shows what goes and asks.`
    yield scope.event({ type: 'notice', text })
    return true
  }
  const text = `Step ${step.number} was begun and has several stages; it is taken back first, so that each can be proved.`
  yield scope.event({ type: 'notice', text })
  const { ok } = yield* carryOutHeld(work, plan)
  return ok
}

function few(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`
}

/** Whether something of the step's second stage, or a later one, is there. */
export function isInLaterStage(facts: Facts, step: Step): boolean {
  const before = expectedAfter(facts.track, previous(facts, step), facts.deps.files, facts.features)
  return step.stages
    .slice(1)
    .some((stage) => stage.actions.some((action) => showsTraces(facts, { step, stage, action }, before)))
}

function previous({ track }: Facts, step: Step): number | null {
  return track.steps.findLast(({ number }) => number < step.number)?.number ?? null
}
