import type { KubeObject } from '../../contracts.ts'
import { sleep } from '../../sim-clock.ts'
import { formatImageReference, parseImageReference } from '../images/image-reference.ts'
import { knownImage } from '../images/known-image.ts'
import type { LifeContext } from '../life.types.ts'
import { stamp } from '../stamps.ts'
import type { AddressPool } from './address-pool.ts'
import { imageDigest, newContainerId } from './container-ids.ts'
import { ContainerLog } from './container-log.ts'
import { startProcess } from './container-process.ts'
import { type ContainerRuntime, markEnded, markNeverRun, newContainer } from './container-runtime.ts'
import { failToPull, type PullContext, pullImage } from './image-pull.ts'
import { annotateNetwork, clearNetwork } from './pod-network.ts'
import { type ContainerState, podStatus, specOf } from './pod-status.ts'
import { readinessDelay } from './readiness.ts'
import { startRefusal } from './start-refusal.ts'

export interface WorkerDeps extends LifeContext {
  node: KubeObject
  addresses: AddressPool
  /** Images this node has pulled. */
  pulled: Set<string>
  /** How many pods are on their way up or down; `settled` waits for none. */
  busy: { count: number }
}

const SANDBOX_MS = 700
const START_MS = 250
const FIRST_BACKOFF_MS = 10_000
const LONGEST_BACKOFF_MS = 300_000

/**
 * One pod's life on its node, from the network to the last stopped container. Everything it knows besides the stored
 * status is in `containers`; every step ends with a status written, so that watchers see each state.
 */
export class PodWorker {
  readonly containers: ContainerRuntime[] = []
  readonly uid: string
  readonly #deps: WorkerDeps
  readonly #namespace: string
  readonly #name: string
  readonly #ended = new AbortController()
  #podIP: string | undefined
  #sandboxReady = false
  #stopped = false
  #terminating = false
  /** The parts of the pod this worker acts on, as it saw them last. */
  #seen: { spec?: unknown; status?: unknown } = {}

  constructor(pod: KubeObject, deps: WorkerDeps) {
    this.#deps = deps
    this.uid = pod.metadata.uid!
    this.#namespace = pod.metadata.namespace!
    this.#name = pod.metadata.name
  }

  get pod(): KubeObject | undefined {
    const pod = this.#deps.store.get('pods', this.#namespace, this.#name)
    return pod?.metadata.uid === this.uid ? pod : undefined
  }

