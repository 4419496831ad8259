/**
 * What has to be done to be back at the state after step N (null: before the workshop). Pure: the objects as they are
 * and the baseline in, an ordered list out. Made anew each time, so an interrupted reset is simply planned again.
 */
import type { KubeObject, Operation } from '../../cluster/port.ts'
import type { Action } from '../../workshop/step.ts'
import { hasLabels } from '../actions/label.ts'
import { actionKind } from '../actions/table.ts'
import {
  actionsOf,
  allVersions,
  expectedAfter,
  isInPlace,
  isMarked,
  type Origin,
  type WantedObject,
} from '../expected-state.ts'
import { withFollowers } from '../followers.ts'
import { says } from '../matches.ts'
import { isTerminating, isTwin } from '../pods.ts'
import { hasProbeContainer } from '../probes/vehicle.ts'
import { actionCommand } from '../run-action.ts'
import { refKey, refOf } from '../snapshot.ts'
import { type Facts, resourceName } from '../status.ts'
import type { Baseline } from './baseline.ts'
import { holdersOf } from './held-up.ts'
import { labelEntries } from './label-entries.ts'
import { appearedPolicies, ownPolicies } from './others.ts'
import { deleteRank, isPolicy, type Rank, ranks } from './rank.ts'
import { restoreLines } from './restore-files.ts'
import { recordRef, stateNamespace } from './state-namespace.ts'

type ResetWork =
  | { kind: 'operation'; operation: Operation }
  /** As it was at first contact. */
  | { kind: 'restore'; object: KubeObject }
  /** A step's own action: something it made is missing or was changed. */
  | ({ kind: 'action' } & Origin)

export interface ResetEntry {
  rank: Rank
  command: string
  reason: string
  work: ResetWork
  /** What somebody wrote or changed by hand and this line takes away or replaces. */
  byHand?: string
}

interface ResetQuestion extends ResetEntry {
  /** What somebody else did, as a sentence; done only when asked for. */
  question: string
}

export interface ResetPlan {
  v: 1
  to: number | null
  entries: ResetEntry[]
  questions: ResetQuestion[]
  warnings: string[]
  /** The record in the cluster is of use to somebody else still. */
  keepRecord?: boolean
  /** As they are now: changed by hand, and in no file. */
  edited: KubeObject[]
}

