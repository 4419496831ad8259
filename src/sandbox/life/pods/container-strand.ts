import { sleep } from '../../sim-clock.ts'
import { formatImageReference, parseImageReference } from '../images/image-reference.ts'
import { knownImage } from '../images/known-image.ts'
import { stamp } from '../stamps.ts'
import { configuredEnvironment } from './container-config.ts'
import { imageDigest, newContainerId } from './container-ids.ts'
import { ContainerLog } from './container-log.ts'
import { startProcess } from './container-process.ts'
import { type ContainerRuntime, markEnded } from './container-runtime.ts'
import { failToPull, type PullContext, pullImage } from './image-pull.ts'
import type { PodRecord } from './pod-record.ts'
import { specOf } from './pod-status.ts'
import { readinessDelay } from './readiness.ts'
import { startRefusal } from './start-refusal.ts'

const START_MS = 250
const FIRST_BACKOFF_MS = 10_000
const LONGEST_BACKOFF_MS = 300_000

/** One container of a pod: pulled, started, restarted with growing pauses. Every step ends with the pod's status written. */
export class ContainerStrand {
  readonly #record: PodRecord
  readonly #container: ContainerRuntime

  constructor(record: PodRecord, container: ContainerRuntime) {
    this.#record = record
    this.#container = container
  }

  /** An init container's life; false when it will never succeed. */
  async runToCompletion(): Promise<boolean> {
    for (let crashes = 1; ; crashes++) {
      if (!(await this.#create())) return false
      if ((await this.#untilExit()) === 0) return true
      if (this.#record.pod?.spec.restartPolicy === 'Never' || this.#record.terminating) return false
      await this.#backOff(crashes)
    }
  }

  async keepRunning(): Promise<void> {
    for (let crashes = 1; ; crashes++) {
      if (!this.#container.process && !(await this.#create())) return
      const code = await this.#untilExit()
      const { pod, terminating } = this.#record
      if (terminating || !pod) return
      const policy = pod.spec.restartPolicy
      if (policy === 'Never' || (policy === 'OnFailure' && code === 0)) return
      await this.#backOff(crashes)
    }
  }

  async runOnce(): Promise<void> {
    if (await this.#create()) await this.#untilExit()
  }

  /** It was running when the sandbox stopped: its process is there again, nothing about it changes. */
  resume(): void {
    const container = this.#container
    const spec = this.#spec
    if (!spec) return
    this.#startProcess(spec)
    if (!container.ready) this.#becomeReady(spec)
    this.#record.run(() => (container.type === 'main' ? this.keepRunning() : this.#untilExit().then(() => undefined)))
  }

  get #spec(): any {
    const { pod } = this.#record
    return pod && specOf(pod, this.#container)
  }

  /** Pulls and starts; false when the container will never start as it is. */
  async #create(): Promise<boolean> {
    const record = this.#record
    const container = this.#container
    const { clock } = record.deps
    const spec = this.#spec
    if (!spec) return false
    const image = knownImage(spec.image)
    if (!image.known || !parseImageReference(spec.image)) {
      await failToPull(container, spec.image, this.#pullContext())
      return false
    }
    await pullImage(container, spec, this.#pullContext())
    if (!(await this.#getConfiguration(spec))) return false
    await record.sleep(START_MS)
    container.image = spokenImage(spec.image)
    container.imageID = `${container.image.replace(/:[^:/]*$/, '')}@${imageDigest(spec.image)}`
    container.containerID = newContainerId()
    container.log = new ContainerLog()
    record.event('Created', `Created container: ${container.name}`, container)
    this.#startProcess(spec)
    record.event('Started', `Started container ${container.name}`, container)
    container.state = { running: { startedAt: stamp(clock.now()) } }
    container.started = container.type !== 'ephemeral'
    this.#becomeReady(spec)
    record.write()
    return true
  }

  /** Waits for ConfigMaps and Secrets its variables come from; false where no wait helps. */
  async #getConfiguration(spec: any): Promise<boolean> {
    const record = this.#record
    for (;;) {
      const { pod, terminating } = record
      if (!pod || terminating) return false
      const environment = configuredEnvironment(pod, spec, record.deps.store)
      const refusal = startRefusal(pod, spec, knownImage(spec.image))
      const problem = 'missing' in environment ? environment.missing : refusal
      if (problem === undefined) return true
      record.event('Failed', `Error: ${problem}`, this.#container, 'Warning')
      // The kubelet never writes the reason of an ephemeral container into its status.
      if (this.#container.type !== 'ephemeral') {
        this.#container.state = { waiting: { reason: 'CreateContainerConfigError', message: problem } }
      }
      record.write()
      if (problem === refusal) return false
      await record.configuration()
    }
  }

  #startProcess(spec: any): void {
    const { deps, namespace, name: pod } = this.#record
    const container = this.#container
    container.process = startProcess({
      runner: deps.runner,
      clock: deps.clock,
      target: { namespace, pod, container: container.name },
      container: spec,
      image: knownImage(spec.image),
      log: container.log,
    })
  }

  #pullContext(): PullContext {
    const record = this.#record
    return {
      pulled: record.deps.pulled,
      event: (reason, message, container, type) => record.event(reason, message, container, type),
      write: () => record.write(),
      sleep: (ms) => record.sleep(ms),
    }
  }

  #becomeReady(spec: any): void {
    const record = this.#record
    const container = this.#container
    if (container.type !== 'main') return
    const delay = readinessDelay(spec, knownImage(spec.image))
    if (delay === 0) {
      container.ready = true
      return
    }
    if (delay === null) {
      const probe = spec.readinessProbe
      const port = (probe.tcpSocket ?? probe.httpGet ?? probe.grpc)?.port
      const message = `Readiness probe failed: dial tcp ${record.podIP}:${port}: connect: connection refused`
      record.event('Unhealthy', message, container, 'Warning')
      return
    }
    const { containerID } = container
    record.run(async () => {
      await record.sleep(delay)
      if (container.containerID !== containerID || !container.state.running || record.terminating) return
      container.ready = true
      record.write()
    })
  }

  /** Resolves with the exit code once the process has ended and the status says so. */
  async #untilExit(): Promise<number> {
    const record = this.#record
    const { process } = this.#container
    if (!process) return 1
    const end = await record.atRest(process.done)
    const code = markEnded(this.#container, end, record.deps.clock.now())
    if (typeof end !== 'number') record.event('Failed', `Error: ${end.notStarted}`, this.#container, 'Warning')
    if (!record.terminating) record.write()
    return code
  }

  /**
   * The first restart comes at once, later ones after 10, 20, 40 ... seconds of real time however the clock is scaled:
   * a crash loop must not spin.
   */
  async #backOff(crashes: number): Promise<void> {
    const record = this.#record
    const container = this.#container
    container.previousLog = container.log
    container.lastState = container.state
    if (crashes > 1) {
      const ms = Math.min(FIRST_BACKOFF_MS * 2 ** (crashes - 2), LONGEST_BACKOFF_MS)
      const pod = `${record.name}_${record.namespace}(${record.uid})`
      const message = `back-off ${ms / 1000}s restarting failed container=${container.name} pod=${pod}`
      container.state = { waiting: { reason: 'CrashLoopBackOff', message } }
      const text = `Back-off restarting failed container ${container.name} in pod ${pod}`
      record.event('BackOff', text, container, 'Warning')
      record.write()
      await record.atRest(sleep(ms, record.signal))
    }
    container.restartCount += 1
  }
}

export function spokenImage(image: string): string {
  const reference = parseImageReference(image)
  return reference ? formatImageReference(reference) : image
}
