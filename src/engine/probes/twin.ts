/**
 * A pod with another pod's labels and service account, so policy treats it alike. A readiness gate nobody sets keeps it
 * out of every Service; without `pod-template-hash` no ReplicaSet adopts it.
 */
import type { KubeObject } from '../../cluster/port.ts'
import { twinAnnotation } from '../pods.ts'
import type { Scope } from '../scope.ts'
import { statusOf } from '../snapshot.ts'
import type { SourcePod } from './targets.ts'
import type { Vehicle } from './vehicle.ts'

const gate = 'hipster-workshop/never-ready'
const deadlineMs = 20_000

export async function createTwin(
  scope: Scope,
  source: SourcePod,
): Promise<Extract<Vehicle, { kind: 'twin' }> | { kind: 'failed'; message: string }> {
  const { cluster } = scope.deps
  const twin = twinOf(source, scope.deps.options.probeImage)
  const { name } = twin.metadata
  try {
    await cluster.create(twin)
  } catch (error) {
    // 409: left over from a run that was killed; it is the same pod.
    if (statusOf(error) === null) throw error
    if (statusOf(error) !== 409) return { kind: 'failed', message: (error as { message: string }).message }
  }
  const started = scope.deps.clock.monotonic()
  for (let waited = 0; waited < deadlineMs; waited += 500) {
    const live = await cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace: source.namespace, name })
    const conditions: { type: string; status: string }[] = live?.status?.conditions ?? []
    if (conditions.some((condition) => condition.type === 'ContainersReady' && condition.status === 'True')) {
      return { kind: 'twin', pod: name, container: 'probe' }
    }
    if (scope.deps.clock.monotonic() - started > deadlineMs) break
    await scope.deps.sleep(500, scope.signal)
  }
  await cluster.delete({ apiVersion: 'v1', kind: 'Pod', namespace: source.namespace, name }, { gracePeriodSeconds: 0 })
  return { kind: 'failed', message: `the twin pod ${name} did not start` }
}

/** Ends every twin of this process; the next proof makes new ones if it needs them. */
export async function removeTwins(scope: Scope, sources: readonly SourcePod[]): Promise<void> {
  const { vehicles } = scope.memory
  for (const [key, vehicle] of [...vehicles]) {
    if (vehicle.kind !== 'twin') continue
    vehicles.delete(key)
    const namespace = sources.find((source) => twinName(source) === vehicle.pod)?.namespace
    if (namespace === undefined) continue
    await scope.deps.cluster.delete(
      { apiVersion: 'v1', kind: 'Pod', namespace, name: vehicle.pod },
      { gracePeriodSeconds: 0 },
    )
  }
}

function twinName(source: SourcePod): string {
  return `hw-twin-${source.workload.replaceAll('.', '-')}`
}

function twinOf(source: SourcePod, image: string): KubeObject {
  const { 'pod-template-hash': _, ...labels } = source.pod.metadata.labels ?? {}
  const user: unknown = source.pod.spec?.securityContext?.runAsUser
  const runAsUser = typeof user === 'number' && user !== 0 ? user : 1000
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: twinName(source),
      namespace: source.namespace,
      labels,
      annotations: { [twinAnnotation]: source.pod.metadata.name },
    },
    spec: {
      readinessGates: [{ conditionType: gate }],
      serviceAccountName: source.pod.spec?.serviceAccountName ?? 'default',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsUser, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'probe',
          image,
          command: ['sleep', '86400'],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  }
}