export function planReset(facts: Facts, baseline: Baseline | null, to: number | null): ResetPlan {
  const { deps, track, features, snapshot } = facts
  const wanted = expectedAfter(track, to, deps.files, features)
  const versions = allVersions(track, deps.files)
  const before = new Map((baseline?.objects ?? []).map((object) => [refKey(refOf(object)), object]))
  const entries: ResetEntry[] = []
  const questions: ResetQuestion[] = []
  const warnings: string[] = []
  const edited: KubeObject[] = []
  if (!baseline && to === null)
    warnings.push(
      'No record of what was here before the workshop: only what the manifests name is taken away, and nothing is put back.',
    )

  const removed = new Set<string>()
  const remove = (object: KubeObject, reason: string): ResetEntry => {
    removed.add(refKey(refOf(object)))
    return deletion(facts, object, reason)
  }

  /** The steps' lines to be done again, with the reason. */
  const redo = new Map<Action, Redo>()
  const own = ownPolicies(deps)
  const unsure: string[] = []
  const ours = snapshot.objects.filter(
    (object) =>
      !isTerminating(object) &&
      (versions.has(refKey(refOf(object))) || isMarked(object, track) || own.has(refKey(refOf(object)))),
  )
  for (const live of ours) {
    const key = refKey(refOf(live))
    const keep = wanted.objects.get(key)
    const known = versions.get(key) ?? []
    const old = before.get(key)
    if (keep) {
      if (isInPlace(live, keep, track)) continue
      const reason = `as step ${keep.step.number} left it`
      if (old && !sameAsBefore(live, old) && !isMarked(live, track) && !isKnown(live, known))
        questions.push({ ...again(facts, keep, reason), question: `${name(live)} was changed by somebody else` })
      else {
        const isEdited = isPolicy(live) && !isKnown(live, known)
        if (isEdited) edited.push(live)
        if (isEdited)
          warnings.push(`${name(live)} was edited by hand since; step ${keep.step.number}'s version takes its place.`)
        note(redo, keep, reason, isEdited ? name(live) : undefined)
      }
      continue
    }
    if (old) {
      if (sameAsBefore(live, old)) continue
      const entry = restore(facts, old)
      // What the steps only ask to exist was left as found; a change of it is somebody else's.
      if (known.every((version) => version.existsOnly) && !touched(live, old, known, track)) continue
      if (isKnown(live, known)) entries.push(entry)
      else
        questions.push({
          ...entry,
          question: `${name(live)} was here before, the workshop changed it, and somebody changed it again`,
        })
      continue
    }
    const origin = known.at(-1)
    const theirs = own.get(key)
    if (theirs && baseline !== null) {
      if (!says(live.spec, theirs.object.spec)) edited.push(live)
      entries.push({ ...remove(live, `named in ${theirs.file} of the working folder`), byHand: name(live) })
      continue
    }
    const reason = origin ? `made by step ${known[0]!.step.number}` : "carries the workshop's label"
    // Without a record of what was here before, only what carries our labels is taken for ours.
    const mine = bearsOurLabels(live, known, track) || (baseline !== null && !origin?.object.metadata.labels)
    if (!mine && !baseline && !theirs) {
      // Without a record what does not bear our labels is whoever's it was.
      unsure.push(name(live))
      continue
    }
    if (!mine) {
      const question = `${name(live)} has a name the workshop uses, but was made by somebody else`
      questions.push({ ...deletion(facts, live, reason), question })
      continue
    }
    const isEdited = known.length > 0 && !isKnown(live, known)
    if (isEdited && isPolicy(live)) edited.push(live)
    if (isEdited) warnings.push(`${name(live)} was edited by hand since; the edits go with it.`)
    entries.push({ ...remove(live, reason), ...(isEdited && isPolicy(live) ? { byHand: name(live) } : {}) })
  }
  for (const live of snapshot.objects) {
    const isOurs = versions.has(refKey(refOf(live))) || isMarked(live, track)
    const holders = isOurs ? holdersOf(live) : []
    if (holders.length > 0)
      warnings.push(`${name(live)} is still being deleted, and counts until it is gone: held by ${holders.join(', ')}.`)
  }
  if (unsure.length > 0) {
    const names = `${unsure.slice(0, 3).join(', ')}${unsure.length > 3 ? ` and ${unsure.length - 3} more` : ''}`
    warnings.push(`${names}: names the workshop uses, but nothing says that it made them; they stay.`)
  }
  for (const old of before.values()) {
    const key = refKey(refOf(old))
    if (wanted.objects.has(key) || snapshot.find(refOf(old))) continue
    if (old.kind === 'Pod')
      warnings.push(`${name(old)} was here before the workshop and is gone; a pod cannot be put back exactly.`)
    else entries.push(restore(facts, old))
  }
  for (const live of appearedPolicies(facts, baseline)) {
    if (ours.includes(live)) continue
    const question = `${name(live)} appeared since the workshop began, and is not the workshop's`
    questions.push({ ...deletion(facts, live, 'appeared meanwhile'), question })
  }
  for (const one of wanted.objects.values()) {
    const live = snapshot.find(one.ref)
    if (!live || isTerminating(live)) note(redo, one, `missing, made by step ${one.step.number}`)
  }
  entries.push(...redone(facts, to, redo))
  entries.push(...labelEntries(facts, baseline, to, wanted, removed))
  keepTiers(facts, entries, warnings, removed)
  keepNamespaces(facts, entries, questions, warnings, removed)
  if (to === null) {
    entries.push(...probedPods(facts, removed, warnings))
    const isShared = (baseline?.others ?? []).length > 0
    const home = snapshot.find({ apiVersion: 'v1', kind: 'Namespace', name: stateNamespace })
    if (!isShared && home) entries.push(...forgetRecords(facts, home, baseline !== null))
  }
  for (const twin of snapshot.of('v1', 'Pod').filter((pod) => isTwin(pod) && !isTerminating(pod)))
    entries.push(remove(twin, 'a probe pod left over'))
  entries.sort((a, b) => a.rank - b.rank)
  return { v: 1, to, entries, questions, warnings, edited }
}