  /** From a pod that was just bound to this node to running containers. */
  start(): void {
    this.#run(async () => {
      const { clock } = this.#deps
      const pod = this.pod
      if (!pod) return
      for (const container of pod.spec.initContainers ?? []) this.#add(container, 'init')
      for (const container of pod.spec.containers) this.#add(container, 'main')
      if (!this.#deps.quiet()) this.#write()
      await clock.sleep(SANDBOX_MS, this.#ended.signal)
      // A pod that was on its way when the sandbox stopped has its address already.
      this.#podIP =
        pod.status?.podIP ?? (pod.spec.hostNetwork ? this.#hostIP : this.#deps.addresses.allocate(this.#deps.node))
      this.#sandboxReady = true
      if (!this.#deps.quiet()) {
        this.#update((draft) => annotateNetwork(draft, this.#podIP))
        this.#write()
      }
      for (const container of this.containers.filter(({ type }) => type === 'init')) {
        if (!(await this.#runToCompletion(container))) return
      }
      for (const container of this.containers.filter(({ type }) => type === 'main')) {
        this.#run(() => this.#keepRunning(container))
      }
      this.startEphemeral()
    })
  }

  /** Takes over a pod that was running when the sandbox stopped: nothing about it changes. */
  resume(): void {
    const pod = this.pod
    if (!pod) return
    this.#podIP = pod.status.podIP
    this.#sandboxReady = true
    const groups = [
      ['init', 'initContainers', 'initContainerStatuses'],
      ['main', 'containers', 'containerStatuses'],
      ['ephemeral', 'ephemeralContainers', 'ephemeralContainerStatuses'],
    ] as const
    for (const [type, specs, statuses] of groups) {
      for (const spec of pod.spec[specs] ?? []) {
        const status = pod.status[statuses]?.find(({ name }: any) => name === spec.name)
        const container = this.#add(spec, type)
        if (!status) continue
        Object.assign(container, { ...status, containerID: status.containerID ?? '', started: status.started ?? false })
        if (container.state.running) this.#resumeContainer(container, spec)
        else if (type === 'main' && (container.state.waiting || this.#restarts(pod)))
          this.#run(() => this.#keepRunning(container))
      }
    }
    this.startEphemeral()
  }

  /** Ephemeral containers are added to a running pod and start once. */
  startEphemeral(): void {
    const pod = this.pod
    if (!pod || this.#terminating || !this.#sandboxReady) return
    for (const spec of pod.spec.ephemeralContainers ?? []) {
      if (this.containers.some(({ type, name }) => type === 'ephemeral' && name === spec.name)) continue
      const container = this.#add(spec, 'ephemeral')
      this.#run(async () => {
        if (await this.#create(container)) await this.#untilExit(container)
      })
    }
  }

  /** Somebody changed the pod: an image (the container restarts with it) or a readiness gate. */
  refresh(): void {
    const pod = this.pod
    // Its own words come back to it, or somebody changed a label: nothing to do.
    if (!pod || this.#terminating || (pod.spec === this.#seen.spec && pod.status === this.#seen.status)) return
    this.#seen = pod
    for (const container of this.containers) {
      const spec = specOf(pod, container)
      if (container.type === 'main' && spec && container.process && container.image !== spokenImage(spec.image)) {
        this.#run(async () => {
          const message = `Container ${container.name} definition changed, will be restarted`
          this.#event('Killing', message, container)
          await container.process?.stop(this.#grace)
        })
      }
    }
    if (this.#sandboxReady) this.#write()
  }

  /** Stops the containers and removes the pod, as after a graceful delete. */
  terminate(): void {
    if (this.#terminating) return
    this.#terminating = true
    this.#run(async () => {
      const running = this.containers.filter(({ state }) => state.running)
      for (const container of running) this.#event('Killing', `Stopping container ${container.name}`, container)
      this.#write()
      await Promise.all(running.map((container) => container.process?.stop(this.#grace)))
      this.#stopped = true
      this.#sandboxReady = false
      await this.#deps.clock.sleep(100)
      for (const container of this.containers) markNeverRun(container)
      this.#update(clearNetwork)
      this.#write()
      await this.#deps.clock.sleep(100)
      this.#update((draft) => {
        draft.metadata.deletionTimestamp = stamp(this.#deps.clock.now())
        draft.metadata.deletionGracePeriodSeconds = 0
      })
      const pod = this.pod
      if (pod && (pod.metadata.finalizers ?? []).length === 0)
        this.#deps.store.remove('pods', this.#namespace, this.#name)
    })
  }

  /** The pod is gone (or the sandbox ends): everything of it ends at once. */
  dispose(): void {
    this.#ended.abort(new Error('pod gone'))
    for (const container of this.containers) void container.process?.stop(0)
    if (this.#podIP && this.#podIP !== this.#hostIP) this.#deps.addresses.release(this.#podIP)
  }

  get #hostIP(): string {
    const addresses: any[] = this.#deps.node.status?.addresses ?? []
    return addresses.find(({ type }) => type === 'InternalIP')?.address ?? '127.0.0.1'
  }

  get #grace(): number {
    const pod = this.pod
    return 1000 * (pod?.metadata.deletionGracePeriodSeconds ?? pod?.spec.terminationGracePeriodSeconds ?? 0)
  }

  #add(spec: any, type: ContainerState['type']): ContainerRuntime {
    const waitsForInit = type === 'main' && (this.pod?.spec.initContainers ?? []).length > 0
    const container = newContainer(spec, type, waitsForInit)
    this.containers.push(container)
    return container
  }

  async #runToCompletion(container: ContainerRuntime): Promise<boolean> {
    for (let crashes = 1; ; crashes++) {
      if (!(await this.#create(container))) return false
      if ((await this.#untilExit(container)) === 0) return true
      if (this.pod?.spec.restartPolicy === 'Never' || this.#terminating) return false
      await this.#backOff(container, crashes)
    }
  }

  async #keepRunning(container: ContainerRuntime): Promise<void> {
    for (let crashes = 1; ; crashes++) {
      if (!container.process && !(await this.#create(container))) return
      const code = await this.#untilExit(container)
      if (this.#terminating || !this.pod) return
      const policy = this.pod.spec.restartPolicy
      if (policy === 'Never' || (policy === 'OnFailure' && code === 0)) return
      await this.#backOff(container, crashes)
    }
  }

  /** Pulls and starts; false when the container will never start as it is. */
  async #create(container: ContainerRuntime): Promise<boolean> {
    const { clock } = this.#deps
    const pod = this.pod
    const spec = pod && specOf(pod, container)
    if (!pod || !spec) return false
    const image = knownImage(spec.image)
    if (!image.known || !parseImageReference(spec.image)) {
      await failToPull(container, spec.image, this.#pullContext())
      return false
    }
    await pullImage(container, spec, this.#pullContext())
    const refusal = startRefusal(pod, spec, image)
    if (refusal) {
      this.#event('Failed', `Error: ${refusal}`, container, 'Warning')
      // The kubelet never writes the reason of an ephemeral container into its status.
      if (container.type !== 'ephemeral') {
        container.state = { waiting: { reason: 'CreateContainerConfigError', message: refusal } }
      }
      this.#write()
      return false
    }
    await clock.sleep(START_MS, this.#ended.signal)
    container.image = spokenImage(spec.image)
    container.imageID = `${container.image.replace(/:[^:/]*$/, '')}@${imageDigest(spec.image)}`
    container.containerID = newContainerId()
    container.log = new ContainerLog()
    this.#event('Created', `Created container: ${container.name}`, container)
    container.process = startProcess({
      runner: this.#deps.runner,
      clock,
      target: { namespace: this.#namespace, pod: this.#name, container: container.name },
      container: spec,
      image,
      log: container.log,
    })
    this.#event('Started', `Started container ${container.name}`, container)
    container.state = { running: { startedAt: stamp(clock.now()) } }
    container.started = container.type !== 'ephemeral'
    this.#becomeReady(container, spec)
    this.#write()
    return true
  }

  #restarts(pod: KubeObject): boolean {
    return pod.spec.restartPolicy === 'Always' && !pod.metadata.deletionTimestamp
  }

  #pullContext(): PullContext {
    return {
      pulled: this.#deps.pulled,
      event: (reason, message, container, type) => this.#event(reason, message, container, type),
      write: () => this.#write(),
      sleep: (ms) => this.#deps.clock.sleep(ms, this.#ended.signal),
    }
  }

  #resumeContainer(container: ContainerRuntime, spec: any): void {
    const image = knownImage(spec.image)
    container.process = startProcess({
      runner: this.#deps.runner,
      clock: this.#deps.clock,
      target: { namespace: this.#namespace, pod: this.#name, container: container.name },
      container: spec,
      image,
      log: container.log,
    })
    if (!container.ready) this.#becomeReady(container, spec)
    this.#run(() =>
      container.type === 'main' ? this.#keepRunning(container) : this.#untilExit(container).then(() => undefined),
    )
  }

  #becomeReady(container: ContainerRuntime, spec: any): void {
    if (container.type !== 'main') return
    const delay = readinessDelay(spec, knownImage(spec.image))
    if (delay === 0) {
      container.ready = true
      return
    }
    if (delay === null) {
      const probe = spec.readinessProbe
      const port = (probe.tcpSocket ?? probe.httpGet ?? probe.grpc)?.port
      const message = `Readiness probe failed: dial tcp ${this.#podIP}:${port}: connect: connection refused`
      this.#event('Unhealthy', message, container, 'Warning')
      return
    }
    const { containerID } = container
    this.#run(async () => {
      await this.#deps.clock.sleep(delay, this.#ended.signal)
      if (container.containerID !== containerID || !container.state.running || this.#terminating) return
      container.ready = true
      this.#write()
    })
  }

  /** Resolves with the exit code once the process has ended and the status says so. */
  async #untilExit(container: ContainerRuntime): Promise<number> {
    const process = container.process
    if (!process) return 1
    const end = await this.#atRest(process.done)
    const code = markEnded(container, end, this.#deps.clock.now())
    if (typeof end !== 'number') this.#event('Failed', `Error: ${end.notStarted}`, container, 'Warning')
    if (!this.#terminating) this.#write()
    return code
  }

  /**
   * The first restart comes at once, later ones after 10, 20, 40 ... seconds of real time however the clock is scaled:
   * a crash loop must not spin.
   */
  async #backOff(container: ContainerRuntime, crashes: number): Promise<void> {
    container.previousLog = container.log
    container.lastState = container.state
    if (crashes > 1) {
      const ms = Math.min(FIRST_BACKOFF_MS * 2 ** (crashes - 2), LONGEST_BACKOFF_MS)
      const where = `${container.name} pod=${this.#name}_${this.#namespace}(${this.uid})`
      const message = `back-off ${ms / 1000}s restarting failed container=${where}`
      container.state = { waiting: { reason: 'CrashLoopBackOff', message } }
      const text = `Back-off restarting failed container ${container.name} in pod ${this.#name}_${this.#namespace}(${this.uid})`
      this.#event('BackOff', text, container, 'Warning')
      this.#write()
      await this.#atRest(sleep(ms, this.#ended.signal))
    }
    container.restartCount += 1
  }

  /** A wait that is no progress: `settled` does not count it. */
  async #atRest<T>(wait: Promise<T>): Promise<T> {
    this.#deps.busy.count -= 1
    try {
      return await wait
    } finally {
      this.#deps.busy.count += 1
    }
  }

  #write(): void {
    this.#update((draft) => {
      if (!this.#stopped) annotateNetwork(draft, this.#podIP)
      draft.status = podStatus({
        pod: draft,
        containers: this.containers,
        hostIP: this.#hostIP,
        podIP: this.#podIP,
        sandboxReady: this.#sandboxReady,
        stopped: this.#stopped,
        now: this.#deps.clock.now(),
      })
    })
  }

  #update(change: (draft: KubeObject) => void): void {
    if (!this.pod || this.#ended.signal.aborted) return
    this.#seen = this.#deps.store.modify('pods', this.#namespace, this.#name, change) ?? {}
  }

  #event(reason: string, message: string, container: ContainerState, type: 'Normal' | 'Warning' = 'Normal'): void {
    const pod = this.pod
    if (!pod) return
    const list = { init: 'initContainers', main: 'containers', ephemeral: 'ephemeralContainers' }[container.type]
    this.#deps.events(pod, {
      type,
      reason,
      message,
      component: 'kubelet',
      host: this.#deps.node.metadata.name,
      fieldPath: `spec.${list}{${container.name}}`,
    })
  }

  /** Runs one strand of the pod's life; an ended pod is no error. */
  #run(strand: () => Promise<void>): void {
    this.#deps.busy.count += 1
    strand()
      .catch((error) => {
        if (!this.#ended.signal.aborted) this.#deps.onBug(error)
      })
      .finally(() => {
        this.#deps.busy.count -= 1
      })
  }
}

function spokenImage(image: string): string {
  const reference = parseImageReference(image)
  return reference ? formatImageReference(reference) : image
}
