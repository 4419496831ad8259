import type { DraftReading } from '../make-endpoints.ts'
import type { KubeObject } from '../model.ts'
import { readTemplate } from './pod-template.ts'

/** A pod is an endpoint, or why it is none: no policy applies to it as a pod and no selector matches it. */
export type PodReading = DraftReading | { id: string; why: string }

export type ReplicaSetFinder = (namespace: string, name: string) => KubeObject | undefined

interface Known {
  owner: KubeObject | undefined
  reading: PodReading
}

/** The reading from before, as long as the pod and the ReplicaSet that owns it are the same objects. */
export function readPodOnce(
  pod: KubeObject,
  findReplicaSet: ReplicaSetFinder,
  readings: WeakMap<object, object>,
): PodReading {
  const owner = replicaSetOf(pod, findReplicaSet)
  const known = readings.get(pod) as Known | undefined
  if (known && known.owner === owner) return known.reading
  const reading = readPod(pod, owner)
  readings.set(pod, { owner, reading } satisfies Known)
  return reading
}

/** Calico: IsValidCalicoWorkloadEndpoint and IsFinished. */
function readPod(pod: KubeObject, replicaSet: KubeObject | undefined): PodReading {
  const namespace = pod.metadata.namespace ?? 'default'
  const id = `${namespace}/${pod.metadata.name}`
  const facts = readTemplate(pod.spec)
  if (facts.hostNetwork) return { id, why: 'it uses the host network, so only policies for the host concern it' }
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed') return { id, why: `it has finished (${phase})` }
  // A pod as somebody wrote it, not as a cluster has it: it stands for one that would run.
  const isTemplate = pod.status === undefined
  const ips = podIps(pod)
  if (!isTemplate && ips.length === 0) return { id, why: `it has no address yet (${phase ?? 'phase unknown'})` }
  return {
    endpoint: {
      id,
      kind: 'workload',
      name: pod.metadata.name,
      namespace,
      labels: stringValues(pod.metadata.labels),
      serviceAccount: facts.serviceAccount,
      ips,
      ports: facts.ports,
      env: facts.env,
      noProfile: false,
      isTemplate: isTemplate && ips.length === 0,
      workload: workloadOf(pod, replicaSet),
    },
    made: null,
  }
}

function podIps(pod: KubeObject): string[] {
  const { podIPs, podIP } = pod.status ?? {}
  const listed = (Array.isArray(podIPs) ? podIPs : [])
    .map((entry: any) => entry?.ip)
    .filter((ip: unknown) => typeof ip === 'string' && ip !== '')
  if (listed.length > 0) return listed
  if (typeof podIP === 'string' && podIP !== '') return [podIP]
  // Calico's own annotation is there before the status is.
  const annotated = pod.metadata.annotations?.['cni.projectcalico.org/podIP']
  return typeof annotated === 'string' && annotated !== '' ? [annotated.replace(/\/.*$/, '')] : []
}

/** The Deployment behind the ReplicaSet, or the owner itself; a pod nobody owns is `name.namespace`. */
function workloadOf(pod: KubeObject, replicaSet: KubeObject | undefined): string {
  const owner = ownerOf(pod)
  const namespace = pod.metadata.namespace ?? 'default'
  if (!owner) return `${pod.metadata.name}.${namespace}`
  if (owner.kind !== 'ReplicaSet') return owner.name
  const above = replicaSet && ownerOf(replicaSet)
  if (above) return above.name
  const hash = pod.metadata.labels?.['pod-template-hash']
  return hash && owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name
}

function replicaSetOf(pod: KubeObject, find: ReplicaSetFinder): KubeObject | undefined {
  const owner = ownerOf(pod)
  if (owner?.kind !== 'ReplicaSet') return undefined
  return find(pod.metadata.namespace ?? 'default', owner.name)
}

function ownerOf(object: KubeObject): { kind: string; name: string } | undefined {
  const owners = object.metadata.ownerReferences
  if (!Array.isArray(owners)) return undefined
  return owners.find((owner) => owner?.controller) ?? owners[0]
}

/** Labels as they are, unless something was written where only texts belong. */
export function stringValues(labels: Record<string, unknown> | undefined | null): Record<string, string> {
  return isTexts(labels)
    ? labels
    : Object.fromEntries(Object.entries(labels ?? {}).map(([name, value]) => [name, String(value)]))
}

function isTexts(labels: unknown): labels is Record<string, string> {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return false
  return Object.values(labels).every((value) => typeof value === 'string')
}
