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
  const isEgress = direction === 'egress'
  const own = isEgress ? flow.source : flow.destination
  const peer = isEgress ? flow.destination : flow.source
  const decisions =
    list.decisions.get(portKey(flow))?.get(own.id) ?? decisionsFor(world, list, endpoint, direction, flow)
  const known = decisions.byPeer.get(peer.id)
  if (known) return known
  const { plan } = decisions
  const packet = toPacket(flow)
  const trace = toTrace(walkPlan(plan, packet, false), plan.hasStaged ? walkPlan(plan, packet, true) : null)
  decisions.byPeer.set(peer.id, trace)
  return trace
}

function toPacket({ protocol, port, source, destination }: PlainFlow): Packet {
  return { protocol, port, source, destination, sourcePort: -1, icmpType: null, icmpCode: null, http: null }
}

/** The prepared rules of a list for this end, protocol and port. */
export function decisionsFor(
  world: World,
  list: PolicyList,
  endpoint: Endpoint,
  direction: Direction,
  flow: PlainFlow,
): Decisions {
  const own = direction === 'egress' ? flow.source : flow.destination
  const known = list.decisions.get(portKey(flow))?.get(own.id)
  if (known) return known
  const plan = planSide(list, direction, endpoint.labelClass, toPacket(flow), world.registry)
  list.planned += 1 + plan.tiers.reduce((sum, { candidates }) => sum + candidates.length, 0)
  if (list.planned > candidatesMost) {
    list.decisions.clear()
    list.planned = 0
  }
  const made = { plan, byPeer: new Map<number, Trace>() }
  const byOwn = list.decisions.get(portKey(flow))
  if (byOwn) byOwn.set(own.id, made)
  else list.decisions.set(portKey(flow), new Map([[own.id, made]]))
  return made
}

/** Small enough to be hashed quickly; with the own class's number in it, it would not be. */
function portKey({ protocol, port }: PlainFlow): number {
  return protocol * 65537 + port + 1
}

/** True when the list was asked about this end and port before; remembers it. */
export function wasAskedBefore(list: PolicyList, direction: Direction, flow: PlainFlow): boolean {
  const own = direction === 'egress' ? flow.source : flow.destination
  const key = `${own.id} ${portKey(flow)}`
  if (list.seen.has(key)) return true
  if (list.seen.size >= seenMost) list.seen.clear()
  list.seen.add(key)
  return false
}

const seenMost = 5000
