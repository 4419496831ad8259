import type { Change, KubeObject } from '../contracts.ts'
import { splitKey } from './keys.ts'
import type { Controller, LifeContext } from './life.types.ts'
import { deletePod } from './pods/pod-actions.ts'
import { tolerationFits } from './pods/tolerations.ts'
import { stamp } from './stamps.ts'

/** The taint of a cordoned node. */
export const UNSCHEDULABLE = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const

/** A cordoned node is tainted (node lifecycle controller); pods that do not tolerate a NoExecute taint are evicted. */
export function createNodeController(context: LifeContext): Controller {
  const { store, clock, events } = context

  const reconcile = context.reconciler.controller((key) => {
    const { name } = splitKey(key)
    const node = store.get('nodes', undefined, name)
    if (!node) {
      collect(name)
      return
    }
    setTaint(node)
    const taints: any[] = (node.spec?.taints ?? []).filter(({ effect }: any) => effect === 'NoExecute')
    if (taints.length > 0) evict(node, taints)
  })

  function setTaint(node: KubeObject): void {
    const taints: any[] = node.spec?.taints ?? []
    const rest = taints.filter(({ key }) => key !== UNSCHEDULABLE.key)
    const isTainted = rest.length < taints.length
    const isCordoned = node.spec?.unschedulable === true
    if (isCordoned === isTainted) return
    store.modify('nodes', undefined, node.metadata.name, (draft) => {
      const wanted = isCordoned ? [...rest, { ...UNSCHEDULABLE, timeAdded: stamp(clock.now()) }] : rest
      if (wanted.length > 0) draft.spec.taints = wanted
      else delete draft.spec.taints
    })
    const reason = isCordoned ? 'NodeNotSchedulable' : 'NodeSchedulable'
    const { name } = node.metadata
    events(node, { reason, message: `Node ${name} status is now: ${reason}`, component: 'kubelet', host: name })
  }

  function evict(node: KubeObject, taints: readonly any[]): void {
    for (const pod of store.list('pods')) {
      if (pod.spec.nodeName !== node.metadata.name || pod.metadata.deletionTimestamp) continue
      if (taints.every((taint) => tolerationFits(pod.spec.tolerations ?? [], taint))) continue
      const message = `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`
      events(pod, { reason: 'TaintManagerEviction', message, component: 'taint-eviction-controller' })
      deletePod(context, pod)
    }
  }

  /** Pods of a node that is no more go without their kubelet (pod garbage collector). */
  function collect(node: string): void {
    for (const pod of store.list('pods')) {
      if (pod.spec.nodeName === node) store.remove('pods', pod.metadata.namespace, pod.metadata.name)
    }
  }

  return {
    onChange({ resource, object }: Change) {
      if (resource === 'nodes') reconcile(`/${object.metadata.name}`)
    },
    onExisting(resource, object) {
      if (resource === 'nodes') reconcile(`/${object.metadata.name}`)
    },
  }
}
