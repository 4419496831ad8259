/**
 * What was there at first contact, kept in the cluster (so that another machine can undo) and in the home folder:
 * objects of the names the track uses, and the labels of every pod and namespace it may touch.
 */
import type { KubeObject } from '../../cluster/port.ts'
import { recordUnreadable } from '../../errors/catalog/reset.ts'
import type { Track } from '../../workshop/step.ts'
import { clusterId } from '../cluster-id.ts'
import type { EngineDeps } from '../deps.ts'
import { allVersions, isMarked } from '../expected-state.ts'
import { isTwin } from '../pods.ts'
import { refKey, refOf } from '../snapshot.ts'
import { readStanding } from '../status.ts'
import { isPolicy } from './rank.ts'
import { ensureStateNamespace, recordKey, recordRef, stateNamespace } from './state-namespace.ts'

export interface Baseline {
  v: 1
  at: string
  track: string
  /** Only those the track's manifests would touch. */
  objects: KubeObject[]
  /** Keys of all policies in the track's namespaces. */
  policies?: string[]
  /** Other tracks whose baselines lie beside this one. */
  others?: string[]
  pods: { namespace: string; name: string; uid: string; labels: Record<string, string> }[]
}

/** The ConfigMap that holds it. */
const managedBy = 'app.kubernetes.io/managed-by'
const us = 'hipster-workshop'

export async function loadBaseline(deps: EngineDeps, track: Track): Promise<Baseline | null> {
  const live = await deps.cluster.get(recordRef)
  const text: unknown = live?.data?.[recordKey(track)]
  const found = typeof text === 'string' ? parse(text) : null
  if (found !== null && typeof found !== 'string')
    return { ...found, others: Object.keys(live?.data ?? {}).filter((other) => other !== recordKey(track)) }
  return loadKept(deps, track)
}

/**
 * The copy at home, for a record that somebody deleted. Another machine may have reset this cluster long ago: only while
 * something of ours stands that was not here before is the copy still about this cluster.
 */
async function loadKept(deps: EngineDeps, track: Track): Promise<Baseline | null> {
  const kept = (await deps.files.load(`${await clusterId(deps.cluster)}/${recordKey(track)}`)) as
    | Baseline
    | null
    | undefined
  if (!kept) return null
  const known = new Map(kept.objects.map((object) => [refKey(refOf(object)), object]))
  const { objects } = await readStanding(deps, track)
  const isUnderWay = objects.some((object) => {
    const old = known.get(refKey(refOf(object)))
    return (
      (object.metadata.labels?.[managedBy] === us || isMarked(object, track)) &&
      object.metadata.name !== stateNamespace &&
      object.metadata.namespace !== stateNamespace &&
      // One that was here before and now bears our mark was changed by us, and not put back.
      (old === undefined || (isMarked(object, track) && !isMarked(old, track)))
    )
  })
  return isUnderWay ? kept : null
}

/** Before any change: what stands here may be ours, and taken down as the state of before it could never be undone. */
export async function requireRecord(deps: EngineDeps, track: Track): Promise<void> {
  const problem = await recordProblem(deps, track)
  if (problem === null || (await loadKept(deps, track)) !== null) return
  throw recordUnreadable(recordKey(track), problem, forgetLine(deps, track))
}

/** What is wrong with the record in the cluster; null when it can be read, or there is none. */
export async function recordProblem(deps: EngineDeps, track: Track): Promise<string | null> {
  const live = await deps.cluster.get(recordRef)
  const text: unknown = live?.data?.[recordKey(track)]
  const found = typeof text === 'string' ? parse(text) : null
  return typeof found === 'string' ? found : null
}

/** A record this version cannot read is whole all the same: the version that wrote it can still put things back. */
export async function isOfAnotherVersion(deps: EngineDeps, track: Track): Promise<boolean> {
  return (await recordProblem(deps, track))?.startsWith(anotherVersion) ?? false
}

function forgetLine({ cluster }: EngineDeps, track: Track): string {
  const { namespace, name } = recordRef
  const patch = JSON.stringify({ data: { [recordKey(track)]: null } })
  return cluster.shown({
    kind: 'show',
    args: ['patch', 'configmap', name, '-n', namespace, '--type=merge', '-p', patch],
  })
}

/** At the first change of a track; later calls find what the first one wrote. */
export async function ensureBaseline(deps: EngineDeps, track: Track): Promise<Baseline> {
  const live = await deps.cluster.get(recordRef)
  const text: unknown = live?.data?.[recordKey(track)]
  const found = typeof text === 'string' ? parse(text) : null
  if (found !== null && typeof found !== 'string') return found
  await requireRecord(deps, track)
  const baseline = (await loadKept(deps, track)) ?? (await takeBaseline(deps, track))
  await deps.files.save(`${await clusterId(deps.cluster)}/${recordKey(track)}`, baseline)
  await ensureStateNamespace(deps)
  await deps.cluster.put({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: recordRef.name,
      namespace: stateNamespace,
      labels: { [managedBy]: us },
    },
    data: { ...live?.data, [recordKey(track)]: JSON.stringify(baseline) },
  })
  return baseline
}

