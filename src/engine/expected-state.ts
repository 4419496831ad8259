/** What the track's steps leave behind: folded from the actions alone, so that no step is known by name here. */
import type { Features, KindRef, KubeObject, ObjectRef } from '../cluster/port.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { Action, Stage, Step, Track } from '../workshop/step.ts'
import type { ActionOf } from './actions/kind.types.ts'
import type { EngineFiles } from './deps.ts'
import { says } from './matches.ts'
import { refKey, refOf } from './snapshot.ts'
import { skipReason } from './when.ts'

export interface Origin {
  step: Step
  stage: Stage
  action: Action
}

export interface WantedObject extends Origin {
  ref: ObjectRef
  object: KubeObject
  /** Its being there is enough: it was left as found, or is filled in at run time. */
  existsOnly: boolean
}

interface WantedLabels extends Origin {
  action: ActionOf<'label'>
}

export interface ExpectedState {
  objects: ReadonlyMap<string, WantedObject>
  labels: readonly WantedLabels[]
}

type Manifests = Pick<EngineFiles, 'objects'>

interface Folded {
  features: Features | null
  /** Every manifest read, and what was in it. */
  reads: ReadonlyMap<string, readonly KubeObject[]>
  state: ExpectedState
}

/** Asked for every step after every change of the cluster, and hardly ever different. */
const folded = new WeakMap<Track, Map<number | null, Folded>>()

/** After all steps up to and including `last`; nothing with null. Without features every `when` counts as true. */
export function expectedAfter(
  track: Track,
  last: number | null,
  files: Manifests,
  features: Features | null,
): ExpectedState {
  const known = folded.get(track) ?? new Map<number | null, Folded>()
  folded.set(track, known)
  const before = known.get(last)
  if (before?.features === features && [...before.reads].every(([name, objects]) => isStill(files, name, objects)))
    return before.state
  const reads = new Map<string, readonly KubeObject[]>()
  const noted: Manifests = {
    objects(name) {
      const objects = files.objects(name)
      reads.set(name, objects)
      return objects
    },
  }
  const objects = new Map<string, WantedObject>()
  const labels: WantedLabels[] = []
  let isWhole = true
  const onUnreadable = () => {
    isWhole = false
  }
  for (const origin of actionsOf(track, last, features)) {
    for (const wanted of objectsOf(origin, noted, onUnreadable)) objects.set(refKey(wanted.ref), wanted)
    const { action } = origin
    if (action.kind === 'delete')
      for (const object of noted.objects(action.manifest)) objects.delete(refKey(refOf(object)))
    if (action.kind === 'label') labels.push({ ...origin, action })
  }
  const state = { objects, labels }
  if (isWhole) known.set(last, { features, reads, state })
  else known.delete(last)
  return state
}

/** Files may be edited at any time; what reads them gives the same list as long as they are not. */
function isStill(files: Manifests, name: string, objects: readonly KubeObject[]): boolean {
  try {
    return files.objects(name) === objects
  } catch {
    // Whoever folds it again says what is wrong with it.
    return false
  }
}

export function* actionsOf(track: Track, last: number | null, features: Features | null): Generator<Origin> {
  for (const step of track.steps) {
    if (last === null || step.number > last) continue
    for (const stage of step.stages) {
      for (const action of stage.actions) {
        if (features && skipReason(action.when, features) !== null) continue
        yield { step, stage, action }
      }
    }
  }
}

/** The objects an action makes. */
export function objectsOf(origin: Origin, files: Manifests, onUnreadable?: () => void): WantedObject[] {
  const { action } = origin
  switch (action.kind) {
    case 'apply':
      return (action.written ? readable(action.manifest, files, onUnreadable) : files.objects(action.manifest)).map(
        (object) => ({
          ...origin,
          ref: refOf(object),
          object,
          existsOnly: action.onlyIfMissing === true,
        }),
      )
    case 'resolve-domains':
      return files
        .objects(action.manifest)
        .map((object) => ({ ...origin, ref: refOf(object), object, existsOnly: true }))
    case 'run-pod':
      return [exists(origin, { apiVersion: 'v1', kind: 'Pod', name: action.name, namespace: action.namespace })]
    case 'create-namespace':
      return [exists(origin, { apiVersion: 'v1', kind: 'Namespace', name: action.name })]
    default:
      return []
  }
}

/** The learner's file, which may be missing or half written. */
function readable(manifest: string, files: Manifests, onUnreadable?: () => void): readonly KubeObject[] {
  try {
    return files.objects(manifest)
  } catch (error) {
    if (error instanceof WorkshopError) {
      onUnreadable?.()
      return []
    }
    throw error
  }
}

function exists(origin: Origin, ref: ObjectRef): WantedObject {
  const { apiVersion, kind, ...metadata } = ref
  return { ...origin, ref, object: { apiVersion, kind, metadata }, existsOnly: true }
}

/** Every version of every object any step makes, on any cluster. */
export function allVersions(track: Track, files: EngineFiles): Map<string, WantedObject[]> {
  const versions = new Map<string, WantedObject[]>()
  for (const origin of actionsOf(track, Number.POSITIVE_INFINITY, null)) {
    for (const wanted of objectsOf(origin, files)) {
      const key = refKey(wanted.ref)
      versions.set(key, [...(versions.get(key) ?? []), wanted])
    }
  }
  return versions
}

/** The kinds the track's steps make, beside those that decide traffic. */
export function trackKinds(track: Track, files: EngineFiles): KindRef[] {
  const kinds = new Map<string, KindRef>()
  for (const versions of allVersions(track, files).values()) {
    const { apiVersion, kind } = versions[0]!.ref
    kinds.set(`${apiVersion}/${kind}`, { apiVersion, kind })
  }
  return [...kinds.values()]
}

/** The label that marks the track's objects (`key=value`), as a pair. */
function markOf(track: Track): { key: string; value: string } {
  const [key = '', value = ''] = track.topology.objectLabel.split('=')
  return { key, value }
}

export function isMarked(object: KubeObject, track: Track): boolean {
  // Controllers copy labels to what they make (EndpointSlices from their Service, pods from a template).
  if ((object.metadata.ownerReferences ?? []).length > 0) return false
  const { key, value } = markOf(track)
  return object.metadata.labels?.[key] === value
}

/** Whether the live object is what the step left; the set of resolved addresses is filled in at run time, so its mark tells. */
export function isInPlace(live: KubeObject, wanted: WantedObject, track: Track): boolean {
  if (wanted.action.kind === 'resolve-domains') return isMarked(live, track)
  // A manifest may leave the spec to the server, as of a Namespace.
  return wanted.existsOnly || wanted.object.spec === undefined || says(live.spec, wanted.object.spec)
}
