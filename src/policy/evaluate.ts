import type { Endpoint } from './endpoint.ts'
import type { Direction, Flow, FlowVerdict, Peer, Trace } from './model.ts'
import { parseIp } from './net.ts'
import { protocolNumber } from './protocol.ts'
import type { AddressClass } from './registry.ts'
import type { Packet } from './rule-match.ts'
import { decisionsFor, wasAskedBefore } from './side-cache.ts'
import { walkPlan } from './side-plan.ts'
import { outsideTrace, toTrace, uncertainTiers, undecided } from './trace.ts'
import { walkPolicies } from './walk.ts'
import type { World } from './world.ts'

/** A flow with its ends found in a world, or why one could not be. */
export type LocatedFlow = { packet: Packet; from: Endpoint | null; to: Endpoint | null } | { missing: string }

/**
 * Whether a flow passes: egress at its source and ingress at its destination, each judged on its own. An address outside
 * has no policies of its own. What cannot be known is `undecided`, with the reason.
 */
export function evaluate(world: World, flow: Flow): FlowVerdict {
  const located = locateFlow(world, flow)
  if ('missing' in located) {
    const trace = undecided(located.missing)
    return { verdict: 'undecided', egress: trace, ingress: trace }
  }
  const { packet, from, to } = located
  return joinSides(sideTrace(world, from, 'egress', packet), sideTrace(world, to, 'ingress', packet))
}

export function joinSides(egress: Trace, ingress: Trace): FlowVerdict {
  return { verdict: joinVerdicts(egress, ingress), egress, ingress }
}

/** Either end can close a flow; only then does what is not known at the other not matter. */
export function joinVerdicts(egress: Trace, ingress: Trace): FlowVerdict['verdict'] {
  if (egress.verdict === 'deny' || ingress.verdict === 'deny') return 'deny'
  return egress.verdict === 'undecided' || ingress.verdict === 'undecided' ? 'undecided' : 'allow'
}

/** The decision of one direction at one endpoint; null is an address outside the cluster. */
export function sideTrace(world: World, endpoint: Endpoint | null, direction: Direction, packet: Packet): Trace {
  if (!endpoint) return outsideTrace
  const list = world.policies.listFor(endpoint.labelClass, direction)
  if (list.uncertain.length > 0) return uncertainTiers(list)
  const isIndexed = list.ruleCount >= plannedFrom && wasAskedBefore(list, direction, packet)
  const plan = isIndexed ? decisionsFor(world, list, endpoint, direction, packet).plan : null
  const walk = (withStaged: boolean) =>
    plan
      ? walkPlan(plan, packet, withStaged)
      : walkPolicies(list, direction, packet, endpoint, world.registry, withStaged)
  return toTrace(walk(false), list.hasStaged ? walk(true) : null)
}

/** Short lists are walked; long ones are prepared when the same end and port is asked about again. */
const plannedFrom = 200

/** Finds both ends. An address of a pod is that pod. */
export function locateFlow(world: World, flow: Flow): LocatedFlow {
  const protocol = protocolNumber(flow.protocol)
  if (protocol === null) return { missing: `protocol ${JSON.stringify(flow.protocol)} is not known` }
  const to = locatePeer(world, flow.to)
  const from = locatePeer(world, flow.from)
  if ('missing' in to) return to
  if ('missing' in from) return from
  const family = pickFamily(from.ips, to.ips)
  const source = classOf(world, from, family)
  const destination = classOf(world, to, family)
  if (!source || !destination)
    return { missing: `${!source ? from.name : to.name} has no address of the other end's family` }
  return {
    from: from.endpoint,
    to: to.endpoint,
    packet: {
      protocol,
      port: flow.port ?? -1,
      sourcePort: flow.sourcePort ?? -1,
      icmpType: flow.icmpType ?? null,
      icmpCode: flow.icmpCode ?? null,
      http: flow.http ?? null,
      source,
      destination,
    },
  }
}

interface LocatedPeer {
  name: string
  endpoint: Endpoint | null
  /** Empty: known only by a template or a name. */
  ips: readonly string[]
  names: readonly string[]
}

function locatePeer(world: World, peer: Peer): LocatedPeer | { missing: string } {
  if (peer.kind === 'ip') {
    if (!parseIp(peer.ip)) return { missing: `${JSON.stringify(peer.ip)} is no IP address` }
    const [endpoint = null] = world.addresses.endpointsAt(peer.ip)
    return { name: peer.ip, endpoint, ips: [peer.ip], names: peer.names ?? [] }
  }
  if (peer.kind === 'name') return { name: peer.name, endpoint: null, ips: [], names: [peer.name] }
  const endpoint = world.endpointsById.get(peer.id)
  if (!endpoint) {
    const why = world.notEndpoints.get(peer.id)
    return { missing: why ? `no policy applies to pod ${peer.id} as a pod: ${why}` : `there is no pod ${peer.id}` }
  }
  return { name: peer.id, endpoint, ips: peer.ip ? [peer.ip] : endpoint.ips, names: [] }
}

/** The family both ends have; IPv4 addresses come first in most clusters, so the destination's order decides. */
function pickFamily(from: readonly string[], to: readonly string[]): 4 | 6 | null {
  const familyOf = (ip: string) => parseIp(ip)?.family
  const families = from.map(familyOf)
  const shared = to.map(familyOf).find((family) => from.length === 0 || families.includes(family))
  return shared ?? (to.length === 0 ? (families[0] ?? null) : null)
}

function classOf(world: World, peer: LocatedPeer, family: 4 | 6 | null): AddressClass | null {
  if (peer.ips.length === 0)
    return peer.endpoint ? world.addresses.classOfTemplate(peer.endpoint) : world.addresses.classOfName(peer.name)
  const ip = peer.ips.find((text) => family === null || parseIp(text)?.family === family)
  return ip === undefined ? null : world.addresses.classOf(ip, peer.names)
}
