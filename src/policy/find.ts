import type { Endpoint } from './endpoint.ts'
import type { World } from './world.ts'

/** Pods of a workload (`cartservice`), in one namespace or in all. */
export function endpointsOfWorkload(world: World, workload: string, namespace?: string): Endpoint[] {
  return world.endpoints.filter(
    (endpoint) => endpoint.workload === workload && (namespace === undefined || endpoint.namespace === namespace),
  )
}

const byNamespace = new WeakMap<World['endpoints'], Map<string, Endpoint[]>>()

export function endpointsInNamespace({ endpoints }: World, namespace: string): readonly Endpoint[] {
  let spaces = byNamespace.get(endpoints)
  if (!spaces) {
    spaces = new Map()
    for (const endpoint of endpoints) {
      const list = spaces.get(endpoint.namespace)
      if (list) list.push(endpoint)
      else spaces.set(endpoint.namespace, [endpoint])
    }
    byNamespace.set(endpoints, spaces)
  }
  return spaces.get(namespace) ?? []
}
