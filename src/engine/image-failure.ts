/** While pods are waited for: an image that cannot be pulled is told after seconds, not when the waiting ends. */
import type { KubeObject } from '../cluster/port.ts'
import { probeImageHint, shopImageHint } from '../errors/image-hint.ts'
import type { EngineDeps } from './deps.ts'
import { choosePods, type PodChoice } from './pods.ts'

const imageReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
])
const lookMs = 2_000
/** A registry that was busy for a moment gets a second chance; whoever waits hears of it within 20 s all the same. */
const patienceMs = 10_000

export interface ImageFailure {
  message: string
  hint: string
}

/** Resolves with the failure; with null when the signal ends the looking. */
export async function imageFailure(
  { cluster, clock, sleep, options }: Pick<EngineDeps, 'cluster' | 'clock' | 'sleep' | 'options'>,
  choice: PodChoice,
  signal: AbortSignal,
): Promise<ImageFailure | null> {
  const since = new Map<string, number>()
  while (!signal.aborted) {
    for (const { key, pod, status } of await failing()) {
      const first = since.get(key) ?? clock.monotonic()
      since.set(key, first)
      if (clock.monotonic() - first >= patienceMs) return told(pod, status)
    }
    await sleep(lookMs, signal).catch(() => undefined)
  }
  return null

  async function failing() {
    const { namespace } = choice
    const kind = { apiVersion: 'v1', kind: 'Pod' }
    // What the API cannot answer now is no finding; the waiting itself reports it.
    const pods = await cluster.list(kind, namespace === undefined ? {} : { namespace }).catch(() => [] as KubeObject[])
    const found = choosePods(pods, choice).flatMap((pod) =>
      statusesOf(pod)
        .filter((status) => imageReasons.has(status.state?.waiting?.reason ?? ''))
        .map((status) => ({ key: `${pod.metadata.uid}/${status.name}`, pod, status })),
    )
    for (const key of since.keys()) if (!found.some((one) => one.key === key)) since.delete(key)
    return found
  }

  function told(pod: KubeObject, status: ContainerStatus): ImageFailure {
    const image = imageOf(pod, status.name)
    const { reason, message } = status.state!.waiting!
    return {
      message: `pod ${pod.metadata.name} in namespace ${pod.metadata.namespace} cannot pull ${image}: ${message ?? reason}`,
      hint: image === options.probeImage ? probeImageHint(image) : shopImageHint(image),
    }
  }
}

interface ContainerStatus {
  name: string
  image?: string
  state?: { waiting?: { reason?: string; message?: string } }
}

function statusesOf(pod: KubeObject): ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
}

function imageOf(pod: KubeObject, container: string): string {
  const specs: { name: string; image: string }[] = [
    ...(pod.spec?.initContainers ?? []),
    ...(pod.spec?.containers ?? []),
  ]
  return specs.find(({ name }) => name === container)?.image ?? 'its image'
}
