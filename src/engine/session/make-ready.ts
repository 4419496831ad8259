/** Before the first line of a session: what an interrupted run or reset left is put right, as a run that goes on does. */
import type { Step } from '../../workshop/step.ts'
import type { WorkshopEvent } from '../events.ts'
import { lostBefore, putRight } from '../put-right.ts'
import type { Work } from '../scope.ts'
import type { Facts } from '../status.ts'
import { isInLaterStage, takeBackStages } from '../take-back-stages.ts'
import { isOwnFile } from '../write-yourself.ts'

/**
 * Left in the middle: a later stage is there, and one before it was never seen to be right. What the learner writes is
 * one file for all stages and says nothing about where one is.
 */
export function isAheadOfProof(facts: Facts, step: Step, proved: ReadonlySet<string>): boolean {
  const isOurs = step.stages.every((stage) => stage.actions.every((action) => !isOwnFile(action)))
  return isOurs && step.stages.slice(0, -1).some(({ id }) => !proved.has(id)) && isInLaterStage(facts, step)
}

/** How long the watch may take to show what was done. */
const patienceMs = 5_000
const lookMs = 50

/** `untouched` when there was nothing to do. `facts` are those of the watch, which follows a moment later. */
export async function* makeReady(
  work: Work,
  step: Step,
  isAhead: boolean,
  facts: () => Facts,
): AsyncGenerator<WorkshopEvent, 'untouched' | 'done' | 'failed'> {
  if (!isAhead && lostBefore(facts(), step).length === 0) return 'untouched'
  if (isAhead && !(yield* takeBackStages(work, step))) return 'failed'
  if (!(yield* putRight(work, step))) return 'failed'
  const isShown = () => !(isAhead && isInLaterStage(facts(), step)) && lostBefore(facts(), step).length === 0
  for (let waited = 0; !isShown() && waited < patienceMs; waited += lookMs) await work.deps.sleep(lookMs, work.signal)
  return 'done'
}
