/** Where the cluster stands in the track, and what is not as that step leaves it. Pure: objects in, report out. */
import type { Features, KubeObject } from '../cluster/port.ts'
import { cannotSeeState } from '../errors/catalog/world.ts'
import type { Track } from '../workshop/step.ts'
import { hasLabels } from './actions/label.ts'
import { actionKind } from './actions/table.ts'
import type { EngineDeps, EngineFiles } from './deps.ts'
import {
  type ExpectedState,
  expectedAfter,
  isInPlace,
  isMarked,
  type Origin,
  objectsOf,
  trackKinds,
  type WantedObject,
} from './expected-state.ts'
import { labelled } from './labelled.ts'
import { firstDifference, says } from './matches.ts'
import { isTerminating } from './pods.ts'
import { provedHere } from './proved-here.ts'
import { namespacesOf, readSnapshot, refKey, refOf, type Snapshot, worldKinds } from './snapshot.ts'

export interface Finding {
  kind: 'missing' | 'extra' | 'drifted'
  text: string
  /** The line that puts it right. */
  repair: string
}

export interface StatusReport {
  v: 1
  track: string
  /** null: before the workshop. */
  step: number | null
  title: string | null
  /** Highest step proved on this cluster from here. */
  recorded: number | null
  ok: boolean
  findings: Finding[]
}

export interface Facts {
  deps: EngineDeps
  track: Track
  features: Features
  snapshot: Snapshot
}

export async function readFacts(deps: EngineDeps, track: Track): Promise<Facts> {
  const [{ features }, snapshot] = await Promise.all([deps.cluster.surface(), readStanding(deps, track)])
  return { deps, track, features, snapshot }
}

/** Everything the track's state is made of; throws when part of it may not be read, for what is not seen is not absent. */
export async function readStanding(deps: EngineDeps, track: Track): Promise<Snapshot> {
  const snapshot = await readSnapshot(deps.cluster, statusKinds(track, deps.files), namespacesOf(track))
  requireSeen(snapshot, deps, track)
  return snapshot
}

export function requireSeen(snapshot: Snapshot, deps: EngineDeps, track: Track): void {
  const needed = new Set(['Namespace', 'Pod', ...trackKinds(track, deps.files).map(({ kind }) => kind)])
  const unread = snapshot.unread.filter(({ kind }) => needed.has(kind))
  if (unread.length > 0) throw cannotSeeState(unread)
}

export async function readStatus(deps: EngineDeps, track: Track): Promise<StatusReport> {
  return computeStatus(await readFacts(deps, track), await provedHere(deps, track))
}

export function statusKinds(track: Track, files: EngineFiles) {
  return [
    ...new Map(
      [...worldKinds, ...trackKinds(track, files)].map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind]),
    ).values(),
  ]
}

export function computeStatus(facts: Facts, passed: readonly number[] = []): StatusReport {
  const recorded = passed.length > 0 ? Math.max(...passed) : null
  const seen = stepInPlace(facts)
  const step = seen === null ? recorded : Math.max(seen, recorded ?? seen)
  const findings = step === null ? [] : findDrift(facts, step)
  const title = facts.track.steps.find((candidate) => candidate.number === step)?.title ?? null
  return { v: 1, track: facts.track.id, step, title, recorded, ok: findings.length === 0, findings }
}

/** The highest step any of whose objects or labels exists. */
export function stepInPlace(facts: Facts): number | null {
  const { track, deps, features } = facts
  for (const step of [...track.steps].reverse()) {
    const before = expectedAfter(track, step.number - 1, deps.files, features)
    const found = step.stages
      .flatMap((stage) => stage.actions.map((action) => ({ step, stage, action })))
      .some((origin) => showsTraces(facts, origin, before))
    if (found) return step.number
  }
  return null
}

/** Whether something is there that this action makes and the state before it did not have. */
export function showsTraces(
  { track, deps, snapshot }: Pick<Facts, 'track' | 'deps' | 'snapshot'>,
  origin: Origin,
  before: ExpectedState,
): boolean {
  const { action } = origin
  if (action.kind !== 'label')
    return objectsOf(origin, deps.files).some((wanted) => isEvidence(wanted, before, snapshot, track))
  return labelled(snapshot.objects, action).some(
    (object) =>
      hasLabels(object.metadata.labels, action.labels) && !hasLabels(labelsWanted(before, object), action.labels),
  )
}

