import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sandboxShopMissing } from '../../../errors/catalog/sandbox.ts'
import { createRegistry } from '../../api/registry/registry.ts'
import type { SandboxOptions, SimClock } from '../../contracts.ts'
import type { MemoryStore } from '../../store/memory-store.ts'
import { readyMadeCluster } from './ready-made.ts'
import { seedCluster } from './seed-cluster.ts'
import { plantShop } from './shop.ts'

/** Puts a freshly installed cluster into the store, as the build made it; true when it need not settle any more. */
export function installCluster(
  store: MemoryStore,
  clock: Pick<SimClock, 'now'>,
  { calico, readyMade }: SandboxOptions,
  certificate: string,
): boolean {
  const cluster = readyMadeCluster(calico, { certificate, now: clock.now(), folder: readyMade })
  if (cluster) store.restore(cluster)
  else seedCluster(store, clock, calico)
  return cluster !== undefined
}

/** The shop, where it is not there yet. */
export function installShop(store: MemoryStore, { calico, shopManifests }: SandboxOptions): void {
  const folder = shopManifests ?? packagedShop()
  try {
    plantShop(store, createRegistry(calico), folder)
  } catch (error) {
    throw sandboxShopMissing(folder, error)
  }
}

/** Beside `dist` in the package; from the sources, four folders up. */
function packagedShop(): string {
  const places = ['../manifests/shop', '../../manifests/shop', '../../../../manifests/shop'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return places.find((path) => existsSync(path)) ?? places[0]!
}
