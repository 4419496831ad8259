import type { Change, KubeObject } from '../../contracts.ts'
import { keyOf } from '../keys.ts'
import type { Controller, LifeContext } from '../life.types.ts'
import { createAddressPool } from './address-pool.ts'
import type { ContainerRuntime } from './container-runtime.ts'
import { PodWorker } from './pod-worker.ts'

export interface Kubelet extends Controller {
  /** What is known of a container besides its status: its process and logs. */
  container(namespace: string, pod: string, container: string): ContainerRuntime | undefined
  /** True when no pod is on its way up or down. */
  readonly idle: boolean
  close(): void
}

/** All nodes' kubelets in one: starts, follows and ends the worker of each pod that is bound to a node. */
export function createKubelet(context: LifeContext, seedImages: readonly string[]): Kubelet {
  const workers = new Map<string, PodWorker>()
  const pulled = new Map<string, Set<string>>()
  const busy = { count: 0 }
  const addresses = createAddressPool(context.store)

  function nodeOf(pod: KubeObject): KubeObject | undefined {
    return pod.spec.nodeName ? context.store.get('nodes', undefined, pod.spec.nodeName) : undefined
  }

  function open(pod: KubeObject, node: KubeObject): PodWorker {
    let images = pulled.get(node.metadata.name)
    if (!images) {
      images = new Set(seedImages)
      pulled.set(node.metadata.name, images)
    }
    const worker = new PodWorker(pod, { ...context, node, addresses, pulled: images, busy })
    workers.set(keyOf(pod), worker)
    return worker
  }

  const look = context.reconciler.controller((key) => {
    const slash = key.indexOf('/')
    const pod = context.store.get('pods', key.slice(0, slash), key.slice(slash + 1))
    let worker = workers.get(key)
    if (worker && worker.uid !== pod?.metadata.uid) {
      worker.dispose()
      workers.delete(key)
      worker = undefined
    }
    const node = pod && nodeOf(pod)
    if (!pod || !node) return
    if (!worker) {
      worker = open(pod, node)
      // One that was still on its way starts again, with the address it has.
      if (pod.status?.startTime && pod.status.phase !== 'Pending') worker.resume()
      else if (!pod.metadata.deletionTimestamp) worker.start()
    }
    if (pod.metadata.deletionTimestamp) worker.terminate()
    else {
      worker.startEphemeral()
      worker.refresh()
    }
  })

  return {
    onChange(change: Change) {
      const { resource, object } = change
      if (resource === 'pods') look(keyOf(object))
      else if (resource === 'configmaps' || resource === 'secrets') {
        const place = `${object.metadata.namespace}/`
        for (const [key, worker] of workers) if (key.startsWith(place)) worker.configured()
      }
    },
    onExisting(resource, object) {
      if (resource === 'pods') look(keyOf(object))
    },
    container(namespace, pod, container) {
      return workers.get(`${namespace}/${pod}`)?.containers.find(({ name }) => name === container)
    },
    get idle() {
      return busy.count === 0
    },
    close() {
      for (const worker of workers.values()) worker.dispose()
      workers.clear()
    },
  }
}
