import type { KubeObject } from '../../contracts.ts'
import type { LifeContext } from '../life.types.ts'
import type { AddressPool } from './address-pool.ts'
import type { ContainerRuntime } from './container-runtime.ts'
import { annotateNetwork } from './pod-network.ts'
import { type ContainerState, podStatus } from './pod-status.ts'

export interface WorkerDeps extends LifeContext {
  node: KubeObject
  addresses: AddressPool
  /** Images this node has pulled. */
  pulled: Set<string>
  /** How many pods are on their way up or down; `settled` waits for none. */
  busy: { count: number }
}

const LISTS = { init: 'initContainers', main: 'containers', ephemeral: 'ephemeralContainers' } as const

/** What a kubelet knows of one pod, and how it tells: by the pod's status, by events. */
export class PodRecord {
  readonly deps: WorkerDeps
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly containers: ContainerRuntime[] = []
  readonly #ended = new AbortController()
  /** Called when a ConfigMap or Secret of the namespace came or changed. */
  readonly #whenConfigured = new Set<() => void>()
  podIP: string | undefined
  sandboxReady = false
  /** All containers have stopped for good. */
  stopped = false
  terminating = false
  /** The parts of the pod its worker acts on, as it saw them last. */
  #seen: { spec?: unknown; status?: unknown } = {}

  constructor(pod: KubeObject, deps: WorkerDeps) {
    this.deps = deps
    this.uid = pod.metadata.uid!
    this.namespace = pod.metadata.namespace!
    this.name = pod.metadata.name
  }

  get pod(): KubeObject | undefined {
    const pod = this.deps.store.get('pods', this.namespace, this.name)
    return pod?.metadata.uid === this.uid ? pod : undefined
  }

  get hostIP(): string {
    const addresses: any[] = this.deps.node.status?.addresses ?? []
    return addresses.find(({ type }) => type === 'InternalIP')?.address ?? '127.0.0.1'
  }

  get graceMs(): number {
    const pod = this.pod
    return 1000 * (pod?.metadata.deletionGracePeriodSeconds ?? pod?.spec.terminationGracePeriodSeconds ?? 0)
  }

  /** Aborts when the pod is gone. */
  get signal(): AbortSignal {
    return this.#ended.signal
  }

  /** Whether the pod says something its worker has not seen; a changed label or its own status coming back does not. */
  takeNews(): boolean {
    const pod = this.pod
    if (!pod || (pod.spec === this.#seen.spec && pod.status === this.#seen.status)) return false
    this.#seen = pod
    return true
  }

  write(): void {
    this.update((draft) => {
      if (!this.stopped) annotateNetwork(draft, this.podIP)
      draft.status = podStatus({
        pod: draft,
        containers: this.containers,
        hostIP: this.hostIP,
        podIP: this.podIP,
        sandboxReady: this.sandboxReady,
        stopped: this.stopped,
        now: this.deps.clock.now(),
      })
    })
  }

  update(change: (draft: KubeObject) => void): void {
    if (!this.pod || this.signal.aborted) return
    this.#seen = this.deps.store.modify('pods', this.namespace, this.name, change) ?? {}
  }

  event(reason: string, message: string, container?: ContainerState, type: 'Normal' | 'Warning' = 'Normal'): void {
    const pod = this.pod
    if (!pod) return
    this.deps.events(pod, {
      type,
      reason,
      message,
      component: 'kubelet',
      host: this.deps.node.metadata.name,
      ...(container ? { fieldPath: `spec.${LISTS[container.type]}{${container.name}}` } : {}),
    })
  }

  sleep(ms: number): Promise<void> {
    return this.deps.clock.sleep(ms, this.signal)
  }

  /** Runs one strand of the pod's life; an ended pod is no error. */
  run(strand: () => Promise<void>): void {
    this.deps.busy.count += 1
    strand()
      .catch((error) => {
        if (!this.signal.aborted) this.deps.onBug(error)
      })
      .finally(() => {
        this.deps.busy.count -= 1
      })
  }

  /** A wait that is no progress: `settled` does not count it. */
  async atRest<T>(wait: Promise<T>): Promise<T> {
    this.deps.busy.count -= 1
    try {
      return await wait
    } finally {
      this.deps.busy.count += 1
    }
  }

  /** Until a ConfigMap or Secret of the namespace came or changed, or the pod is on its way out. */
  configuration(): Promise<void> {
    return this.atRest(new Promise((resolve) => this.#whenConfigured.add(resolve)))
  }

  configured(): void {
    for (const resolve of this.#whenConfigured) resolve()
    this.#whenConfigured.clear()
  }

  dispose(): void {
    this.#ended.abort(new Error('pod gone'))
    this.configured()
    for (const container of this.containers) void container.process?.stop(0)
    if (this.podIP && this.podIP !== this.hostIP) this.deps.addresses.release(this.podIP)
  }
}
