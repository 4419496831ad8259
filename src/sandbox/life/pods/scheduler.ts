import type { Change, KubeObject } from '../../contracts.ts'
import { keyOf, splitKey } from '../keys.ts'
import type { Controller, LifeContext } from '../life.types.ts'
import { UNSCHEDULABLE } from '../nodes.ts'
import { stamp } from '../stamps.ts'
import { tolerationFits } from './tolerations.ts'

/** Binds pods to the node with the fewest of them, among those whose labels and taints allow it. */
export function createScheduler(context: LifeContext): Controller {
  const { store, clock, events } = context
  /** Refused once: looked at again when a node changes or a pod leaves. */
  const unschedulable = new Set<string>()
  /** Pods by node. */
  const load = new Map<string, number>()
  const count = (node: string | undefined, by: 1 | -1) => {
    if (node) load.set(node, (load.get(node) ?? 0) + by)
  }

  const schedule = context.reconciler.controller((key) => {
    unschedulable.delete(key)
    const { namespace, name } = splitKey(key)
    const pod = store.get('pods', namespace, name)
    if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp || pod.spec.schedulingGates?.length) return
    if (pod.spec.schedulerName && pod.spec.schedulerName !== 'default-scheduler') return
    const nodes = store.list('nodes')
    const node = best(nodes.filter((candidate) => obstacle(pod, candidate) === undefined))
    if (node) bind(pod, node)
    else refuse(pod, key, nodes)
  })

  function best(nodes: KubeObject[]): KubeObject | undefined {
    const loadOf = (node: KubeObject) => load.get(node.metadata.name) ?? 0
    return nodes.reduce<KubeObject | undefined>(
      (least, node) => (least && loadOf(least) <= loadOf(node) ? least : node),
      undefined,
    )
  }

  function bind(pod: KubeObject, node: KubeObject): void {
    const nodeName = node.metadata.name
    const bound = store.modify('pods', pod.metadata.namespace, pod.metadata.name, (draft) => {
      draft.spec.nodeName = nodeName
      draft.status.conditions = [scheduled(pod, { status: 'True' })]
    })
    if (!bound) return
    events(bound, {
      reason: 'Scheduled',
      message: `Successfully assigned ${keyOf(pod)} to ${nodeName}`,
      component: 'default-scheduler',
      host: nodeName,
      action: 'Binding',
    })
  }

  function refuse(pod: KubeObject, key: string, nodes: KubeObject[]): void {
    unschedulable.add(key)
    const counts = new Map<string, number>()
    for (const node of nodes) {
      const why = obstacle(pod, node) ?? ''
      counts.set(why, (counts.get(why) ?? 0) + 1)
    }
    const reasons = [...counts].map(([why, count]) => `${count} node(s) ${why}`).sort()
    const message = `0/${nodes.length} nodes are available: ${reasons.join(', ')}. preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`
    const waiting = store.modify('pods', pod.metadata.namespace, pod.metadata.name, (draft) => {
      draft.status.conditions = [scheduled(pod, { status: 'False', reason: 'Unschedulable', message })]
    })
    if (waiting && waiting !== pod) {
      events(waiting, {
        type: 'Warning',
        reason: 'FailedScheduling',
        message,
        component: 'default-scheduler',
        action: 'Scheduling',
      })
    }
  }

  function scheduled(pod: KubeObject, outcome: { status: string; reason?: string; message?: string }): object {
    const earlier = pod.status?.conditions?.find(({ type }: any) => type === 'PodScheduled')
    const since = earlier?.status === outcome.status ? earlier.lastTransitionTime : stamp(clock.now())
    return {
      type: 'PodScheduled',
      observedGeneration: pod.metadata.generation,
      lastProbeTime: null,
      lastTransitionTime: since,
      ...outcome,
    }
  }

  return {
    onChange(change: Change) {
      if (change.resource === 'pods') {
        count(change.previous?.spec.nodeName, -1)
        if (change.type !== 'DELETED') count(change.object.spec.nodeName, 1)
        if (change.type === 'DELETED') for (const key of unschedulable) schedule(key)
        else if (!change.object.spec.nodeName) schedule(keyOf(change.object))
      } else if (change.resource === 'nodes') for (const key of unschedulable) schedule(key)
    },
    onExisting(resource, object) {
      if (resource !== 'pods') return
      count(object.spec.nodeName, 1)
      if (!object.spec.nodeName) schedule(keyOf(object))
    },
  }
}

/** The first of the scheduler's filters that rules the node out, in its words. */
function obstacle(pod: KubeObject, node: KubeObject): string | undefined {
  const labels = node.metadata.labels ?? {}
  const selector: Record<string, string> = pod.spec.nodeSelector ?? {}
  if (node.spec?.unschedulable && !tolerationFits(pod.spec.tolerations ?? [], UNSCHEDULABLE))
    return 'were unschedulable'
  if (!taintsTolerated(pod, node)) return 'had untolerated taint(s)'
  const isWanted = Object.entries(selector).every(([key, value]) => labels[key] === value) && affinityFits(pod, node)
  return isWanted ? undefined : "didn't match Pod's node affinity/selector"
}

function taintsTolerated(pod: KubeObject, node: KubeObject): boolean {
  const taints: any[] = node.spec?.taints ?? []
  return taints.every(
    (taint) => taint.effect === 'PreferNoSchedule' || tolerationFits(pod.spec.tolerations ?? [], taint),
  )
}

/** Required node affinity: terms are ORed, their expressions and fields ANDed. */
function affinityFits(pod: KubeObject, node: KubeObject): boolean {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (!terms) return true
  return terms.some((term: any) =>
    [
      ...(term.matchExpressions ?? []).map((expression: any) => [expression, node.metadata.labels?.[expression.key]]),
      ...(term.matchFields ?? []).map((expression: any) => [expression, node.metadata.name]),
    ].every(([{ operator, values = [] }, value]) => {
      if (operator === 'Exists') return value !== undefined
      if (operator === 'DoesNotExist') return value === undefined
      if (operator === 'NotIn') return value === undefined || !values.includes(value)
      return value !== undefined && values.includes(value)
    }),
  )
}
