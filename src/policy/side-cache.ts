import type { Endpoint } from './endpoint.ts'
import type { Direction, Trace } from './model.ts'
import type { PolicyList } from './policy-set.ts'
import type { Packet } from './rule-match.ts'
import { planSide, type SidePlan, walkPlan } from './side-plan.ts'
import { toTrace, uncertainTiers } from './trace.ts'
import type { World } from './world.ts'

/** What is known about one endpoint class, protocol and port: the prepared rules, and the decision for each peer asked. */
export interface Decisions {
  plan: SidePlan
  byPeer: Map<number, Trace>
}

/** Prepared rules kept per list, all plans together; more are forgotten and prepared again. */
const candidatesMost = 250_000

/** A connection as a matrix has it: no HTTP, ICMP or source port. */
export type PlainFlow = Pick<Packet, 'protocol' | 'port' | 'source' | 'destination'>

/** The same as sideTrace, asked once per pair of address classes and port. */
export function cachedSideTrace(world: World, endpoint: Endpoint, direction: Direction, flow: PlainFlow): Trace {
  const list = world.policies.listFor(endpoint.labelClass, direction)
  if (list.uncertain.length > 0) return uncertainTiers(list)
  const packet: Packet = { ...flow, sourcePort: -1, icmpType: null, icmpCode: null, http: null }
  const { plan, byPeer } = decisionsFor(world, list, endpoint, direction, packet)
  const peer = direction === 'egress' ? flow.destination : flow.source
  let trace = byPeer.get(peer.id)
  if (!trace) {
    trace = toTrace(walkPlan(plan, packet, false), plan.hasStaged ? walkPlan(plan, packet, true) : null)
    byPeer.set(peer.id, trace)
  }
  return trace
}

/** The prepared rules of a list for this end, protocol and port. */
export function decisionsFor(
  world: World,
  list: PolicyList,
  endpoint: Endpoint,
  direction: Direction,
  packet: Packet,
): Decisions {
  const key = planKey(direction, packet)
  const known = list.decisions.get(key)
  if (known) return known
  const plan = planSide(list, direction, endpoint.labelClass, packet, world.registry)
  list.planned += 1 + plan.tiers.reduce((sum, { candidates }) => sum + candidates.length, 0)
  if (list.planned > candidatesMost) {
    list.decisions.clear()
    list.planned = 0
  }
  const made = { plan, byPeer: new Map<number, Trace>() }
  list.decisions.set(key, made)
  return made
}

export function planKey(direction: Direction, { source, destination, protocol, port }: Packet): number {
  const own = direction === 'egress' ? source : destination
  return (own.id * 256 + protocol) * 65537 + port + 1
}