/** A namespace an administrator made holds the rights of this user: only our record in it goes. */
function forgetRecords(facts: Facts, namespace: KubeObject, hasRecord: boolean): ResetEntry[] {
  const isOwn = namespace.metadata.labels?.['app.kubernetes.io/managed-by'] === 'hipster-workshop'
  if (!isOwn && !hasRecord) return []
  const work: Operation = isOwn
    ? { kind: 'delete-object', ref: refOf(namespace), resource: 'namespaces' }
    : {
        kind: 'delete-object',
        ref: recordRef,
        resource: 'configmaps',
      }
  return [operation(facts, ranks.state, work, 'where the workshop keeps its records')]
}

function operation({ deps }: Facts, rank: Rank, work: Operation, reason: string): ResetEntry {
  return { rank, command: deps.cluster.shown(work), reason, work: { kind: 'operation', operation: work } }
}

function deletion(facts: Facts, object: KubeObject, reason: string): ResetEntry {
  const work = { kind: 'delete-object' as const, ref: refOf(object), resource: resourceName(object) }
  return operation(facts, deleteRank(object), work, reason)
}

/** By the labels in our manifests, so that what a learner applied by hand is recognised too. */
function bearsOurLabels(live: KubeObject, known: readonly WantedObject[], track: Facts['track']): boolean {
  const key = 'app.kubernetes.io/managed-by'
  const ours = (object: KubeObject) => object.metadata.labels?.[key] === 'hipster-workshop'
  return isMarked(live, track) || (ours(live) && known.some(({ object }) => ours(object)))
}

interface Redo {
  origin: WantedObject
  reason: string
  byHand?: string
}

/** One line per action: a file that puts back what others need to be there (tier, namespace) counts as that. */
function note(redo: Map<Action, Redo>, origin: WantedObject, reason: string, byHand?: string): void {
  const known = redo.get(origin.action)
  const first = known && rankOf(origin) >= rankOf(known.origin) ? known.origin : origin
  const theirs = [known?.byHand, byHand].filter((name) => name !== undefined).join(', ')
  redo.set(origin.action, {
    origin: first,
    reason: known?.reason ?? reason,
    ...(theirs === '' ? {} : { byHand: theirs }),
  })
}

/** In the steps' order, each with the later lines that have to follow it. */
function redone(facts: Facts, to: number | null, redo: ReadonlyMap<Action, Redo>): ResetEntry[] {
  const { deps, track, features } = facts
  const chosen = [...redo.values()].map(({ origin }) => origin)
  return withFollowers(chosen, actionsOf(track, to, features), deps.files).map((origin) => {
    const { action, step, stage } = origin
    const own = redo.get(action)
    if (own) return { ...again(facts, own.origin, own.reason), ...(own.byHand ? { byHand: own.byHand } : {}) }
    const reason = `follows, by step ${step.number}`
    const work = actionKind(action).operation(action, { deps })
    // New pods only: whatever the others carry was settled by itself.
    if (action.kind === 'label' && work?.kind === 'label')
      return operation(facts, ranks.apply, { ...work, overwrite: true }, reason)
    return lineOf(facts, { step, stage, action }, ranks.apply, reason)
  })
}

function again(facts: Facts, origin: WantedObject, reason: string): ResetEntry {
  const { step, stage, action } = origin
  return lineOf(facts, { step, stage, action }, rankOf(origin), reason)
}

