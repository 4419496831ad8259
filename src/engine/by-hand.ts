/**
 * Policies a person wrote or changed by hand, where a line would put another version in their place: nobody's work is
 * replaced without being asked.
 */
import type { KubeObject } from '../cluster/port.ts'
import type { Action, Stage } from '../workshop/step.ts'
import type { WorkshopEvent } from './events.ts'
import { allVersions, isMarked } from './expected-state.ts'
import { says } from './matches.ts'
import { isTerminating } from './pods.ts'
import { type Baseline, loadBaseline } from './reset/baseline.ts'
import { sameAsBefore } from './reset/plan.ts'
import { isPolicy } from './reset/rank.ts'
import { actionCommand, runAction } from './run-action.ts'
import type { Scope } from './scope.ts'
import { refKey, refOf } from './snapshot.ts'
import { isOwnFile, withWriting } from './write-yourself.ts'

type HandScope = Pick<Scope, 'deps' | 'track' | 'features'>

/** What this line would replace of theirs, as `Kind namespace/name`. */
export async function replacesByHand(scope: HandScope, action: Action): Promise<string[]> {
  const { deps, track } = scope
  if (action.kind !== 'apply' || action.onlyIfMissing) return []
  const wanted = manifestOf(scope, action).filter(isPolicy)
  if (wanted.length === 0) return []
  const [baseline, ...found] = await Promise.all([
    loadBaseline(deps, track),
    ...wanted.map((object) => deps.cluster.get(refOf(object))),
  ])
  return wanted.flatMap((object, index) => {
    const live = found[index] as KubeObject | null
    if (!live || isTerminating(live) || says(live.spec, object.spec)) return []
    const theirs = isOwnFile(action) ? isEditedSinceApplied(live) : isByHand(scope, live, baseline)
    return theirs ? [nameOf(live)] : []
  })
}

/** For a line nobody is asked about: it is left alone, with what to do, when it would replace what somebody did by hand. */
export async function* runUnasked(scope: Scope, stage: Stage, action: Action): AsyncGenerator<WorkshopEvent, boolean> {
  const theirs = await replacesByHand(scope, action)
  if (theirs.length === 0) return yield* runAction(scope, stage, action)
  const place = { stage: stage.id, action: action.id }
  const command = actionCommand(action, scope)
  yield scope.event({ type: 'action-started', ...place, title: action.title, command })
  yield scope.event({
    type: 'action-finished',
    ...place,
    ok: false,
    message: `Not done: it would replace what was changed by hand since: ${theirs.join(', ')}.`,
    hint: `To have it replaced, run the line yourself: ${command}`,
    ms: 0,
  })
  return false
}

function manifestOf({ deps }: HandScope, action: Extract<Action, { kind: 'apply' }>): readonly KubeObject[] {
  // Whoever applies a file that cannot be read says what is wrong with it.
  try {
    return deps.files.objects(action.manifest)
  } catch {
    return []
  }
}

/** As no step makes it, and not as it was before the workshop: somebody changed it, or made it, meanwhile. */
function isByHand({ deps, track }: HandScope, live: KubeObject, baseline: Baseline | null): boolean {
  const key = refKey(refOf(live))
  const versions = allVersions(withWriting(track, new Set()), deps.files).get(key) ?? []
  if (versions.some(({ object }) => says(live.spec, object.spec))) return false
  // Before the first change: the record will hold what is here, unless it reads as ours.
  if (baseline === null) return isMarked(live, track)
  const old = baseline.objects.find((object) => refKey(refOf(object)) === key)
  return old === undefined || !sameAsBefore(live, old)
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** The learner's file is the learner's: only what is in no file, because it was changed in the cluster, would be lost. */
function isEditedSinceApplied(live: KubeObject): boolean {
  try {
    return !says(live.spec, JSON.parse(live.metadata.annotations?.[lastApplied] ?? '').spec)
  } catch {
    return true
  }
}

function nameOf({ kind, metadata: { namespace, name } }: KubeObject): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`
}
