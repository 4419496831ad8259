import type { Change, KubeObject } from '../../contracts.ts'
import { keyOf, splitKey } from '../keys.ts'
import { matchesSelector } from '../label-selector.ts'
import type { Controller, LifeContext } from '../life.types.ts'
import { controllerOf, controllerReference, isControlledBy } from '../owners.ts'
import { createPod, deletePod, isActive, isReady, PodRefused } from '../pods/pod-actions.ts'
import { stamp } from '../stamps.ts'

const RESOURCE = 'replicasets.apps'

/** Keeps as many pods as `replicas` says: makes missing ones, deletes surplus ones, adopts and lets go by label. */
export function createReplicaSetController(context: LifeContext): Controller {
  const { store, clock, events } = context

  const reconcile = context.reconciler.controller((key) => {
    const { namespace, name } = splitKey(key)
    const set = store.get(RESOURCE, namespace, name)
    if (!set) return
    const pods = set.metadata.deletionTimestamp ? ownPods(set) : claim(set)
    const active = pods.filter(isActive)
    const failure = set.metadata.deletionTimestamp ? undefined : scale(set, active)
    writeStatus(set, failure)
  })

  function ownPods(set: KubeObject): KubeObject[] {
    return store.list('pods', set.metadata.namespace).filter((pod) => isControlledBy(pod, set))
  }

  /** Pods that match and belong to nobody are adopted; own pods that match no longer are let go. */
  function claim(set: KubeObject): KubeObject[] {
    const mine: KubeObject[] = []
    for (const pod of store.list('pods', set.metadata.namespace)) {
      const matches = matchesSelector(set.spec.selector, pod.metadata.labels)
      if (isControlledBy(pod, set)) {
        if (matches || pod.metadata.deletionTimestamp) mine.push(pod)
        else
          setOwners(
            pod,
            pod.metadata.ownerReferences!.filter(({ uid }) => uid !== set.metadata.uid),
          )
      } else if (matches && !controllerOf(pod) && isActive(pod)) {
        const adopted = setOwners(pod, [...(pod.metadata.ownerReferences ?? []), controllerReference(set)])
        if (adopted) mine.push(adopted)
      }
    }
    return mine
  }

  function setOwners(pod: KubeObject, owners: any[]): KubeObject | undefined {
    return store.modify('pods', pod.metadata.namespace, pod.metadata.name, (draft) => {
      if (owners.length > 0) draft.metadata.ownerReferences = owners
      else delete draft.metadata.ownerReferences
    })
  }

  function scale(set: KubeObject, active: KubeObject[]): string | undefined {
    const missing = (set.spec.replicas ?? 1) - active.length
    for (let i = 0; i < missing; i++) {
      try {
        const pod = createPod(context, set, set.spec.template)
        say(set, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
      } catch (error) {
        if (!(error instanceof PodRefused)) throw error
        events(set, {
          type: 'Warning',
          reason: 'FailedCreate',
          message: `Error creating: ${error.message}`,
          component: 'replicaset-controller',
        })
        return error.message
      }
    }
    if (missing < 0) {
      for (const pod of expendable(active).slice(0, -missing)) {
        deletePod(context, pod)
        say(set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
      }
    }
    return undefined
  }

  function say(set: KubeObject, reason: string, message: string): void {
    events(set, { reason, message, component: 'replicaset-controller' })
  }

  function writeStatus(set: KubeObject, failure: string | undefined): void {
    const pods = ownPods(set).filter(isActive)
    const templateLabels = set.spec.template.metadata?.labels ?? {}
    const labelled = pods.filter((pod) =>
      Object.entries(templateLabels).every(([key, value]) => pod.metadata.labels?.[key] === value),
    )
    const ready = pods.filter(isReady).length
    store.modify(RESOURCE, set.metadata.namespace, set.metadata.name, (draft) => {
      draft.status = {
        replicas: pods.length,
        ...(labelled.length > 0 ? { fullyLabeledReplicas: labelled.length } : {}),
        ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
        observedGeneration: draft.metadata.generation,
        ...(failure ? { conditions: [failureCondition(draft, failure)] } : {}),
      }
    })
  }

  function failureCondition(set: KubeObject, message: string): object {
    const earlier = set.status?.conditions?.find(({ type }: any) => type === 'ReplicaFailure')
    const lastTransitionTime = earlier?.lastTransitionTime ?? stamp(clock.now())
    return { type: 'ReplicaFailure', status: 'True', lastTransitionTime, reason: 'FailedCreate', message }
  }

  return {
    onChange(change: Change) {
      if (change.resource === RESOURCE) {
        if (change.type !== 'DELETED') reconcile(keyOf(change.object))
        return
      }
      if (LETS_PODS_IN.has(change.resource)) {
        const { namespace, name } = change.object.metadata
        for (const set of store.list(RESOURCE, namespace ?? name)) if (isRefused(set)) reconcile(keyOf(set))
      }
      if (change.resource !== 'pods') return
      for (const pod of [change.object, change.previous]) {
        if (!pod) continue
        const owner = controllerOf(pod)
        if (owner?.kind === 'ReplicaSet') reconcile(`${pod.metadata.namespace}/${owner.name}`)
        else if (!owner && change.type !== 'DELETED') {
          for (const set of store.list(RESOURCE, pod.metadata.namespace)) {
            if (matchesSelector(set.spec.selector, pod.metadata.labels)) reconcile(keyOf(set))
          }
        }
      }
    },
    onExisting(resource, object) {
      if (resource === RESOURCE) reconcile(keyOf(object))
    },
  }
}

/** What decides whether pods are let in: a set that was refused some tries again when one of these changes. */
const LETS_PODS_IN = new Set(['serviceaccounts', 'resourcequotas', 'namespaces'])

function isRefused(set: KubeObject): boolean {
  return set.status?.conditions?.some(({ type }: any) => type === 'ReplicaFailure') === true
}

/** Who goes first: unbound, pending, not ready; then the cheapest by annotation, the newest. */
function expendable(pods: readonly KubeObject[]): KubeObject[] {
  const cost = (pod: KubeObject) =>
    Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0)
  const rank = (pod: KubeObject) => [
    pod.spec.nodeName ? 1 : 0,
    pod.status?.phase === 'Running' ? 1 : 0,
    isReady(pod) ? 1 : 0,
    cost(pod),
  ]
  return [...pods].sort((a, b) => {
    const left = rank(a)
    const right = rank(b)
    for (const [i, value] of left.entries()) if (value !== right[i]) return value - right[i]!
    return a.metadata.creationTimestamp! > b.metadata.creationTimestamp! ? -1 : 1
  })
}