/** A namespace and workloads have to be there before what lives in them, so forwards the steps' own order counts. */
function rankOf({ ref }: WantedObject): Rank {
  return ref.kind === 'Tier' || ref.kind === 'Namespace' ? ranks.deny : ranks.apply
}

function lineOf(facts: Facts, { step, stage, action }: Origin, rank: Rank, reason: string): ResetEntry {
  const { deps, track, snapshot } = facts
  const command = actionCommand(action, { deps, track }, snapshot)
  const work = { kind: 'action' as const, step, stage, action }
  if (action.kind !== 'resolve-domains') return { rank, command, reason, work }
  // The lines that look up names, and the one that applies their answers.
  const applied = actionKind(action).operation(action, { deps })
  const lines = [command, ...(applied ? [deps.cluster.shown(applied)] : [])].join('\n')
  return { rank, command: lines, reason: `${reason}; the answers of dig stand in nets of that file`, work }
}

function restore({ deps, snapshot }: Facts, object: KubeObject): ResetEntry {
  const rank = object.kind === 'Tier' ? ranks.tier : isPolicy(object) ? ranks.apply : ranks.set
  const isThere = snapshot.find(refOf(object)) !== undefined
  const lines = restoreLines(object, isThere).map(({ verb, file }) => {
    const { path, shownPath = path } = deps.files.manifest(file)
    return deps.cluster.shown({ kind: 'show', args: [...verb, '-f', shownPath] })
  })
  const command = lines.join('\n')
  return { rank, command, reason: 'as it was before the workshop', work: { kind: 'restore', object } }
}

/** Whether an object reads as one of the versions our manifests hold. */
function isKnown(live: KubeObject, known: readonly WantedObject[]): boolean {
  return known.some((version) => version.existsOnly || says(live.spec, version.object.spec))
}

function touched(live: KubeObject, old: KubeObject, known: readonly WantedObject[], track: Facts['track']): boolean {
  if (isMarked(live, track) && !isMarked(old, track)) return true
  return known.some(
    ({ object }) => object.spec !== undefined && says(live.spec, object.spec) && !says(old.spec, object.spec),
  )
}

/** Spec, labels and annotations. */
export function sameAsBefore(live: KubeObject, old: KubeObject): boolean {
  return (
    says(live.spec, old.spec) &&
    says(old.spec, live.spec) &&
    hasLabels(live.metadata.labels, old.metadata.labels ?? {}) &&
    Object.keys(live.metadata.labels ?? {}).length === Object.keys(old.metadata.labels ?? {}).length &&
    hasLabels(live.metadata.annotations, old.metadata.annotations ?? {}) &&
    Object.keys(live.metadata.annotations ?? {}).length === Object.keys(old.metadata.annotations ?? {}).length
  )
}

function name(object: KubeObject): string {
  const { namespace, name: own } = object.metadata
  return `${object.kind} ${namespace ? `${namespace}/` : ''}${own}`
}

/** A tier that still holds somebody's policy cannot go, and must not: the policy would lose its place. */
function keepTiers({ snapshot }: Facts, entries: ResetEntry[], warnings: string[], removed: ReadonlySet<string>): void {
  for (const entry of entries.filter(isDeletionOf('Tier'))) {
    const tier = entry.work.operation.ref.name
    const others = snapshot.objects.filter(
      (object) => isPolicy(object) && object.spec?.tier === tier && !removed.has(refKey(refOf(object))),
    )
    if (others.length === 0) continue
    entries.splice(entries.indexOf(entry), 1)
    const going = others.filter(isTerminating)
    const foreign = others.filter((object) => !isTerminating(object))
    const held = [
      ...(foreign.length > 0
        ? [`it still holds ${foreign.map(name).join(', ')}, which the workshop did not make`]
        : []),
      ...(going.length > 0 ? [`${going.map(name).join(', ')} in it is still being deleted`] : []),
    ]
    warnings.push(`Tier ${tier} stays: ${held.join('; ')}.`)
  }
}

