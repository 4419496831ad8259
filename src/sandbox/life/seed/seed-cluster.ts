import type { SandboxOptions, SimClock } from '../../contracts.ts'
import type { MemoryStore } from '../../store/memory-store.ts'
import { stamp } from '../stamps.ts'
import { calicoImages, calicoObjects } from './calico.ts'
import { kubernetesObjects, SYSTEM_IMAGES, staticPods } from './kubernetes.ts'
import { nodeObjects } from './nodes.ts'
import { plant } from './seed-object.ts'

/** A freshly installed cluster: what is there before anybody has typed anything. Present objects are left alone. */
export function seedCluster(store: MemoryStore, clock: Pick<SimClock, 'now'>, calico: SandboxOptions['calico']): void {
  const now = stamp(clock.now())
  plant(store, nodeObjects(now))
  plant(store, kubernetesObjects(now))
  plant(store, calicoObjects(calico))
  plant(store, staticPods(store))
}

export function seedImages(calico: SandboxOptions['calico']): string[] {
  return [...Object.values(SYSTEM_IMAGES), ...calicoImages(calico)]
}
