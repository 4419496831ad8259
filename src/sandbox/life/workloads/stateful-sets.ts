import type { Change, KubeObject } from '../../contracts.ts'
import { keyOf, splitKey } from '../keys.ts'
import type { Controller, LifeContext } from '../life.types.ts'
import { controllerOf, isControlledBy } from '../owners.ts'
import { createPod, deletePod, isReady, PodRefused } from '../pods/pod-actions.ts'
import { templateHash } from './template-hash.ts'

const RESOURCE = 'statefulsets.apps'
const REVISION = 'controller-revision-hash'
const POD_NAME = 'statefulset.kubernetes.io/pod-name'
const INDEX = 'apps.kubernetes.io/pod-index'

/** Pods with names that stay, `db-0`, `db-1`: made in order, ended and replaced from the highest, one at a time. */
export function createStatefulSetController(context: LifeContext): Controller {
  const { store, events } = context

  const reconcile = context.reconciler.controller((key) => {
    const { namespace, name } = splitKey(key)
    const set = store.get(RESOURCE, namespace, name)
    if (!set) return
    if (!set.metadata.deletionTimestamp) step(set)
    writeStatus(namespace, name)
  })

  function podsOf(set: KubeObject): Map<number, KubeObject> {
    const found = new Map<number, KubeObject>()
    for (const pod of store.list('pods', set.metadata.namespace)) {
      const ordinal = Number(/-(\d+)$/.exec(pod.metadata.name)?.[1])
      if (isControlledBy(pod, set) && pod.metadata.name === `${set.metadata.name}-${ordinal}`) found.set(ordinal, pod)
    }
    return found
  }

  /** One move towards what is wanted; the change it makes leads to the next. With `Parallel` all at once. */
  function step(set: KubeObject): void {
    const pods = podsOf(set)
    const replicas: number = set.spec.replicas ?? 1
    const inOrder = set.spec.podManagementPolicy !== 'Parallel'
    const first: number = set.spec.ordinals?.start ?? 0
    for (let ordinal = first; ordinal < first + replicas; ordinal++) {
      const pod = pods.get(ordinal)
      // One that has ended makes room for its successor.
      if (pod && /^(Failed|Succeeded)$/.test(pod.status?.phase)) stop(set, pod)
      if (!pod) start(set, ordinal)
      if (inOrder && !(pod && isUp(pod))) return
    }
    const surplus = [...pods].filter(([ordinal]) => ordinal < first || ordinal >= first + replicas)
    for (const [, pod] of surplus.sort(([a], [b]) => b - a)) {
      stop(set, pod)
      if (inOrder) return
    }
    replaceOne(set, pods, first + replicas)
  }

  function replaceOne(set: KubeObject, pods: Map<number, KubeObject>, end: number): void {
    const { type, rollingUpdate } = set.spec.updateStrategy ?? {}
    if (type === 'OnDelete') return
    const hash = templateHash(set.spec.template)
    const partition: number = rollingUpdate?.partition ?? 0
    for (let ordinal = end - 1; ordinal >= partition; ordinal--) {
      const pod = pods.get(ordinal)
      if (!pod) continue
      if (pod.metadata.labels?.[REVISION] !== revisionOf(set, hash)) {
        stop(set, pod)
        return
      }
      if (!isUp(pod)) return
    }
  }

  function start(set: KubeObject, ordinal: number): void {
    const name = `${set.metadata.name}-${ordinal}`
    try {
      createPod(context, set, set.spec.template, (draft) => {
        delete draft.metadata.generateName
        draft.metadata.name = name
        draft.metadata.labels = {
          ...draft.metadata.labels,
          [INDEX]: String(ordinal),
          [REVISION]: revisionOf(set, templateHash(set.spec.template)),
          [POD_NAME]: name,
        }
        draft.spec.hostname = name
        draft.spec.subdomain = set.spec.serviceName
      })
      say(set, 'SuccessfulCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} successful`)
    } catch (error) {
      if (!(error instanceof PodRefused)) throw error
      const message = `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`
      say(set, 'FailedCreate', message, 'Warning')
    }
  }

  function stop(set: KubeObject, pod: KubeObject): void {
    if (pod.metadata.deletionTimestamp) return
    deletePod(context, pod)
    const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`
    say(set, 'SuccessfulDelete', message)
  }

  function say(set: KubeObject, reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void {
    events(set, { type, reason, message, component: 'statefulset-controller' })
  }

  function writeStatus(namespace: string, name: string): void {
    const set = store.get(RESOURCE, namespace, name)
    if (!set) return
    const revision = revisionOf(set, templateHash(set.spec.template))
    const pods = [...podsOf(set).values()]
    const ready = pods.filter(isUp).length
    const updated = pods.filter(({ metadata }) => metadata.labels?.[REVISION] === revision).length
    const isRolledOut = updated === pods.length && pods.length === (set.spec.replicas ?? 1)
    store.modify(RESOURCE, namespace, name, (draft) => {
      const current = isRolledOut ? revision : (draft.status?.currentRevision ?? revision)
      const old = pods.filter(({ metadata }) => metadata.labels?.[REVISION] === current).length
      draft.status = {
        observedGeneration: draft.metadata.generation,
        replicas: pods.length,
        ...(ready ? { readyReplicas: ready } : {}),
        ...(old ? { currentReplicas: old } : {}),
        ...(updated ? { updatedReplicas: updated } : {}),
        currentRevision: current,
        updateRevision: revision,
        collisionCount: 0,
        availableReplicas: ready,
      }
    })
  }

  return {
    onChange({ type, resource, object }: Change) {
      if (resource === RESOURCE && type !== 'DELETED') reconcile(keyOf(object))
      if (resource !== 'pods') return
      const owner = controllerOf(object)
      if (owner?.kind === 'StatefulSet') reconcile(`${object.metadata.namespace}/${owner.name}`)
    },
    onExisting(resource, object) {
      if (resource === RESOURCE) reconcile(keyOf(object))
    },
  }
}

function revisionOf(set: KubeObject, hash: string): string {
  return `${set.metadata.name}-${hash}`
}

function isUp(pod: KubeObject): boolean {
  return isReady(pod) && !pod.metadata.deletionTimestamp
}
