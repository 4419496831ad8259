/** Follows Calico's policies through a watch that is dropped now and then, and says what it did not hear of. */
import { setTimeout as delay } from 'node:timers/promises'
import { connectCluster } from '../../src/cluster/connect.ts'
import type { ClusterPort, KubeObject } from '../../src/cluster/port.ts'

export interface Followed {
  /** Policies that are there and were not heard of, or the other way round, once it had time to catch up. */
  missing(): Promise<string[]>
  /** Asks what is served and opens watches, until the faults those can meet were met; a run does so too seldom for that. */
  meet(isMet: () => boolean): Promise<void>
  close(): Promise<void>
}

const kind = { apiVersion: 'projectcalico.org/v3', kind: 'NetworkPolicy' }

export async function followPolicies(kubeconfig: string): Promise<Followed> {
  const cluster = await connectPatiently(kubeconfig)
  const heard = new Set<string>()
  const nameOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`
  const stop = new AbortController()
  const opened: Promise<void>[] = []
  const watching = cluster
    .watch(
      kind,
      {},
      (event) => {
        if (event.type === 'synced') {
          heard.clear()
          for (const object of event.objects) heard.add(nameOf(object))
        } else if (event.type === 'deleted') heard.delete(nameOf(event.object))
        else if (event.type !== 'lost') heard.add(nameOf(event.object))
      },
      stop.signal,
    )
    .catch(() => undefined)
  return {
    async missing() {
      for (let attempt = 0; ; attempt++) {
        const there = new Set((await cluster.list(kind)).map(nameOf))
        const differs = [...there]
          .filter((name) => !heard.has(name))
          .concat([...heard].filter((name) => !there.has(name)))
        if (differs.length === 0 || attempt > 60) return differs
        await delay(500)
      }
    },
    async meet(isMet) {
      for (let attempt = 0; !isMet() && attempt < 40; attempt++) {
        for (let one = 0; one < 5; one++) opened.push(cluster.watch(kind, {}, () => undefined, stop.signal))
        await cluster.surface({ refresh: true }).catch(() => undefined)
        await delay(500)
      }
    },
    async close() {
      stop.abort()
      await cluster.close()
      await Promise.allSettled([watching, ...opened])
    },
  }
}

async function connectPatiently(kubeconfig: string): Promise<ClusterPort> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await connectCluster({ kubeconfig, context: 'sandbox', via: 'api', isSandbox: true })
    } catch (error) {
      if (attempt > 20) throw error
    }
  }
}
