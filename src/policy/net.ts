/** IP addresses and CIDRs as four 32-bit words; IPv4 uses the last one. An IPv4-mapped IPv6 address is IPv4. */
export interface IpAddress {
  family: 4 | 6
  words: readonly [number, number, number, number]
  /** One text per address, so that `::1` and `0:0::1` find the same endpoint. */
  key: string
}

export interface Cidr {
  /** As written, for people. */
  text: string
  family: 4 | 6
  words: readonly [number, number, number, number]
  masks: readonly [number, number, number, number]
  prefix: number
}

/** A cluster's addresses are asked about again and again: at every reading of it, and at both ends of every flow. */
const parsed = new Map<string, IpAddress | null>()
const parsedMost = 20_000

export function parseIp(text: string): IpAddress | null {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const ip = readIp(text)
  if (parsed.size >= parsedMost) parsed.clear()
  parsed.set(text, ip)
  return ip
}

function readIp(text: string): IpAddress | null {
  const v4 = parseV4(text)
  if (v4 !== null) return toV4(v4)
  const words = text.includes(':') ? parseV6(text) : null
  if (!words) return null
  if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) return toV4(words[3])
  return { family: 6, words, key: words.join(':') }
}

function toV4(word: number): IpAddress {
  return { family: 4, words: [0, 0, 0, word], key: String(word) }
}

/** A CIDR or a bare address; bits outside the mask are ignored, as Calico does. Null when it is neither. */
export function parseCidr(text: string): Cidr | null {
  const [address = '', length, rest] = text.split('/')
  const ip = parseIp(address)
  if (!ip || rest !== undefined || (length !== undefined && !/^\d{1,3}$/.test(length))) return null
  const most = ip.family === 4 ? 32 : 128
  const prefix = length === undefined ? most : Number(length)
  if (prefix > most) return null
  const masks = [0, 1, 2, 3].map((index) => wordMask(prefix + (128 - most) - index * 32)) as unknown as Cidr['masks']
  const words = ip.words.map((word, index) => (word & masks[index]!) >>> 0) as unknown as Cidr['words']
  return { text, family: ip.family, words, masks, prefix }
}

export function cidrContains(cidr: Cidr, ip: IpAddress): boolean {
  if (cidr.family !== ip.family) return false
  const { words, masks } = cidr
  if ((ip.words[3] & masks[3]) >>> 0 !== words[3]) return false
  if (cidr.family === 4) return true
  return (
    (ip.words[0] & masks[0]) >>> 0 === words[0] &&
    (ip.words[1] & masks[1]) >>> 0 === words[1] &&
    (ip.words[2] & masks[2]) >>> 0 === words[2]
  )
}

export function netListContains(list: { cidrs: readonly Cidr[] }, ip: IpAddress): boolean {
  return list.cidrs.some((cidr) => cidrContains(cidr, ip))
}

function wordMask(bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0
}

function parseV4(text: string): number | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let word = 0
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null
    word = word * 256 + Number(part)
  }
  return word
}

function parseV6(text: string): [number, number, number, number] | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half) => (half === '' ? [] : v6Groups(half)))
  if (!head || tail === null) return null
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]
  const word = (index: number) => groups[index]! * 65536 + groups[index + 1]!
  return [word(0), word(2), word(4), word(6)]
}

function v6Groups(text: string): number[] | null {
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16))
      continue
    }
    const v4 = index === parts.length - 1 ? parseV4(part) : null
    if (v4 === null) return null
    groups.push(Math.floor(v4 / 65536), v4 % 65536)
  }
  return groups
}
