/** Until every Deployment in the track's namespaces has its pods again: a deleted one comes back under another name. */
import type { KubeObject } from '../cluster/port.ts'
import { isTerminating } from './pods.ts'
import type { Work } from './scope.ts'
import { createSnapshot, readSnapshot, type Snapshot } from './snapshot.ts'

const kinds = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
]
const longestMs = 60_000

/** Gives up after a minute: what is then wrong is told by the proofs. */
export async function waitForReplicas({ deps, track, signal }: Pick<Work, 'deps' | 'track' | 'signal'>): Promise<void> {
  const namespaces = new Set(track.topology.namespaces.map(({ name }) => name))
  for (let waited = 0, pause = 20; waited < longestMs; waited += pause, pause = Math.min(pause * 2, 1_000)) {
    const { objects } = await readSnapshot(deps.cluster, kinds)
    if (hasItsPods(createSnapshot(objects.filter(({ metadata }) => namespaces.has(metadata.namespace ?? ''))))) return
    await deps.sleep(pause, signal)
  }
}

function hasItsPods(snapshot: Snapshot): boolean {
  const pods = snapshot.of('v1', 'Pod').filter((pod) => !isTerminating(pod))
  return snapshot.of('apps/v1', 'Deployment').every((deployment) => {
    const wanted: number = deployment.spec?.replicas ?? 1
    return pods.filter((pod) => belongs(pod, deployment)).length >= wanted
  })
}

function belongs(pod: KubeObject, { spec, metadata }: KubeObject): boolean {
  const wanted: Record<string, string> = spec?.selector?.matchLabels ?? {}
  return (
    pod.metadata.namespace === metadata.namespace &&
    Object.entries(wanted).every(([key, value]) => pod.metadata.labels?.[key] === value)
  )
}
