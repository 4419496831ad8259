import type { KubeObject } from '../../contracts.ts'
import { stamp } from '../stamps.ts'
import { fenceposts } from './deployment-plan.ts'

const count = (sets: readonly KubeObject[], field: string): number =>
  sets.reduce((total, set) => total + (set.status?.[field] ?? 0), 0)

/** Zero counters are left out, as `omitempty` does. */
export function deploymentStatus(
  deployment: KubeObject,
  current: KubeObject | undefined,
  sets: readonly KubeObject[],
  now: Date,
): any {
  const replicas = count(sets, 'replicas')
  const updated = current?.status?.replicas ?? 0
  const ready = count(sets, 'readyReplicas')
  const available = count(sets, 'availableReplicas')
  const desired = sets.reduce((total, set) => total + (set.spec.replicas ?? 0), 0)
  const unavailable = Math.max(0, desired - available)
  return {
    observedGeneration: deployment.metadata.generation,
    ...(replicas ? { replicas } : {}),
    ...(updated ? { updatedReplicas: updated } : {}),
    ...(ready ? { readyReplicas: ready } : {}),
    ...(available ? { availableReplicas: available } : {}),
    ...(unavailable ? { unavailableReplicas: unavailable } : {}),
    conditions: conditions(deployment, current, { replicas, updated, available }, sets, now),
    ...(deployment.status?.collisionCount ? { collisionCount: deployment.status.collisionCount } : {}),
  }
}

interface Counters {
  replicas: number
  updated: number
  available: number
}

function conditions(
  deployment: KubeObject,
  current: KubeObject | undefined,
  counters: Counters,
  sets: readonly KubeObject[],
  now: Date,
): any[] {
  let list: any[] = deployment.status?.conditions ?? []
  const set = (type: string, status: string, reason: string, message: string) => {
    const earlier = list.find((condition) => condition.type === type)
    // A condition is rewritten only when it says something else; then it moves to the end.
    if (earlier?.status === status && earlier.reason === reason && earlier.message === message) return
    const time = stamp(now)
    const lastTransitionTime = earlier?.status === status ? earlier.lastTransitionTime : time
    list = [
      ...list.filter((condition) => condition.type !== type),
      { type, status, lastUpdateTime: time, lastTransitionTime, reason, message },
    ]
  }
  const wanted = deployment.spec.replicas ?? 1
  if (deployment.spec.paused) set('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
  else if (current) {
    const complete = counters.updated === wanted && counters.replicas === wanted && counters.available === wanted
    const name = `ReplicaSet "${current.metadata.name}"`
    if (complete) set('Progressing', 'True', 'NewReplicaSetAvailable', `${name} has successfully progressed.`)
    else if (!list.some(({ type }) => type === 'Progressing')) {
      set('Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${current.metadata.name}"`)
    } else if (!wasComplete(list, name)) set('Progressing', 'True', 'ReplicaSetUpdated', `${name} is progressing.`)
  }
  const failure = sets
    .flatMap(({ status }) => status?.conditions ?? [])
    .find(({ type }: any) => type === 'ReplicaFailure')
  if (failure) set('ReplicaFailure', 'True', failure.reason, failure.message)
  else list = list.filter(({ type }) => type !== 'ReplicaFailure')
  if (counters.available >= wanted - fenceposts(deployment).unavailable) {
    set('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
  } else {
    set('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.')
  }
  return list
}

/** A finished rollout stays finished while its pods come and go. */
function wasComplete(list: readonly any[], name: string): boolean {
  const progressing = list.find(({ type }) => type === 'Progressing')
  return progressing?.reason === 'NewReplicaSetAvailable' && progressing.message.startsWith(name)
}
