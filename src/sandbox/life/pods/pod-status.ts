import type { KubeObject } from '../../contracts.ts'
import { stamp } from '../stamps.ts'

/** One container as the kubelet knows it; the three states are the API's. */
export interface ContainerState {
  name: string
  type: 'init' | 'main' | 'ephemeral'
  /** Exactly one of waiting, running, terminated. */
  state: any
  lastState: any
  ready: boolean
  started: boolean
  restartCount: number
  image: string
  imageID: string
  containerID: string
}

export interface StatusInput {
  pod: KubeObject
  containers: readonly ContainerState[]
  hostIP: string
  podIP: string | undefined
  /** The pod's network exists. */
  sandboxReady: boolean
  /** The pod is ending or has ended: no container is restarted any more. */
  stopped: boolean
  now: Date
}

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

/** The status a kubelet reports, fields in the order of a real one; conditions keep their time while they hold. */
export function podStatus(input: StatusInput): any {
  const { pod, containers, hostIP, podIP, now } = input
  const previous = pod.status ?? {}
  const phase = phaseOf(input)
  const init = containers.filter((container) => container.type === 'init')
  const main = byName(containers.filter((container) => container.type === 'main'))
  const ephemeral = byName(containers.filter((container) => container.type === 'ephemeral'))
  const mounts = mountsByContainer(pod)
  const status = {
    observedGeneration: pod.metadata.generation,
    phase,
    conditions: conditionsOf(input, phase, previous.conditions ?? [], now),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    startTime: previous.startTime ?? stamp(now),
    ...(init.length > 0
      ? { initContainerStatuses: init.map((container) => containerStatus(container, pod, mounts)) }
      : {}),
    containerStatuses: main.map((container) => containerStatus(container, pod, mounts)),
    qosClass: previous.qosClass ?? 'BestEffort',
    ...(ephemeral.length > 0
      ? { ephemeralContainerStatuses: ephemeral.map((container) => containerStatus(container, pod, mounts)) }
      : {}),
  }
  const others = Object.entries(previous).filter(([key]) => !(key in status))
  return { ...status, ...Object.fromEntries(others) }
}

/** The kubelet sorts by name; init containers stay in the order they run. */
function byName(containers: ContainerState[]): ContainerState[] {
  return containers.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function phaseOf({ pod, containers, stopped }: StatusInput): Phase {
  const main = containers.filter((container) => container.type === 'main')
  const init = containers.filter((container) => container.type === 'init')
  const failed = (container: ContainerState) => container.state.terminated && container.state.terminated.exitCode !== 0
  const never = pod.spec.restartPolicy === 'Never'
  if (init.some((container) => failed(container) && (never || stopped))) return 'Failed'
  const ended = main.length > 0 && main.every((container) => container.state.terminated)
  if (ended && (stopped || pod.spec.restartPolicy !== 'Always')) {
    const anyFailed = main.some(failed)
    if (!anyFailed) return 'Succeeded'
    if (stopped || never) return 'Failed'
  }
  const hasRun = (container: ContainerState) =>
    container.state.running || container.state.terminated || container.lastState.terminated
  return main.some(hasRun) ? 'Running' : 'Pending'
}

function conditionsOf(input: StatusInput, phase: Phase, previous: any[], now: Date): any[] {
  const { pod, containers, sandboxReady } = input
  const generation = pod.metadata.generation
  const make = (type: string, status: boolean, reason?: string, message?: string) => {
    const earlier = previous.find((condition) => condition.type === type)
    const value = status ? 'True' : 'False'
    return {
      type,
      observedGeneration: generation,
      status: value,
      lastProbeTime: null,
      lastTransitionTime: earlier?.status === value ? earlier.lastTransitionTime : stamp(now),
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
    }
  }
  const incomplete = containers.filter(({ type, state }) => type === 'init' && state.terminated?.exitCode !== 0)
  const unready = containers.filter(({ type, ready }) => type === 'main' && !ready)
  const notReady: [string, string?] | undefined =
    phase === 'Succeeded'
      ? ['PodCompleted']
      : phase === 'Failed'
        ? ['PodFailed']
        : unready.length > 0
          ? ['ContainersNotReady', `containers with unready status: [${unready.map(({ name }) => name).join(' ')}]`]
          : undefined
  const gate = notReady ?? missingGate(pod, previous)
  const computed = [
    make('PodReadyToStartContainers', sandboxReady),
    incomplete.length > 0 && phase === 'Pending'
      ? make(
          'Initialized',
          false,
          'ContainersNotInitialized',
          `containers with incomplete status: [${incomplete.map(({ name }) => name).join(' ')}]`,
        )
      : phase === 'Succeeded'
        ? make('Initialized', true, 'PodCompleted')
        : make('Initialized', true),
    make('Ready', gate === undefined, ...(gate ?? [])),
    make('ContainersReady', notReady === undefined, ...(notReady ?? [])),
    make('PodScheduled', true),
  ]
  const own = new Set(computed.map((condition) => condition.type))
  // What others wrote (readiness gates) stays as it is.
  return [...computed, ...previous.filter((condition) => !own.has(condition.type))]
}

function missingGate(pod: KubeObject, conditions: any[]): [string, string] | undefined {
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const condition = conditions.find(({ type }) => type === conditionType)
    if (!condition) {
      return [
        'ReadinessGatesNotReady',
        `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
      ]
    }
    if (condition.status !== 'True') {
      const text = `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`
      return ['ReadinessGatesNotReady', text]
    }
  }
  return undefined
}

function containerStatus(container: ContainerState, pod: KubeObject, mounts: Map<string, any[]>): any {
  const spec = specOf(pod, container)
  const volumeMounts = mounts.get(container.name)
  const begun = container.containerID !== ''
  return {
    name: container.name,
    state: container.state,
    lastState: container.lastState,
    ready: container.ready,
    restartCount: container.restartCount,
    image: container.image,
    imageID: container.imageID,
    ...(begun ? { containerID: container.containerID } : {}),
    // Ephemeral containers have no `started`.
    ...(container.type === 'ephemeral' ? {} : { started: container.started }),
    ...(begun ? { resources: spec?.resources ?? {} } : {}),
    ...(volumeMounts ? { volumeMounts } : {}),
  }
}

function mountsByContainer(pod: KubeObject): Map<string, any[]> {
  const mounts = new Map<string, any[]>()
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    if (!container.volumeMounts?.length) continue
    mounts.set(
      container.name,
      container.volumeMounts.map((mount: any) => ({
        name: mount.name,
        mountPath: mount.mountPath,
        ...(mount.readOnly ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
      })),
    )
  }
  return mounts
}

export function specOf(pod: KubeObject, container: Pick<ContainerState, 'name' | 'type'>): any {
  const list = { init: 'initContainers', main: 'containers', ephemeral: 'ephemeralContainers' }[container.type]
  return pod.spec[list]?.find(({ name }: any) => name === container.name)
}
