import type { Change, KubeObject } from '../../contracts.ts'
import { equalJson } from '../../store/json-value.ts'
import { keyOf, splitKey } from '../keys.ts'
import { matchesSelector } from '../label-selector.ts'
import type { Controller, LifeContext } from '../life.types.ts'
import { controllerOf } from '../owners.ts'
import { isActive, isReady } from '../pods/pod-actions.ts'
import { stamp } from '../stamps.ts'

const RESOURCE = 'poddisruptionbudgets.policy'
const SCALED: Readonly<Record<string, string>> = { ReplicaSet: 'replicasets.apps', StatefulSet: 'statefulsets.apps' }

/** How many pods of each budget may be evicted now; the eviction endpoint goes by it (pkg/controller/disruption). */
export function createDisruptionController(context: LifeContext): Controller {
  const { store, clock } = context

  const reconcile = context.reconciler.controller((key) => {
    const { namespace, name } = splitKey(key)
    const budget = store.get(RESOURCE, namespace, name)
    if (!budget) return
    const pods = store
      .list('pods', namespace)
      .filter((pod) => isActive(pod) && matchesSelector(budget.spec?.selector, pod.metadata.labels))
    const expected = expectedOf(pods)
    const healthy = pods.filter(isReady).length
    const desired = desiredOf(budget, expected)
    const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0
    store.modify(RESOURCE, namespace, name, (draft) => {
      draft.status = {
        conditions: [condition(budget, allowed)],
        currentHealthy: healthy,
        desiredHealthy: desired,
        disruptionsAllowed: allowed,
        expectedPods: expected,
        observedGeneration: draft.metadata.generation,
      }
    })
  })

  /** As many as the pods' controllers want, where they have any. */
  function expectedOf(pods: readonly KubeObject[]): number {
    const counted = new Set<string>()
    let expected = 0
    for (const pod of pods) {
      const owner = controllerOf(pod)
      const resource = owner && SCALED[owner.kind]
      const set = resource && store.get(resource, pod.metadata.namespace, owner.name)
      if (!set) expected += 1
      else if (!counted.has(owner.uid)) {
        counted.add(owner.uid)
        expected += set.spec.replicas ?? 1
      }
    }
    return expected
  }

  function condition(budget: KubeObject, allowed: number): object {
    const status = allowed > 0 ? 'True' : 'False'
    const before = budget.status?.conditions?.find(({ type }: any) => type === 'DisruptionAllowed')
    return {
      type: 'DisruptionAllowed',
      status,
      observedGeneration: budget.metadata.generation,
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : stamp(clock.now()),
      reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      message: '',
    }
  }

  return {
    onChange({ type, resource, object, previous }: Change) {
      if (resource === RESOURCE && type !== 'DELETED' && object.spec !== previous?.spec) reconcile(keyOf(object))
      if (resource !== 'pods' && !Object.values(SCALED).includes(resource)) return
      const isSame = object.status === previous?.status && object.spec === previous?.spec
      if (isSame && equalJson(object.metadata.labels, previous?.metadata.labels)) {
        if (object.metadata.deletionTimestamp === previous?.metadata.deletionTimestamp) return
      }
      for (const budget of store.list(RESOURCE, object.metadata.namespace)) reconcile(keyOf(budget))
    },
    onExisting(resource, object) {
      if (resource === RESOURCE) reconcile(keyOf(object))
    },
  }
}

function desiredOf({ spec }: KubeObject, expected: number): number {
  const { minAvailable, maxUnavailable } = spec ?? {}
  if (maxUnavailable !== undefined) return Math.max(0, expected - resolve(maxUnavailable, expected))
  return resolve(minAvailable ?? 1, expected)
}

/** Parts of a percentage round up, both ways. */
function resolve(value: number | string, total: number): number {
  if (typeof value === 'number') return value
  return Math.ceil((Number.parseFloat(value) * total) / 100)
}
