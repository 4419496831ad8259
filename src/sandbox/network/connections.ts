/**
 * Connections that stay open, as gRPC keeps them: once established they survive any policy, because Calico accepts
 * conntrack's ESTABLISHED before it looks at rules. They end with either pod.
 */
import type { PodView } from './topology.ts'

interface Established {
  /** The address the caller dialled, and the pod behind it. */
  callee: string
  calleeUid: string
}

export interface ConnectionRegistry {
  /** The pod at the other end of the caller's open connection to `target`, or undefined. */
  find(caller: PodView, target: string): string | undefined
  keep(caller: PodView, target: string, callee: PodView): void
}

export function createConnectionRegistry(podById: (id: string) => PodView | undefined): ConnectionRegistry {
  const byCaller = new Map<string, Map<string, Established>>()
  return {
    find(caller, target) {
      const connection = byCaller.get(lifeOf(caller))?.get(target)
      if (connection === undefined) return undefined
      const callee = podById(connection.callee)
      if (callee?.up === true && lifeOf(callee) === connection.calleeUid) return callee.id
      byCaller.get(lifeOf(caller))?.delete(target)
      return undefined
    },
    keep(caller, target, callee) {
      const life = lifeOf(caller)
      const connections = byCaller.get(life) ?? new Map<string, Established>()
      connections.set(target, { callee: callee.id, calleeUid: lifeOf(callee) })
      byCaller.set(life, connections)
      if (byCaller.size > 512) forgetTheDead(byCaller, podById)
    },
  }
}

/** A pod of the same name with another uid, or a restarted container, is another process: its connections are gone. */
function lifeOf(pod: PodView): string {
  const restarts = (pod.object.status?.containerStatuses ?? []).map((status: any) => status.restartCount ?? 0).join(',')
  return `${pod.id} ${pod.object.metadata.uid ?? ''} ${restarts}`
}

function forgetTheDead(byCaller: Map<string, unknown>, podById: (id: string) => PodView | undefined): void {
  for (const life of byCaller.keys()) {
    const pod = podById(life.slice(0, life.indexOf(' ')))
    if (pod === undefined || lifeOf(pod) !== life) byCaller.delete(life)
  }
}
