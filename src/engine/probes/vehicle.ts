/**
 * How probes get into a pod: its own shell where that has a working `nc`, else an ephemeral container (same network
 * namespace, so exactly the pod's identity), else a never-ready twin, else not at all. Remembered per pod.
 */
import type { KubeObject } from '../../cluster/port.ts'
import { probeImageHint } from '../../errors/image-hint.ts'
import type { Scope } from '../scope.ts'
import type { SourcePod } from './targets.ts'
import { createTwin } from './twin.ts'

export type Vehicle =
  | { kind: 'own'; pod: string; container: string }
  | { kind: 'ephemeral'; pod: string; container: string }
  /** Lives only while probing; `removeTwins` takes it away. */
  | { kind: 'twin'; pod: string; container: string }
  | { kind: 'none'; reason: string; remedy: string }

const probeContainer = 'hw-probe'

export function podKey(pod: KubeObject): string {
  return pod.metadata.uid ?? `${pod.metadata.namespace}/${pod.metadata.name}`
}

/** Pods that carry a probe container of ours, running or ended. */
export function hasProbeContainer(pod: KubeObject): boolean {
  const containers: { name: string }[] = pod.spec?.ephemeralContainers ?? []
  return containers.some((container) => isProbeContainerName(container.name))
}

function isProbeContainerName(name: string): boolean {
  return name === probeContainer || /^hw-probe-\d+$/.test(name)
}

/** Settles a vehicle for every source that has none yet. Says what it will put into pods before it does. */
export async function findVehicles(
  scope: Scope,
  sources: readonly SourcePod[],
  say: (text: string) => void,
): Promise<void> {
  const { vehicles } = scope.memory
  const unknown = sources.filter((source) => !vehicles.has(podKey(source.pod)))
  const shellless: SourcePod[] = []
  await Promise.all(
    unknown.map(async (source) => {
      const running = runningProbeContainer(source.pod)
      if (running) {
        vehicles.set(podKey(source.pod), { kind: 'ephemeral', pod: source.pod.metadata.name, container: running })
        return
      }
      const container = ownContainer(source.pod)
      if (await ownShellWorks(scope, source, container)) {
        vehicles.set(podKey(source.pod), { kind: 'own', pod: source.pod.metadata.name, container })
      } else shellless.push(source)
    }),
  )
  await addVehicles(scope, shellless, say)
}

/** For pods whose own shell will not do. */
export async function addVehicles(
  scope: Scope,
  sources: readonly SourcePod[],
  say: (text: string) => void,
): Promise<void> {
  if (sources.length === 0) return
  const { vehicles } = scope.memory
  const { options } = scope.deps
  const names = sources.map((source) => source.workload).sort()
  if (!options.allowProbeContainers) {
    for (const source of sources)
      vehicles.set(
        podKey(source.pod),
        forbidden(
          'no shell with nc in its image, and probe containers are switched off (--no-ephemeral)',
          'Run again without --no-ephemeral.',
        ),
      )
    return
  }
  const many = sources.length > 1
  say(
    `${names.join(', ')}: no shell with nc in ${many ? 'these images' : 'this image'}. A probe container (${probeContainer}, ${options.probeImage}) goes into ${many ? 'each pod' : 'the pod'}; ` +
      `it shares the pod's network, so policy sees the same pod, and stays until the pod is deleted (reset does that).`,
  )
  await Promise.all(
    sources.map(async (source) => {
      vehicles.set(podKey(source.pod), await addVehicle(scope, source, say))
    }),
  )
}

