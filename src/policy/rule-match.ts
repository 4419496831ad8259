import type { CompiledRules, RuleRest } from './compile.ts'
import { entityAnswer, ownerMatches } from './entity-match.ts'
import type { HttpMatch, IcmpMatch } from './policy.ts'
import type { PortMatch } from './ports.ts'
import { protocolName } from './protocol.ts'
import { type AddressClass, answerNo, answerUnknown, type EntityTest, type Registry } from './registry.ts'

/** A flow as rules see it. */
export interface Packet {
  protocol: number
  /** -1 when the protocol has none. */
  port: number
  sourcePort: number
  icmpType: number | null
  icmpCode: number | null
  http: { method?: string; path?: string } | null
  source: AddressClass
  destination: AddressClass
}

export const noMatch = -1

/**
 * The first rule that decides, in order; Log rules match and go on. Returns its index, `noMatch`, or `-2 - index` of
 * a rule that would match if an address nobody knows were right.
 */
export function firstMatch(rules: CompiledRules, packet: Packet, registry: Registry): number {
  const { count, protocol, low, high, source, destination, isLog, rest } = rules
  const { entityTests } = registry
  const { port } = packet
  let sourceAnswers = packet.source.answers
  let destinationAnswers = packet.destination.answers
  for (let index = 0; index < count; index++) {
    const wanted = protocol[index]!
    if (wanted >= 0 && wanted !== packet.protocol) continue
    if (port < low[index]! || port > high[index]!) continue
    let isUnknown = false
    const from = source[index]!
    if (from >= 0) {
      let answer = sourceAnswers[from]
      if (!answer) {
        answer = entityAnswer(entityTests[from]!, packet.source)
        sourceAnswers = packet.source.answers
      }
      if (answer === answerNo) continue
      if (answer === answerUnknown) isUnknown = true
    }
    const to = destination[index]!
    if (to >= 0) {
      let answer = destinationAnswers[to]
      if (!answer) {
        answer = entityAnswer(entityTests[to]!, packet.destination)
        destinationAnswers = packet.destination.answers
      }
      if (answer === answerNo) continue
      if (answer === answerUnknown) isUnknown = true
    }
    const more = rest[index]
    if (more && restMiss(more, packet) !== null) continue
    if (isLog[index] === 1) continue
    return isUnknown ? -2 - index : index
  }
  return noMatch
}

/** Null when the rest of the rule matches too, otherwise which criterion failed. */
export function restMiss({ rule, source, destination }: RuleRest, packet: Packet): RestCriterion | null {
  const family = packet.destination.family ?? packet.source.family ?? 4
  if (rule.ipVersion !== null && rule.ipVersion !== family) return 'ipVersion'
  // ICMP limits a rule to IPv4, ICMPv6 to IPv6 (felix rule_convert).
  if ((rule.protocol === 1 && family === 6) || (rule.protocol === 58 && family === 4)) return 'ipVersion'
  if (rule.notProtocol === packet.protocol) return 'notProtocol'
  if (rule.icmp && !icmpMatches(rule.icmp, packet)) return 'icmp'
  if (rule.notIcmp && icmpMatches(rule.notIcmp, packet)) return 'notICMP'
  const { ports, notPorts, service } = rule.destination
  if (ports && !portsMatch(ports, packet.port, packet.destination, destination, rule.protocol, packet)) return 'ports'
  if (notPorts.length > 0 && portsMatch(notPorts, packet.port, packet.destination, destination, rule.protocol, packet))
    return 'notPorts'
  const from = rule.source
  if (from.ports && !portsMatch(from.ports, packet.sourcePort, packet.source, source, rule.protocol, packet))
    return 'sourcePorts'
  if (
    from.notPorts.length > 0 &&
    portsMatch(from.notPorts, packet.sourcePort, packet.source, source, rule.protocol, packet)
  ) {
    return 'notSourcePorts'
  }
  if (service !== null && !serviceMatches(service, packet)) return 'services'
  if (rule.http && packet.http && !httpMatches(rule.http, packet.http)) return 'http'
  return null
}

export type RestCriterion =
  | 'ipVersion'
  | 'notProtocol'
  | 'icmp'
  | 'notICMP'
  | 'ports'
  | 'notPorts'
  | 'sourcePorts'
  | 'notSourcePorts'
  | 'services'
  | 'http'

/**
 * Numbers and names are alternatives. A name matches only addresses of endpoints within the entity's selector that
 * declare it with the rule's protocol; network sets have no ports.
 */
function portsMatch(
  ports: readonly PortMatch[],
  port: number,
  address: AddressClass,
  test: EntityTest | null,
  ruleProtocol: number | null,
  packet: Packet,
): boolean {
  if (port < 0) return false
  return ports.some((wanted) => {
    if (!('name' in wanted)) return port >= wanted.first && port <= wanted.last
    const protocol = protocolName(ruleProtocol ?? packet.protocol)
    return address.owners.some(
      (owner) =>
        owner.ports.some(
          (declared) => declared.name === wanted.name && declared.port === port && declared.protocol === protocol,
        ) &&
        (!test?.selector || ownerMatches(test, owner)),
    )
  })
}

/** Address, protocol and port of the Service's endpoint slices: another port of the same pod does not match. */
function serviceMatches(service: string, packet: Packet): boolean {
  const ports = packet.destination.services.get(service) ?? []
  return ports.some(({ protocol, port }) => protocol === packet.protocol && (port === null || port === packet.port))
}

function icmpMatches(match: IcmpMatch, packet: Packet): boolean {
  return (
    (match.type === undefined || match.type === packet.icmpType) &&
    (match.code === undefined || match.code === packet.icmpCode)
  )
}

/** Only the application layer enforces this: a flow without HTTP details is judged as layer 4 does, by the rest. */
function httpMatches({ methods, paths }: HttpMatch, { method, path }: { method?: string; path?: string }): boolean {
  if (method !== undefined && methods.length > 0 && !methods.includes('*') && !methods.includes(method)) return false
  if (path === undefined || paths.length === 0) return true
  const clean = normalisePath(path)
  return clean !== null && paths.some((wanted) => wanted.exact === clean || isPathPrefix(wanted.prefix, clean))
}

/** A prefix matches whole segments: `/foo` matches `/foo` and `/foo/x`, not `/foobar`. */
function isPathPrefix(prefix: string | undefined, path: string): boolean {
  if (prefix === undefined || !path.startsWith(prefix)) return false
  return path.length === prefix.length || prefix.endsWith('/') || path[prefix.length] === '/'
}

/** Without query and fragment, percent-decoded, `.`, `..` and doubled slashes resolved; null when it is no path. */
function normalisePath(path: string): string | null {
  const [plain = ''] = path.split(/[?#]/)
  if (!plain.startsWith('/')) return null
  const kept: string[] = []
  const segments = decode(plain).split('/').slice(1)
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  const last = segments.at(-1)
  const isDirectory = kept.length > 0 && (last === '' || last === '.' || last === '..')
  return `/${kept.join('/')}${isDirectory ? '/' : ''}`
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
