import type { Change, KubeObject } from '../../contracts.ts'
import { keyOf, splitKey } from '../keys.ts'
import { matchesSelector } from '../label-selector.ts'
import type { Controller, LifeContext } from '../life.types.ts'
import { controllerOf, controllerReference, isControlledBy } from '../owners.ts'
import { fenceposts, newSetSize, oldSetSizes } from './deployment-plan.ts'
import { deploymentStatus } from './deployment-status.ts'
import { templateHash } from './template-hash.ts'

const RESOURCE = 'deployments.apps'
const SETS = 'replicasets.apps'
const REVISION = 'deployment.kubernetes.io/revision'
const HASH = 'pod-template-hash'
/** Not copied to the ReplicaSets. */
const OWN_ANNOTATIONS = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
])

/** One ReplicaSet per template; a changed template moves the pods over step by step. */
export function createDeploymentController(context: LifeContext): Controller {
  const { store, clock, events } = context

  const reconcile = context.reconciler.controller((key) => {
    const { namespace, name } = splitKey(key)
    const deployment = store.get(RESOURCE, namespace, name)
    if (!deployment) return
    if (!deployment.metadata.deletionTimestamp) roll(deployment)
    writeStatus(namespace, name)
  })

  function setsOf(deployment: KubeObject): KubeObject[] {
    const found: KubeObject[] = []
    for (const set of store.list(SETS, deployment.metadata.namespace)) {
      if (isControlledBy(set, deployment)) found.push(set)
      else if (!controllerOf(set) && matchesSelector(deployment.spec.selector, set.metadata.labels)) {
        const adopted = store.modify(SETS, set.metadata.namespace, set.metadata.name, (draft) => {
          draft.metadata.ownerReferences = [...(draft.metadata.ownerReferences ?? []), controllerReference(deployment)]
        })
        if (adopted) found.push(adopted)
      }
    }
    return found
  }

  function roll(deployment: KubeObject): void {
    const sets = setsOf(deployment)
    const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount ?? 0)
    const known = sets.find((set) => set.metadata.labels?.[HASH] === hash)
    const old = sets.filter((set) => set !== known)
    // A paused deployment scales what it has and starts nothing new.
    if (deployment.spec.paused) {
      if (known) resize(deployment, known, deployment.spec.replicas ?? 1)
      return
    }
    const size = newSetSize(deployment, known, old)
    const current = known ? refresh(deployment, known, sets) : createSet(deployment, hash, size, sets)
    resize(deployment, current, size)
    for (const [set, less] of oldSetSizes(deployment, current, old)) resize(deployment, set, less)
    forgetOld(deployment, old)
  }

  function createSet(deployment: KubeObject, hash: string, replicas: number, sets: readonly KubeObject[]): KubeObject {
    const template = structuredClone(deployment.spec.template)
    template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [HASH]: hash } }
    const selector = structuredClone(deployment.spec.selector)
    selector.matchLabels = { ...selector.matchLabels, [HASH]: hash }
    const revision = nextRevision(sets)
    const set = store.create(SETS, {
      kind: 'ReplicaSet',
      apiVersion: 'apps/v1',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace!,
        labels: template.metadata.labels,
        annotations: { ...copied(deployment), ...sizes(deployment), [REVISION]: String(revision) },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: { replicas, selector, template },
      status: { replicas: 0 },
    })
    setRevision(deployment, revision)
    if (replicas > 0) sayScaled(deployment, set, 0, replicas)
    return set
  }

  /** A set whose template is wanted again (rollout undo) becomes the newest revision. */
  function refresh(deployment: KubeObject, set: KubeObject, sets: readonly KubeObject[]): KubeObject {
    const others = sets.filter((other) => other !== set)
    const own = Number(set.metadata.annotations?.[REVISION] ?? 0)
    const revision = Math.max(own, nextRevision(others))
    const newest = others.length > 0 && own < nextRevision(others) ? revision : own
    const changed = store.modify(SETS, set.metadata.namespace, set.metadata.name, (draft) => {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        ...copied(deployment),
        ...sizes(deployment),
        [REVISION]: String(newest),
      }
    })
    setRevision(deployment, newest)
    return changed ?? set
  }

  function nextRevision(sets: readonly KubeObject[]): number {
    return Math.max(0, ...sets.map((set) => Number(set.metadata.annotations?.[REVISION] ?? 0))) + 1
  }

  function setRevision(deployment: KubeObject, revision: number): void {
    store.modify(RESOURCE, deployment.metadata.namespace, deployment.metadata.name, (draft) => {
      draft.metadata.annotations = { ...draft.metadata.annotations, [REVISION]: String(revision) }
    })
  }

  function resize(deployment: KubeObject, set: KubeObject, replicas: number): void {
    const from = set.spec.replicas ?? 1
    if (from === replicas) return
    store.modify(SETS, set.metadata.namespace, set.metadata.name, (draft) => {
      draft.spec.replicas = replicas
      draft.metadata.annotations = { ...draft.metadata.annotations, ...sizes(deployment) }
    })
    sayScaled(deployment, set, from, replicas)
  }

  function sayScaled(deployment: KubeObject, set: KubeObject, from: number, to: number): void {
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`
    events(deployment, { reason: 'ScalingReplicaSet', message, component: 'deployment-controller' })
  }

  function forgetOld(deployment: KubeObject, old: readonly KubeObject[]): void {
    const empty = old.filter(
      (set) => set.spec.replicas === 0 && !set.status?.replicas && !set.metadata.deletionTimestamp,
    )
    const surplus = empty.length - (deployment.spec.revisionHistoryLimit ?? 10)
    if (surplus <= 0) return
    const byRevision = [...empty].sort((a, b) => revisionOf(a) - revisionOf(b))
    for (const set of byRevision.slice(0, surplus)) store.remove(SETS, set.metadata.namespace, set.metadata.name)
  }

  function writeStatus(namespace: string, name: string): void {
    const deployment = store.get(RESOURCE, namespace, name)
    if (!deployment) return
    const sets = setsOf(deployment)
    const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount ?? 0)
    const current = sets.find((set) => set.metadata.labels?.[HASH] === hash)
    store.modify(RESOURCE, namespace, name, (draft) => {
      draft.status = deploymentStatus(draft, current, sets, clock.now())
    })
  }

  return {
    onChange(change: Change) {
      if (change.resource === RESOURCE && change.type !== 'DELETED') reconcile(keyOf(change.object))
      if (change.resource !== SETS) return
      const owner = controllerOf(change.object)
      if (owner?.kind === 'Deployment') reconcile(`${change.object.metadata.namespace}/${owner.name}`)
    },
    onExisting(resource, object) {
      if (resource === RESOURCE) reconcile(keyOf(object))
    },
  }
}

function copied(deployment: KubeObject): Record<string, string> {
  const entries = Object.entries(deployment.metadata.annotations ?? {})
  return Object.fromEntries(entries.filter(([key]) => !OWN_ANNOTATIONS.has(key)))
}

function sizes(deployment: KubeObject): Record<string, string> {
  const replicas = deployment.spec.replicas ?? 1
  return {
    'deployment.kubernetes.io/desired-replicas': String(replicas),
    'deployment.kubernetes.io/max-replicas': String(replicas + fenceposts(deployment).surge),
  }
}

function revisionOf(set: KubeObject): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0)
}
