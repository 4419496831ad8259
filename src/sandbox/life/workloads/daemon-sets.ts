import type { Change, KubeObject } from '../../contracts.ts'
import { keyOf, splitKey } from '../keys.ts'
import type { Controller, LifeContext } from '../life.types.ts'
import { controllerOf, isControlledBy } from '../owners.ts'
import { createPod, deletePod, isActive, isReady, PodRefused } from '../pods/pod-actions.ts'
import { tolerationFits } from '../pods/tolerations.ts'
import { templateHash } from './template-hash.ts'

const RESOURCE = 'daemonsets.apps'
const HASH = 'controller-revision-hash'
const DAEMON_TOLERATIONS = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
].map(([key, effect]) => ({ key, operator: 'Exists', effect }))

/** One pod on every node whose labels and taints allow it; a changed template replaces them one node at a time. */
export function createDaemonSetController(context: LifeContext): Controller {
  const { store, events } = context

  const reconcile = context.reconciler.controller((key) => {
    const { namespace, name } = splitKey(key)
    const set = store.get(RESOURCE, namespace, name)
    if (!set || set.metadata.deletionTimestamp) return
    const pods = store.list('pods', namespace).filter((pod) => isControlledBy(pod, set))
    const hash = templateHash(set.spec.template)
    const nodes = store.list('nodes').filter((node) => wants(set, node))
    for (const node of nodes) {
      const here = pods.filter((pod) => nodeOf(pod) === node.metadata.name)
      if (here.length === 0) start(set, node, hash)
    }
    for (const pod of pods) {
      if (isActive(pod) && !nodes.some((node) => node.metadata.name === nodeOf(pod))) stop(set, pod)
      // A daemon that ended is replaced.
      if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') stop(set, pod)
    }
    if (pods.length >= nodes.length) replaceOne(set, pods, hash)
    writeStatus(set, nodes.length, hash)
  })

  function start(set: KubeObject, node: KubeObject, hash: string): void {
    try {
      const pod = createPod(context, set, set.spec.template, (draft) => {
        draft.metadata.labels = {
          ...draft.metadata.labels,
          [HASH]: hash,
          'pod-template-generation': String(set.metadata.generation ?? 1),
        }
        draft.spec.tolerations = [...draft.spec.tolerations, ...DAEMON_TOLERATIONS]
        draft.spec.affinity = pinTo(node.metadata.name)
      })
      events(set, {
        reason: 'SuccessfulCreate',
        message: `Created pod: ${pod.metadata.name}`,
        component: 'daemonset-controller',
      })
    } catch (error) {
      if (!(error instanceof PodRefused)) throw error
      const message = `Error creating: ${error.message}`
      events(set, { type: 'Warning', reason: 'FailedCreate', message, component: 'daemonset-controller' })
    }
  }

  function stop(set: KubeObject, pod: KubeObject): void {
    if (pod.metadata.deletionTimestamp) return
    deletePod(context, pod)
    events(set, {
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${pod.metadata.name}`,
      component: 'daemonset-controller',
    })
  }

  function replaceOne(set: KubeObject, pods: readonly KubeObject[], hash: string): void {
    if (set.spec.updateStrategy?.type === 'OnDelete') return
    if (pods.some((pod) => !isActive(pod) || !isReady(pod))) return
    const stale = pods.find((pod) => pod.metadata.labels?.[HASH] !== hash)
    if (stale) stop(set, stale)
  }

  function writeStatus(set: KubeObject, desired: number, hash: string): void {
    const pods = store.list('pods', set.metadata.namespace).filter((pod) => isControlledBy(pod, set) && isActive(pod))
    const ready = pods.filter(isReady).length
    const updated = pods.filter((pod) => pod.metadata.labels?.[HASH] === hash).length
    store.modify(RESOURCE, set.metadata.namespace, set.metadata.name, (draft) => {
      draft.status = {
        currentNumberScheduled: pods.length,
        numberMisscheduled: 0,
        desiredNumberScheduled: desired,
        numberReady: ready,
        observedGeneration: draft.metadata.generation,
        ...(updated ? { updatedNumberScheduled: updated } : {}),
        ...(ready ? { numberAvailable: ready } : {}),
        ...(desired - ready > 0 ? { numberUnavailable: desired - ready } : {}),
      }
    })
  }

  return {
    onChange(change: Change) {
      if (change.resource === RESOURCE && change.type !== 'DELETED') reconcile(keyOf(change.object))
      if (change.resource === 'nodes') for (const set of store.list(RESOURCE)) reconcile(keyOf(set))
      if (change.resource !== 'pods') return
      const owner = controllerOf(change.object)
      if (owner?.kind === 'DaemonSet') reconcile(`${change.object.metadata.namespace}/${owner.name}`)
    },
    onExisting(resource, object) {
      if (resource === RESOURCE) reconcile(keyOf(object))
    },
  }
}

function wants(set: KubeObject, node: KubeObject): boolean {
  const { nodeSelector = {}, tolerations = [] } = set.spec.template.spec
  const labels = node.metadata.labels ?? {}
  const taints: any[] = node.spec?.taints ?? []
  return (
    Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) &&
    taints.every(
      (taint) => taint.effect === 'PreferNoSchedule' || tolerationFits([...tolerations, ...DAEMON_TOLERATIONS], taint),
    )
  )
}

function pinTo(nodeName: string): object {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } }
}

/** The node a daemon pod runs on, or is meant for while it waits. */
function nodeOf(pod: KubeObject): string | undefined {
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return pod.spec.nodeName ?? required?.nodeSelectorTerms[0]?.matchFields?.[0]?.values[0]
}
