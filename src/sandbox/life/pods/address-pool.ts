import type { KubeObject, Store } from '../../contracts.ts'

/** The pool of the cluster; each node hands out addresses from a quarter of its own. */
export const POD_NETWORK = '192.168.0.0/16'
const NODE_RANGE = 64 * 256

/**
 * Pod addresses: counted upwards per node and wrapped at the end of the node's range, so that an address comes back
 * only after thousands of others: a stale address in a rule must not hit another pod by accident.
 */
export interface AddressPool {
  allocate(node: KubeObject): string
  release(address: string): void
}

export function createAddressPool(store: Store): AddressPool {
  const used = new Set<string>()
  const cursors = new Map<string, number>()
  for (const pod of store.list('pods')) if (pod.status?.podIP && !pod.spec.hostNetwork) use(pod.status.podIP)

  function use(address: string): void {
    used.add(address)
    const [range, offset] = locate(address)
    const key = String(range)
    cursors.set(key, Math.max(cursors.get(key) ?? 0, offset))
  }

  return {
    allocate(node) {
      const range = rangeOf(store, node)
      const key = String(range)
      let cursor = cursors.get(key) ?? firstOffset(range)
      for (let tries = 0; tries < NODE_RANGE; tries++) {
        cursor = (cursor + 1) % NODE_RANGE
        const address = toAddress(range, cursor)
        // .0 and .255 are legal inside a /16 but look like a mistake to people.
        if (used.has(address) || /\.(0|255)$/.test(address)) continue
        cursors.set(key, cursor)
        used.add(address)
        return address
      }
      throw new Error(`no pod address left on ${node.metadata.name}`)
    },
    release(address) {
      used.delete(address)
    },
  }
}

/** Nodes by name: the first three have ranges 0 to 2, all later ones share the last. */
function rangeOf(store: Store, node: KubeObject): number {
  const index = store.list('nodes').findIndex((other) => other.metadata.name === node.metadata.name)
  return Math.min(Math.max(index, 0), 3)
}

/** Not at the start of the range: 192.168.0.1 is many a reader's own router. */
function firstOffset(range: number): number {
  return (17 + range * 13) * 256 + 128
}

function toAddress(range: number, offset: number): string {
  return `192.168.${range * 64 + (offset >> 8)}.${offset & 255}`
}

function locate(address: string): [range: number, offset: number] {
  const [, , third = 0, fourth = 0] = address.split('.').map(Number)
  return [third >> 6, ((third & 63) << 8) | fourth]
}
