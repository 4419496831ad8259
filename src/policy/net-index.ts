import type { Cidr, IpAddress } from './net.ts'
import type { NetList } from './registry.ts'

/** Networks of one length: one masking and one look-up finds all of them that hold an address. */
interface Length {
  family: 4 | 6
  masks: Cidr['masks']
  /** By the network's own address. */
  lists: Map<number | string, number[]>
}

/**
 * Which of many lists of networks hold an address. A cluster has thousands of addresses and hundreds of lists, but a
 * handful of prefix lengths.
 */
export class NetIndex {
  private readonly lengths = new Map<string, Length>()
  private taken = 0

  /** Ids of lists from `first` on that hold the address, ascending. Lists of everything tell no addresses apart and are left out. */
  listsWith(ip: IpAddress, all: readonly NetList[], first: number): number[] {
    for (; this.taken < all.length; this.taken++) this.take(all[this.taken]!)
    const found: number[] = []
    for (const { family, masks, lists } of this.lengths.values()) {
      if (family !== ip.family) continue
      for (const id of lists.get(networkKey(ip, masks)) ?? []) if (id >= first) found.push(id)
    }
    return found.sort((left, right) => left - right).filter((id, index) => id !== found[index - 1])
  }

  private take({ id, cidrs, isCatchAll }: NetList): void {
    if (isCatchAll) return
    for (const cidr of cidrs) {
      const name = `${cidr.family}/${cidr.prefix}`
      let length = this.lengths.get(name)
      if (!length) {
        length = { family: cidr.family, masks: cidr.masks, lists: new Map() }
        this.lengths.set(name, length)
      }
      const key = networkKey(cidr, cidr.masks)
      const ids = length.lists.get(key)
      if (ids) ids.push(id)
      else length.lists.set(key, [id])
    }
  }
}

function networkKey({ family, words }: Pick<IpAddress, 'family' | 'words'>, masks: Cidr['masks']): number | string {
  if (family === 4) return (words[3] & masks[3]) >>> 0
  return words.map((word, index) => (word & masks[index]!) >>> 0).join(':')
}
