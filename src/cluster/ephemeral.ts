/** Puts a probe container into a running pod (it shares the pod's network and so its Calico endpoint) and waits for it. */
import { escapeControl } from '../errors/escape.ts'
import type { EphemeralResult, KubeObject } from './port.ts'
import type { Sleep } from './retry.ts'
import type { Transport } from './transport.ts'

export interface EphemeralRequest {
  namespace: string
  pod: string
  name: string
  image: string
  profile: 'restricted' | 'baseline'
  deadlineMs: number
}

const imageReasons = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]
const startReasons = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'CrashLoopBackOff']

export async function ensureEphemeralContainer(
  transport: Transport,
  request: EphemeralRequest,
  sleep: Sleep,
  signal?: AbortSignal,
  now: () => number = () => performance.now(),
): Promise<EphemeralResult> {
  const path = `/api/v1/namespaces/${encodeURIComponent(request.namespace)}/pods/${encodeURIComponent(request.pod)}`
  const end = now() + request.deadlineMs
  try {
    const pod: KubeObject = await transport.json({ method: 'GET', path, signal })
    const chosen = chooseName(pod, request)
    if (chosen.running) return { kind: 'running', container: chosen.name }
    if (!chosen.exists) {
      await transport.send({
        method: 'PATCH',
        path: `${path}/ephemeralcontainers`,
        contentType: 'application/strategic-merge-patch+json',
        repeatConflict: true,
        body: { spec: { ephemeralContainers: [containerSpec(chosen.name, request, pod)] } },
        signal,
      })
    }
    return await waitForIt(transport, path, chosen.name, request, end, sleep, now, signal)
  } catch (error) {
    if (signal?.aborted) throw error
    return toFailure(error)
  }
}

/** A container that has ended cannot be started again: the next one gets another name. */
function chooseName(pod: KubeObject, request: EphemeralRequest): { name: string; exists: boolean; running: boolean } {
  const specs: { name: string }[] = pod.spec?.ephemeralContainers ?? []
  for (let index = 1; ; index++) {
    const name = index === 1 ? request.name : `${request.name}-${index}`
    if (!specs.some((spec) => spec.name === name)) return { name, exists: false, running: false }
    const state = stateOf(pod, name)
    if (state?.running) return { name, exists: true, running: true }
    if (!state?.terminated && !imageReasons.includes(state?.waiting?.reason))
      return { name, exists: true, running: false }
  }
}

function stateOf(pod: KubeObject, name: string): any {
  return (pod.status?.ephemeralContainerStatuses ?? []).find((status: any) => status.name === name)?.state
}

function containerSpec(name: string, request: EphemeralRequest, pod: KubeObject): Record<string, unknown> {
  return {
    name,
    image: request.image,
    // The image's own command would start a web server on a port the pod may use.
    command: ['sleep', 'infinity'],
    ...(request.profile === 'restricted'
      ? {
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            runAsNonRoot: true,
            seccompProfile: { type: 'RuntimeDefault' },
            // The image's user is root: without a user from the pod it would never start.
            ...(pod.spec?.securityContext?.runAsUser === undefined ? { runAsUser: 1000 } : {}),
          },
        }
      : {}),
  }
}

async function waitForIt(
  transport: Transport,
  path: string,
  name: string,
  request: EphemeralRequest,
  end: number,
  sleep: Sleep,
  now: () => number,
  signal?: AbortSignal,
): Promise<EphemeralResult> {
  let lastWords = 'it has not started yet'
  for (let round = 0; ; round++) {
    const pod: KubeObject = await transport.json({ method: 'GET', path, signal })
    const state = stateOf(pod, name)
    if (state?.running) return { kind: 'running', container: name }
    if (state?.terminated)
      return {
        kind: 'failed',
        reason: 'other',
        message: `the probe container ended at once (exit ${state.terminated.exitCode})`,
      }
    if (pod.metadata.deletionTimestamp)
      return { kind: 'failed', reason: 'pod-missing', message: `pod ${request.pod} is being deleted` }
    const waiting = state?.waiting
    if (waiting?.message) lastWords = waiting.message
    if (imageReasons.includes(waiting?.reason)) {
      // The status says only "ErrImagePull"; the Event says why.
      const event = await failedEvent(transport, request, name, signal)
      const words = event?.kind === 'failed' ? event.message : says(waiting.message ?? waiting.reason)
      return {
        kind: 'failed',
        reason: 'image',
        message: words.includes(request.image) ? words : `${request.image} cannot be pulled: ${words}`,
      }
    }
    if (startReasons.includes(waiting?.reason))
      return { kind: 'failed', reason: 'other', message: says(waiting.message ?? waiting.reason) }
    // Some failures never reach the status, only an Event of the pod.
    if (round % 8 === 7) {
      const failure = await failedEvent(transport, request, name, signal)
      if (failure) return failure
    }
    if (now() >= end) return { kind: 'failed', reason: 'deadline', message: says(lastWords) }
    await sleep(Math.min(60 + round * 40, 400), signal)
  }
}

async function failedEvent(
  transport: Transport,
  request: EphemeralRequest,
  name: string,
  signal?: AbortSignal,
): Promise<EphemeralResult | null> {
  let list: any
  try {
    list = await transport.json({
      method: 'GET',
      path: `/api/v1/namespaces/${encodeURIComponent(request.namespace)}/events`,
      query: { fieldSelector: `involvedObject.name=${request.pod},reason=Failed` },
      signal,
      attempts: 1,
    })
  } catch (error) {
    if (signal?.aborted) throw error
    // Events are a help, not a need.
    return null
  }
  const event = (list.items ?? [])
    .filter((item: any) => item.involvedObject?.fieldPath === `spec.ephemeralContainers{${name}}`)
    // The longest one gives the reason, the others only repeat the class.
    .sort((a: any, b: any) => String(a.message).length - String(b.message).length)
    .at(-1)
  if (!event) return null
  const message = says(event.message ?? '')
  return { kind: 'failed', reason: /pull|image .*not found|ErrImage/i.test(message) ? 'image' : 'other', message }
}

function toFailure(error: unknown): EphemeralResult {
  const { status, message } = error as { status?: number; message: string }
  if (/violates PodSecurity|admission webhook .* denied|denied the request/.test(message))
    return { kind: 'failed', reason: 'admission', message }
  if (status === 403) return { kind: 'failed', reason: 'forbidden', message }
  if (status === 404) return { kind: 'failed', reason: 'pod-missing', message }
  return { kind: 'failed', reason: 'other', message }
}

function says(text: string): string {
  return escapeControl(text.trim().split('\n').at(-1) ?? text)
}