type Deletion = ResetEntry & { work: { kind: 'operation'; operation: Extract<Operation, { kind: 'delete-object' }> } }

function isDeletionOf(kind: string): (entry: ResetEntry) => entry is Deletion {
  return (entry): entry is Deletion =>
    entry.work.kind === 'operation' &&
    entry.work.operation.kind === 'delete-object' &&
    entry.work.operation.ref.kind === kind
}

/** A namespace goes with everything in it, so only when all of it is ours; then its workloads need no lines of their own. */
function keepNamespaces(
  { snapshot }: Facts,
  entries: ResetEntry[],
  questions: ResetQuestion[],
  warnings: string[],
  removed: ReadonlySet<string>,
): void {
  const asked = new Set(
    questions.flatMap(({ work }) =>
      work.kind === 'operation' && work.operation.kind === 'delete-object' ? [refKey(work.operation.ref)] : [],
    ),
  )
  for (const entry of entries.filter(isDeletionOf('Namespace'))) {
    const namespace = entry.work.operation.ref.name
    const foreign = snapshot.objects.filter(
      (object) =>
        object.metadata.namespace === namespace &&
        !isByController(object, snapshot.objects) &&
        !removed.has(refKey(refOf(object))) &&
        !isTerminating(object),
    )
    if (foreign.length > 0) {
      entries.splice(entries.indexOf(entry), 1)
      if (foreign.every((object) => asked.has(refKey(refOf(object))))) {
        questions.push({ ...entry, question: `Namespace ${namespace} can only go together with those in it` })
        continue
      }
      warnings.push(
        `Namespace ${namespace} stays: ${foreign.slice(0, 5).map(name).join(', ')}${foreign.length > 5 ? ' and more' : ''} in it are not the workshop's.`,
      )
      continue
    }
    const inside = entries.filter(
      (other) =>
        other.rank === ranks.workload &&
        other.work.kind === 'operation' &&
        other.work.operation.kind === 'delete-object' &&
        other.work.operation.ref.namespace === namespace,
    )
    for (const other of inside) entries.splice(entries.indexOf(other), 1)
  }
}

/** Made by Kubernetes itself, not by a person. */
function isByController(object: KubeObject, objects: readonly KubeObject[]): boolean {
  const owners: unknown[] = object.metadata.ownerReferences ?? []
  if (owners.length > 0) return true
  if (object.kind === 'ServiceAccount' && object.metadata.name === 'default') return true
  return (
    object.kind === 'EndpointSlice' &&
    objects.some(
      (other) =>
        other.kind === 'Service' && other.metadata.name === object.metadata.labels?.['kubernetes.io/service-name'],
    )
  )
}

/** Probe containers cannot be taken out of a pod: pods that a controller brings back are deleted, bare ones told about. */
function probedPods(facts: Facts, removed: ReadonlySet<string>, warnings: string[]): ResetEntry[] {
  const going = new Set(
    facts.snapshot.objects
      .filter((object) => object.kind === 'Namespace' && removed.has(refKey(refOf(object))))
      .map((object) => object.metadata.name),
  )
  return facts.snapshot.of('v1', 'Pod').flatMap((pod) => {
    if (
      !hasProbeContainer(pod) ||
      isTerminating(pod) ||
      removed.has(refKey(refOf(pod))) ||
      going.has(pod.metadata.namespace ?? '')
    )
      return []
    const owners: unknown[] = pod.metadata.ownerReferences ?? []
    if (owners.length > 0)
      return [
        operation(
          facts,
          ranks.workload,
          { kind: 'delete-object', ref: refOf(pod), resource: 'pods' },
          'carries a probe container; its controller makes a new one',
        ),
      ]
    warnings.push(`${name(pod)} keeps its probe container: nothing would bring the pod back.`)
    return []
  })
}
