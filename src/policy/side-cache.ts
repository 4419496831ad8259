import type { Endpoint } from './endpoint.ts'
import { toTrace, uncertainTiers } from './evaluate.ts'
import type { Direction, Trace } from './model.ts'
import { type PlainFlow, planSide, type SidePlan, walkPlan } from './side-plan.ts'
import type { World } from './world.ts'

/** What is known about one endpoint class, protocol and port: the prepared rules, and the decision for each peer asked. */
export interface Decisions {
  plan: SidePlan
  byPeer: Map<number, Trace>
}

/** The same as sideTrace, asked once per pair of address classes and port. */
export function cachedSideTrace(world: World, endpoint: Endpoint, direction: Direction, flow: PlainFlow): Trace {
  const { labelClass } = endpoint
  const list = world.policies.listFor(labelClass, direction)
  if (list.uncertain.length > 0) return uncertainTiers(list)
  const [own, peer] = direction === 'egress' ? [flow.source, flow.destination] : [flow.destination, flow.source]
  const key = (own.id * 256 + flow.protocol) * 65537 + flow.port + 1
  let decisions = list.decisions.get(key)
  if (!decisions) {
    decisions = { plan: planSide(list, direction, labelClass, flow, world.registry), byPeer: new Map() }
    list.decisions.set(key, decisions)
  }
  let trace = decisions.byPeer.get(peer.id)
  if (!trace) {
    const { plan } = decisions
    trace = toTrace(walkPlan(plan, flow, false), plan.hasStaged ? walkPlan(plan, flow, true) : null)
    decisions.byPeer.set(peer.id, trace)
  }
  return trace
}
