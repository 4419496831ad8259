import type { SandboxOptions } from '../../contracts.ts'
import { createProcessRunner } from '../../netexec/runner.ts'
import { createNetwork } from '../../network/network.ts'
import { createSimClock } from '../../sim-clock.ts'
import { createStore } from '../../store/memory-store.ts'
import { startLife } from '../life.ts'
import { microStamp, stamp } from '../stamps.ts'
import { READY_MADE_VERSION } from './ready-made.ts'
import { seedCluster, seedImages } from './seed-cluster.ts'

/** A moment no object could have by itself. */
const MOMENT = new Date('1999-12-31T12:34:56Z')
const AUTHORITY = 'the certificate of the cluster'
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g
/** Not digests of images, which are the same everywhere. */
const CONTAINER_ID = /(?<!sha256:|[0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g

/** Installs a cluster, lets it settle and writes it down with marks for what every cluster has of its own (`ready-made.ts`). */
export async function bakeCluster(calico: SandboxOptions['calico']): Promise<string> {
  const clock = { ...createSimClock(0), now: () => MOMENT }
  const store = createStore({ clock })
  const network = createNetwork({ store, clock })
  seedCluster(store, clock, calico)
  const life = startLife({
    store,
    clock,
    runner: createProcessRunner({ store, clock, network }),
    calico,
    certificate: AUTHORITY,
    seedImages: seedImages(calico),
    quiet: () => true,
    onBug(error) {
      throw error
    },
  })
  await life.settled()
  const text = JSON.stringify({ v: READY_MADE_VERSION, ...store.snapshot() })
  const guid = store.get('clusterinformations.projectcalico.org', undefined, 'default')?.spec.clusterGUID
  life.close()
  network.close()
  return marked(text, guid)
}

function marked(text: string, clusterGuid: string | undefined): string {
  const numbers = new Map<string, number>()
  const numbered = (kind: string) => (found: string) => {
    const number = numbers.get(found) ?? numbers.size
    numbers.set(found, number)
    return `@@${kind}${number}@@`
  }
  const known: [string, string][] = [
    [microStamp(MOMENT), '@@m@@'],
    [stamp(MOMENT), '@@t@@'],
    [AUTHORITY, '@@k@@'],
    ...(clusterGuid === undefined ? [] : [[clusterGuid, '@@g@@'] as [string, string]]),
  ]
  return known
    .reduce((rest, [value, mark]) => rest.replaceAll(value, mark), text)
    .replace(UUID, numbered('u'))
    .replace(CONTAINER_ID, numbered('c'))
}
