const numbers: Readonly<Record<string, number>> = { ICMP: 1, TCP: 6, UDP: 17, ICMPV6: 58, SCTP: 132, UDPLITE: 136 }
const names: Readonly<Record<number, string>> = {
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  58: 'ICMPv6',
  132: 'SCTP',
  136: 'UDPLite',
}

/** The IP protocol number of a name or number; null when it is none Calico knows. */
export function protocolNumber(protocol: string | number): number | null {
  if (typeof protocol === 'number')
    return Number.isInteger(protocol) && protocol >= 0 && protocol <= 255 ? protocol : null
  const known = numbers[protocol.toUpperCase()]
  if (known !== undefined) return known
  return /^\d{1,3}$/.test(protocol) && Number(protocol) <= 255 ? Number(protocol) : null
}

export function protocolName(number: number): string {
  return knownProtocol(number) ?? `protocol ${number}`
}

/** Calico's name of a protocol that has one. */
export function knownProtocol(number: number): string | undefined {
  return names[number]
}
