/** A cluster without its API: the store, everything that lives in it, and the real simulated programs. */
import { applyDefaults } from '../../../src/sandbox/api/defaults/defaults.ts'
import type { Change, KubeObject, SandboxOptions } from '../../../src/sandbox/contracts.ts'
import { type Life, startLife } from '../../../src/sandbox/life/life.ts'
import { seedCluster, seedImages } from '../../../src/sandbox/life/seed/seed-cluster.ts'
import { createProcessRunner } from '../../../src/sandbox/netexec/runner.ts'
import { createNetwork } from '../../../src/sandbox/network/network.ts'
import { createSimClock } from '../../../src/sandbox/sim-clock.ts'
import { createStore, type MemoryStore } from '../../../src/sandbox/store/memory-store.ts'

export interface World {
  store: MemoryStore
  life: Life
  /** Every change since the start. */
  changes: Change[]
  /** Stores an object with the API server's defaults. */
  add(resource: string, object: Omit<KubeObject, 'metadata'> & { metadata: Record<string, any> }): KubeObject
  /** Waits until nothing moves any more; fails on a defect in a controller. */
  settled(): Promise<void>
  pods(namespace: string): KubeObject[]
  /** Reasons of the events about an object, oldest first. */
  events(namespace: string, name: string): string[]
  close(): void
}

export async function startWorld(
  calico: SandboxOptions['calico'] = '3.32',
  prepare?: (store: MemoryStore) => void,
): Promise<World> {
  const clock = createSimClock(0)
  const store = createStore({ clock })
  seedCluster(store, clock, calico)
  prepare?.(store)
  const network = createNetwork({ store, clock })
  const bugs: unknown[] = []
  const life = startLife({
    store,
    clock,
    runner: createProcessRunner({ store, clock, network }),
    calico,
    certificate: 'a certificate',
    seedImages: seedImages(calico),
    onBug: (error) => bugs.push(error),
  })
  const changes: Change[] = []
  store.subscribe((change) => changes.push(change))
  const world: World = {
    store,
    life,
    changes,
    add: (resource, object) =>
      store.create(resource, applyDefaults(resource, structuredClone(object) as KubeObject, { store })),
    async settled() {
      await life.settled()
      if (bugs.length > 0) throw bugs[0]
    },
    pods: (namespace) => store.list('pods', namespace),
    events: (namespace, name) =>
      store
        .list('events', namespace)
        .filter(({ involvedObject }) => involvedObject.name === name)
        .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
        .map(({ reason }) => reason as string),
    close() {
      life.close()
      network.close()
    },
  }
  await world.settled()
  changes.length = 0
  return world
}

export function deployment(
  name: string,
  namespace: string,
  spec: Record<string, any> = {},
  podSpec: Record<string, any> = {},
) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'server', image: 'nginx' }], ...podSpec },
      },
      ...spec,
    },
  }
}

export function pod(name: string, namespace: string, container: Record<string, any>, spec: Record<string, any> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { run: name } },
    spec: { containers: [{ name, ...container }], ...spec },
  }
}

export function namespace(name: string, labels: Record<string, string> = {}) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

export function condition(object: KubeObject | undefined, type: string): any {
  return object?.status?.conditions?.find((each: any) => each.type === type)
}
