/**
 * Before a run goes on: what earlier steps left and is not there (an interrupted reset, a re-created pod) is done again,
 * by the steps' own lines. Only adds; what belongs to later steps stays.
 */
import type { KubeObject } from '../cluster/port.ts'
import type { Step } from '../workshop/step.ts'
import { replacesByHand } from './by-hand.ts'
import type { WorkshopEvent } from './events.ts'
import { actionsOf, type ExpectedState, expectedAfter, isInPlace, type Origin } from './expected-state.ts'
import { withFollowers } from './followers.ts'
import { labelled } from './labelled.ts'
import { isTerminating } from './pods.ts'
import { actionCommand, runAction } from './run-action.ts'
import type { StepOptions } from './run-step.ts'
import { openScope, type Work } from './scope.ts'
import { type Facts, labelsWanted, readFacts } from './status.ts'
import { waitForReplicas } from './wait-for-replicas.ts'

/** False when one of the lines did not succeed, or was not wanted. */
export async function* putRight(
  work: Work,
  next: Step,
  { confirm, unasked = confirm === undefined }: Pick<StepOptions, 'confirm' | 'unasked'> = {},
): AsyncGenerator<WorkshopEvent, boolean> {
  const facts = await readFacts(work.deps, work.track)
  const lost = lostBefore(facts, next)
  if (lost.length === 0) return true
  const scope = await openScope(work, next.number)
  const steps = [...new Set(lost.map(({ step }) => step.number))]
  const text = `Not everything that step${steps.length === 1 ? '' : 's'} ${steps.join(', ')} made is there any more; it is made again first.`
  yield scope.event({ type: 'notice', text })
  for (const { step, stage, action } of lost) {
    const own = await openScope(work, step.number)
    const byHand = await replacesByHand(own, action)
    if (unasked && byHand.length > 0) {
      const left = `Step ${step.number}: what was changed by hand is left as it is: ${byHand.join(', ')}. To have it replaced: ${actionCommand(action, own)}`
      yield scope.event({ type: 'notice', text: left })
      continue
    }
    const answer = (await confirm?.(own, stage, action, byHand)) ?? 'run'
    if (answer === 'stop') return false
    if (answer === 'skip') continue
    // Labels go onto pods that are there; those of workloads just made, or just deleted, are still to come.
    if (action.kind === 'label') await waitForReplicas(work)
    if (!(yield* runAction({ ...own, event: scope.event }, stage, action))) return false
  }
  return true
}

/** The actions, in the track's order, whose effect is missing and would be there if only the steps before `next` had been done. */
export function lostBefore({ deps, track, features, snapshot }: Facts, next: Step): Origin[] {
  const previous = track.steps.findLast((step) => step.number < next.number)
  if (!previous) return []
  const before = expectedAfter(track, previous.number, deps.files, features)
  const after = expectedAfter(track, next.number, deps.files, features)
  const lost = new Map<Origin['action'], Origin>()
  for (const [key, wanted] of before.objects) {
    const live = snapshot.find(wanted.ref)
    if (snapshot.unread.some((entry) => entry.kind === wanted.ref.kind)) continue
    const later = after.objects.get(key)
    if (live && !isTerminating(live)) {
      if (isInPlace(live, wanted, track) || (later && isInPlace(live, later, track))) continue
    } else if (!later) continue
    lost.set(wanted.action, wanted)
  }
  for (const wanted of before.labels) {
    if (labelled(snapshot.objects, wanted.action).some((object) => isUnlabelled(object, wanted.action, before, after)))
      lost.set(wanted.action, wanted)
  }
  return withFollowers([...lost.values()], actionsOf(track, previous.number, features), deps.files)
}

function isUnlabelled(
  object: KubeObject,
  action: { labels: Readonly<Record<string, string | null>> },
  before: ExpectedState,
  after: ExpectedState,
): boolean {
  const should = labelsWanted(before, object)
  const later = labelsWanted(after, object)
  return Object.keys(action.labels).some((key) => {
    const live = object.metadata.labels?.[key]
    return live !== should[key] && live !== later[key]
  })
}
