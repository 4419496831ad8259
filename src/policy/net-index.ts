import type { Cidr, IpAddress } from './net.ts'

/** Networks of one length: one masking and one look-up finds all of them that hold an address. */
interface Length {
  family: 4 | 6
  masks: Cidr['masks']
  /** By the network's own address. */
  lists: Map<number | string, number[]>
}

/** A list of networks, known by its place among all. */
interface Nets {
  cidrs: readonly Cidr[]
  /** Left out of the index. */
  isCatchAll?: boolean
}

/**
 * Which of many lists of networks hold an address. A cluster has thousands of addresses and hundreds of lists, but a
 * handful of prefix lengths.
 */
export class NetIndex {
  private readonly lengths = new Map<string, Length>()
  private taken = 0

  /** Places of lists from `first` on that hold the address, ascending. */
  listsWith(ip: IpAddress, all: readonly Nets[], first: number): number[] {
    for (; this.taken < all.length; this.taken++) this.take(all[this.taken]!, this.taken)
    const found: number[] = []
    for (const { family, masks, lists } of this.lengths.values()) {
      const ids = family === ip.family ? lists.get(networkKey(ip, masks)) : undefined
      if (ids) for (const id of ids) if (id >= first) found.push(id)
    }
    if (found.length < 2) return found
    return found.sort((left, right) => left - right).filter((id, index) => id !== found[index - 1])
  }

  private take({ cidrs, isCatchAll }: Nets, id: number): void {
    // A list of everything tells no addresses apart.
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