function isEvidence(wanted: WantedObject, before: ExpectedState, snapshot: Snapshot, track: Track): boolean {
  const live = snapshot.find(wanted.ref)
  if (!live || isTerminating(live)) return false
  const older = before.objects.get(refKey(wanted.ref))
  if (older)
    return (
      !says(wanted.object.spec, older.object.spec) &&
      says(live.spec, wanted.object.spec) &&
      !says(live.spec, older.object.spec)
    )
  if (wanted.action.kind === 'resolve-domains') return isMarked(live, track)
  // Somebody else's object of the same name is no sign of us.
  if (wanted.object.metadata.labels && !wanted.existsOnly)
    return isMarked(live, track) || says(live.spec, wanted.object.spec)
  return true
}

/** The labels the expected state puts on this object, later lines over earlier ones. */
export function labelsWanted(state: ExpectedState, object: KubeObject): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const { action } of state.labels) {
    if (labelled([object], action).length === 0) continue
    for (const [key, value] of Object.entries(action.labels)) {
      if (value === null) delete labels[key]
      else labels[key] = value
    }
  }
  return labels
}

function findDrift(facts: Facts, step: number): Finding[] {
  const { track, deps, features, snapshot } = facts
  const expected = expectedAfter(track, step, deps.files, features)
  const findings: Finding[] = []
  for (const wanted of expected.objects.values()) {
    const live = snapshot.find(wanted.ref)
    if (snapshot.unread.some((entry) => entry.kind === wanted.ref.kind)) continue
    if (!live || isTerminating(live))
      findings.push({
        kind: 'missing',
        text: `${nameOf(wanted)} of step ${wanted.step.number} is missing`,
        repair: shownAction(wanted, facts),
      })
    else if (!isInPlace(live, wanted, track)) {
      const path = wanted.existsOnly ? '' : firstDifference(live.spec, wanted.object.spec)
      const text = `${nameOf(wanted)} is not as step ${wanted.step.number} left it (spec${path ? `.${path}` : ''})`
      findings.push({ kind: 'drifted', text, repair: shownAction(wanted, facts) })
    }
  }
  for (const { action, step: by } of expected.labels) {
    const lost = labelled(snapshot.objects, action).filter(
      (object) =>
        !hasLabels(object.metadata.labels, onlyKeys(labelsWanted(expected, object), Object.keys(action.labels))),
    )
    if (lost.length === 0) continue
    const operation = actionKind(action).operation(action, { deps })
    const text = Object.entries(action.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ')
    const names = lost.map((object) => object.metadata.name).join(', ')
    findings.push({
      kind: 'missing',
      text: `${lost.length === 1 ? 'pod' : 'pods'} ${names} without ${text}, which step ${by.number} put on (a re-created pod comes back without it)`,
      repair: operation
        ? deps.cluster.shown(operation.kind === 'label' ? { ...operation, overwrite: true } : operation)
        : '',
    })
  }
  for (const object of snapshot.objects) {
    if (!isMarked(object, track) || isTerminating(object) || expected.objects.has(refKey(refOf(object)))) continue
    const { namespace, name } = object.metadata
    findings.push({
      kind: 'extra',
      text: `${object.kind} ${namespace ? `${namespace}/` : ''}${name} does not belong to the state after step ${step}`,
      repair: deps.cluster.shown({ kind: 'delete-object', ref: refOf(object), resource: resourceName(object) }),
    })
  }
  return findings
}

function onlyKeys(labels: Record<string, string>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => keys.includes(key)))
}

function nameOf({ ref }: WantedObject): string {
  return `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`
}

function shownAction(wanted: WantedObject, { deps }: Facts): string {
  const operation = actionKind(wanted.action).operation(wanted.action, { deps })
  return operation ? deps.cluster.shown(operation) : ''
}

/** Plural and group as typed in full: short words mean other kinds where two groups share a name. */
export function resourceName(object: { apiVersion: string; kind: string }): string {
  const kind = object.kind.toLowerCase()
  const plural = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : kind.endsWith('s') ? `${kind}es` : `${kind}s`
  const slash = object.apiVersion.indexOf('/')
  return slash < 0 ? plural : `${plural}.${object.apiVersion.slice(0, slash)}`
}
