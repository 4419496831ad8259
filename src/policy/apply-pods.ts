import type { Changes } from './apply.ts'
import type { Endpoint } from './endpoint.ts'
import { makeEndpoints } from './make-endpoints.ts'
import type { KubeObject } from './model.ts'
import { kindOf, objectKey } from './objects/by-kind.ts'
import { type ReplicaSetFinder, readPodOnce } from './objects/pods.ts'
import type { World } from './world.ts'

/**
 * The world in which some of its pods have other labels or addresses: of thousands, only those are read. Null when it takes more
 * than that to follow, such as a pod that comes or goes.
 */
export function afterPodChanges(
  world: World,
  objects: readonly KubeObject[],
  { put, remove }: Required<Changes>,
): World | null {
  const isReplacing = remove.length === 0 && objects.length === world.objects.length
  if (!isReplacing || world.options.endpoints || !put.every(isPod)) return null
  const findReplicaSet = replicaSetFinder(objects)
  const changes = new Map<Endpoint, Endpoint>()
  for (const pod of put) {
    const before = world.endpointsById.get(objectKey(pod, 'Pod'))
    const reading = readPodOnce(pod, findReplicaSet, world.registry.readings)
    if (!before || before.isTemplate || changes.has(before) || !('endpoint' in reading)) return null
    changes.set(before, makeEndpoints([reading], world, world.registry)[0]!)
  }
  const endpoints = [...world.endpoints]
  const endpointsById = new Map(world.endpointsById)
  for (const [before, after] of changes) {
    endpoints[endpoints.indexOf(before)] = after
    endpointsById.set(after.id, after)
  }
  return { ...world, objects, endpoints, endpointsById, addresses: world.addresses.withChanged(endpoints, changes) }
}

function isPod(object: KubeObject): boolean {
  return kindOf(object) === 'Pod' && typeof object.metadata?.name === 'string'
}

function replicaSetFinder(objects: readonly KubeObject[]): ReplicaSetFinder {
  return (namespace, name) => {
    const key = `${namespace}/${name}`
    const isIt = (object: KubeObject) => kindOf(object) === 'ReplicaSet' && objectKey(object, 'ReplicaSet') === key
    return objects.findLast((object) => object.metadata?.name === name && isIt(object))
  }
}
