import type { KubeObject } from '../../contracts.ts'
import { stamp } from '../stamps.ts'
import { missingVolume } from './container-config.ts'
import { type ContainerRuntime, markNeverRun, newContainer } from './container-runtime.ts'
import { ContainerStrand, spokenImage } from './container-strand.ts'
import { annotateNetwork, clearNetwork } from './pod-network.ts'
import { PodRecord, type WorkerDeps } from './pod-record.ts'
import { type ContainerState, specOf } from './pod-status.ts'

const SANDBOX_MS = 700
const STOP_MS = 100
const GROUPS = [
  ['init', 'initContainers', 'initContainerStatuses'],
  ['main', 'containers', 'containerStatuses'],
  ['ephemeral', 'ephemeralContainers', 'ephemeralContainerStatuses'],
] as const

/**
 * One pod's life on its node, from the network to the last stopped container. Everything it knows besides the stored
 * status is in its record; every step ends with a status written, so that watchers see each state.
 */
export class PodWorker {
  readonly #record: PodRecord
  readonly #strands = new Map<ContainerRuntime, ContainerStrand>()

  constructor(pod: KubeObject, deps: WorkerDeps) {
    this.#record = new PodRecord(pod, deps)
  }

  get uid(): string {
    return this.#record.uid
  }

  get containers(): readonly ContainerRuntime[] {
    return this.#record.containers
  }

  /** From a pod that was just bound to this node to running containers. */
  start(): void {
    const record = this.#record
    record.run(async () => {
      const { addresses, node, quiet } = record.deps
      const { pod } = record
      if (!pod) return
      for (const container of pod.spec.initContainers ?? []) this.#add(container, 'init')
      for (const container of pod.spec.containers) this.#add(container, 'main')
      if (!quiet()) record.write()
      if (!(await this.#mountVolumes())) return
      await record.sleep(SANDBOX_MS)
      // A pod that was on its way when the sandbox stopped has its address already.
      record.podIP = pod.status?.podIP ?? (pod.spec.hostNetwork ? record.hostIP : addresses.allocate(node))
      record.sandboxReady = true
      if (!quiet()) {
        record.update((draft) => annotateNetwork(draft, record.podIP))
        record.write()
      }
      for (const container of this.containers.filter(({ type }) => type === 'init')) {
        if (!(await this.#strand(container).runToCompletion())) return
      }
      for (const container of this.containers.filter(({ type }) => type === 'main')) {
        record.run(() => this.#strand(container).keepRunning())
      }
      this.startEphemeral()
    })
  }

  /** Takes over a pod that was running when the sandbox stopped: nothing about it changes. */
  resume(): void {
    const record = this.#record
    const { pod } = record
    if (!pod) return
    record.podIP = pod.status.podIP
    record.sandboxReady = true
    const restarts = pod.spec.restartPolicy === 'Always' && !pod.metadata.deletionTimestamp
    for (const [type, specs, statuses] of GROUPS) {
      for (const spec of pod.spec[specs] ?? []) {
        const status = pod.status[statuses]?.find(({ name }: any) => name === spec.name)
        const container = this.#add(spec, type)
        if (!status) continue
        Object.assign(container, { ...status, containerID: status.containerID ?? '', started: status.started ?? false })
        if (container.state.running) this.#strand(container).resume()
        else if (type === 'main' && (container.state.waiting || restarts))
          record.run(() => this.#strand(container).keepRunning())
        else if (type === 'ephemeral' && container.state.waiting) record.run(() => this.#strand(container).runOnce())
      }
    }
    this.startEphemeral()
  }

  /** Ephemeral containers are added to a running pod and start once. */
  startEphemeral(): void {
    const { pod, terminating, sandboxReady } = this.#record
    if (!pod || terminating || !sandboxReady) return
    for (const spec of pod.spec.ephemeralContainers ?? []) {
      if (this.containers.some(({ type, name }) => type === 'ephemeral' && name === spec.name)) continue
      const container = this.#add(spec, 'ephemeral')
      this.#record.run(() => this.#strand(container).runOnce())
    }
  }

  /** Somebody changed the pod: an image (the container restarts with it) or a readiness gate. */
  refresh(): void {
    const record = this.#record
    const { pod } = record
    if (!pod || record.terminating || !record.takeNews()) return
    for (const container of this.containers) {
      const spec = specOf(pod, container)
      if (container.type === 'main' && spec && container.process && container.image !== spokenImage(spec.image)) {
        record.run(async () => {
          const message = `Container ${container.name} definition changed, will be restarted`
          record.event('Killing', message, container)
          await container.process?.stop(record.graceMs)
        })
      }
    }
    if (record.sandboxReady) record.write()
  }

  /** A ConfigMap or Secret of its namespace came or changed. */
  configured(): void {
    this.#record.configured()
  }

  /** Stops the containers and removes the pod, as after a graceful delete. */
  terminate(): void {
    const record = this.#record
    if (record.terminating) return
    record.terminating = true
    record.configured()
    record.run(async () => {
      const { clock, store } = record.deps
      const running = this.containers.filter(({ state }) => state.running)
      for (const container of running) record.event('Killing', `Stopping container ${container.name}`, container)
      record.write()
      await Promise.all(running.map((container) => container.process?.stop(record.graceMs)))
      record.stopped = true
      record.sandboxReady = false
      await clock.sleep(STOP_MS)
      for (const container of this.containers) markNeverRun(container)
      record.update(clearNetwork)
      record.write()
      await clock.sleep(STOP_MS)
      record.update((draft) => {
        draft.metadata.deletionTimestamp = stamp(clock.now())
        draft.metadata.deletionGracePeriodSeconds = 0
      })
      const { pod } = record
      if (pod && (pod.metadata.finalizers ?? []).length === 0) store.remove('pods', record.namespace, record.name)
    })
  }

  /** The pod is gone (or the sandbox ends): everything of it ends at once. */
  dispose(): void {
    this.#record.dispose()
  }

  /** False when the pod went while it waited for a ConfigMap or Secret. */
  async #mountVolumes(): Promise<boolean> {
    const record = this.#record
    for (;;) {
      const { pod } = record
      if (!pod || record.terminating) return false
      const missing = missingVolume(pod, record.deps.store)
      if (missing === undefined) return true
      record.event('FailedMount', missing, undefined, 'Warning')
      await record.configuration()
    }
  }

  #add(spec: any, type: ContainerState['type']): ContainerRuntime {
    const waitsForInit = type === 'main' && (this.#record.pod?.spec.initContainers ?? []).length > 0
    const container = newContainer(spec, type, waitsForInit)
    this.#record.containers.push(container)
    return container
  }

  #strand(container: ContainerRuntime): ContainerStrand {
    let strand = this.#strands.get(container)
    if (!strand) {
      strand = new ContainerStrand(this.#record, container)
      this.#strands.set(container, strand)
    }
    return strand
  }
}
