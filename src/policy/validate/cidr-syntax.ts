/** Syntax of addresses and CIDRs as Go's net package reads them. */
export interface CidrSyntax {
  version: 4 | 6
  /** Prefix length; absent for a bare address. */
  length?: number
  /** Bits beyond the prefix are set (`10.0.0.5/24`). */
  hostBits: boolean
}

/** null when the text is neither an address nor a CIDR. */
export function parseCidrSyntax(text: string): CidrSyntax | null {
  const [address = '', prefix, extra] = text.split('/')
  if (extra !== undefined) return null
  const bits = parseBits(address)
  if (!bits) return null
  const version = bits.length === 32 ? 4 : 6
  if (prefix === undefined) return { version, hostBits: false }
  if (!/^\d{1,3}$/.test(prefix) || (prefix.length > 1 && prefix.startsWith('0'))) return null
  const length = Number(prefix)
  if (length > bits.length) return null
  return { version, length, hostBits: bits.slice(length).includes('1') }
}

/** The address as a string of 32 or 128 binary digits. */
function parseBits(text: string): string | null {
  if (text.includes(':')) return parseV6(text)
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let bits = ''
  for (const part of parts) {
    // Go refuses leading zeros, which some systems read as octal.
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null
    bits += Number(part).toString(2).padStart(8, '0')
  }
  return bits
}

function parseV6(text: string): string | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const expand = (half: string): string[] | null => {
    if (half === '') return []
    const groups: string[] = []
    const parts = half.split(':')
    for (const [index, part] of parts.entries()) {
      if (part.includes('.') && index === parts.length - 1) {
        const tail = parseBits(part)
        if (!tail) return null
        groups.push(tail.slice(0, 16), tail.slice(16))
      } else {
        if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null
        groups.push(Number.parseInt(part, 16).toString(2).padStart(16, '0'))
      }
    }
    return groups
  }
  const head = expand(halves[0]!)
  const tail = halves.length === 2 ? expand(halves[1]!) : []
  if (!head || !tail) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  return [...head, ...Array.from({ length: Math.max(0, missing) }, () => '0'.repeat(16)), ...tail].join('')
}