/**
 * Pods made after the record was, by a step or by somebody else: their labels as they are before the workshop puts on
 * these. One that reads like ours already was put on by hand, as the lesson says, and is no state of before.
 */
export async function rememberPods(
  deps: EngineDeps,
  track: Track,
  baseline: Baseline,
  pods: readonly KubeObject[],
  labels: Readonly<Record<string, string | null>>,
): Promise<void> {
  const known = new Set(baseline.pods.map(({ uid }) => uid))
  const fresh = pods.filter(({ metadata: { uid } }) => uid !== undefined && !known.has(uid))
  if (fresh.length === 0) return
  baseline.pods.push(
    ...fresh.map(({ metadata: { namespace = '', name, uid = '', labels: own = {} } }) => ({
      namespace,
      name,
      uid,
      labels: Object.fromEntries(Object.entries(own).filter(([label, value]) => labels[label] !== value)),
    })),
  )
  await deps.files.save(`${await clusterId(deps.cluster)}/${recordKey(track)}`, baseline)
  await deps.cluster.patch(recordRef, { data: { [recordKey(track)]: JSON.stringify(baseline) } })
}

/**
 * The copy at home goes first: one that outlives the record in the cluster would, after the next kill, pass for what was
 * here before, long after others have changed it.
 */
export async function forgetBaseline(deps: EngineDeps, track: Track): Promise<void> {
  await deps.files.remove(`${await clusterId(deps.cluster)}/${recordKey(track)}`)
  const live = await deps.cluster.get(recordRef)
  if (typeof live?.data?.[recordKey(track)] === 'string')
    await deps.cluster.patch(recordRef, { data: { [recordKey(track)]: null } })
}

async function takeBaseline(deps: EngineDeps, track: Track): Promise<Baseline> {
  const snapshot = await readStanding(deps, track)
  const ours = allVersions(track, deps.files)
  // Put there by hand, or by a run whose record somebody deleted: it bears our mark, so it is no state of before.
  const before = snapshot.objects.filter((object) => !isMarked(object, track))
  const namespaces = new Set(track.topology.namespaces.map((namespace) => namespace.name))
  return {
    v: 1,
    at: deps.clock.now().toISOString(),
    track: track.id,
    objects: before.filter((object) => ours.has(refKey(refOf(object)))).map(cleaned),
    policies: before
      .filter((object) => isPolicy(object) && namespaces.has(object.metadata.namespace ?? ''))
      .map((object) => refKey(refOf(object))),
    pods: snapshot
      .of('v1', 'Pod')
      .filter((pod) => namespaces.has(pod.metadata.namespace ?? '') && !isTwin(pod))
      .map((pod) => ({
        namespace: pod.metadata.namespace ?? '',
        name: pod.metadata.name,
        uid: pod.metadata.uid ?? '',
        labels: pod.metadata.labels ?? {},
      })),
  }
}

/** What can be put back: no status, no fields of the server. */
export function cleaned(object: KubeObject): KubeObject {
  const { status: _, metadata, ...rest } = object
  const { name, namespace, labels, annotations } = metadata
  return {
    ...rest,
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
  } as KubeObject
}

const anotherVersion = 'another version of hipster-workshop'

/** The record, or what is wrong with it: the copy in the home folder is asked instead then. */
function parse(text: string): Baseline | string {
  let value: Partial<Baseline> | null
  try {
    value = JSON.parse(text)
  } catch {
    return 'it is damaged: not JSON'
  }
  if (value === null || typeof value !== 'object') return 'it is damaged: not a record'
  if (value.v !== 1) return `${anotherVersion} wrote it (version ${JSON.stringify(value.v ?? null)} of its form, not 1)`
  if (!isListOf(value.objects, isObject) || !isListOf(value.pods, isPod)) return 'it is damaged: parts are missing'
  if (!isListOf(value.policies ?? [], isText)) return 'it is damaged: parts are missing'
  return value as Baseline
}

function isListOf(value: unknown, isOne: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isMap(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function isObject(value: unknown): boolean {
  return (
    isMap(value) &&
    isText(value.apiVersion) &&
    isText(value.kind) &&
    isMap(value.metadata) &&
    isText(value.metadata.name)
  )
}

function isPod(value: unknown): boolean {
  return isMap(value) && [value.namespace, value.name, value.uid].every(isText) && isMap(value.labels)
}