async function addVehicle(scope: Scope, source: SourcePod, say: (text: string) => void): Promise<Vehicle> {
  const { cluster, options } = scope.deps
  const name = nextProbeContainer(source.pod)
  const put = (profile: 'restricted' | 'baseline') =>
    cluster.ensureEphemeral(
      {
        namespace: source.namespace,
        pod: source.pod.metadata.name,
        name,
        image: options.probeImage,
        profile,
        deadlineMs: 20_000,
      },
      scope.signal,
    )
  const strict = runsAsUser(source.pod)
  let result = await put(strict ? 'restricted' : 'baseline')
  // The namespace asks for more than the pod shows: only its containers name a user.
  if (!strict && result.kind === 'failed' && result.reason === 'admission') result = await put('restricted')
  if (result.kind === 'running')
    return { kind: 'ephemeral', pod: source.pod.metadata.name, container: result.container }
  scope.signal.throwIfAborted()
  if (result.reason === 'pod-missing')
    return forbidden(`pod ${source.pod.metadata.name} is gone`, 'Prove again: its replacement is used then.')
  if (result.reason === 'image') {
    return forbidden(
      `the probe image ${options.probeImage} does not start in ${source.workload}: ${result.message}`,
      probeImageHint(options.probeImage),
    )
  }
  say(
    `${source.workload}: no probe container possible (${result.message}); trying a pod with the same labels that never becomes ready.`,
  )
  const twin = await createTwin(scope, source)
  if (twin.kind === 'twin') return twin
  return forbidden(
    `no way to run a probe as ${source.workload}: ${result.message}; ${twin.message}`,
    result.reason === 'forbidden'
      ? `Ask for the right to patch pods/ephemeralcontainers in namespace ${source.namespace} (hipster-workshop doctor --rbac prints the role).`
      : `See what admission says: kubectl debug -n ${source.namespace} ${source.pod.metadata.name} --image=${options.probeImage} --profile=restricted.`,
  )
}

function forbidden(reason: string, remedy: string): Vehicle {
  return { kind: 'none', reason, remedy }
}

/** Tries one connection to the loopback address with the pod's own nc: whatever it answers, shell and nc work. */
async function ownShellWorks(scope: Scope, source: SourcePod, container: string): Promise<boolean> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const result = await scope.deps.cluster.probe(
      {
        namespace: source.namespace,
        pod: source.pod.metadata.name,
        container,
        probes: [{ key: 'own', tool: 'nc', host: '127.0.0.1', port: 1 }],
        deadlineMs: 15_000,
      },
      scope.signal,
    )
    if (result.kind === 'ran') {
      const reading = result.readings.get('own')
      if (reading && reading.outcome !== 'unclear') return reading.outcome !== 'cannot-run'
    } else if (result.reason === 'no-shell' || result.reason === 'container-missing') return false
    else if (result.reason === 'forbidden' || result.reason === 'pod-missing') return true
    scope.signal.throwIfAborted()
  }
  // The connection to the API keeps breaking: the polling deals with that, and says so.
  return true
}

/** The container kubectl would choose. */
function ownContainer(pod: KubeObject): string {
  const containers: { name: string }[] = pod.spec?.containers ?? []
  return pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'] ?? containers[0]?.name ?? ''
}

function runningProbeContainer(pod: KubeObject): string | null {
  const statuses: { name: string; state?: { running?: unknown } }[] = pod.status?.ephemeralContainerStatuses ?? []
  return statuses.find((status) => isProbeContainerName(status.name) && status.state?.running)?.name ?? null
}

/** Ephemeral containers cannot be restarted: one that has ended needs a successor of another name. */
function nextProbeContainer(pod: KubeObject): string {
  const statuses: { name: string; state?: { terminated?: unknown } }[] = pod.status?.ephemeralContainerStatuses ?? []
  const ended = new Set(statuses.filter((status) => status.state?.terminated).map((status) => status.name))
  if (!ended.has(probeContainer)) return probeContainer
  for (let number = 2; ; number++) {
    if (!ended.has(`${probeContainer}-${number}`)) return `${probeContainer}-${number}`
  }
}

/** The `restricted` profile sets runAsNonRoot; with an image that runs as root it starts only if the pod names a user. */
function runsAsUser(pod: KubeObject): boolean {
  return typeof pod.spec?.securityContext?.runAsUser === 'number' && pod.spec.securityContext.runAsUser !== 0
}
