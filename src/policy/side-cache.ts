import type { Endpoint } from './endpoint.ts'
import { sideTrace } from './evaluate.ts'
import type { Direction, Trace } from './model.ts'
import type { PolicyList } from './policy-set.ts'
import type { AddressClass } from './registry.ts'
import type { World } from './world.ts'

/** More classes than this fit no matrix. */
const classesMost = 2 ** 26

/** A connection as a matrix has it: no HTTP, ICMP or source port. */
export interface PlainFlow {
  protocol: number
  port: number
  source: AddressClass
  destination: AddressClass
}

/** The same as sideTrace, asked once per pair of address classes and port. */
export function cachedSideTrace(world: World, endpoint: Endpoint, direction: Direction, flow: PlainFlow): Trace {
  const byPair = decisionsFor(world.policies.listFor(endpoint.labelClass, direction), flow)
  const pair = flow.source.id * classesMost + flow.destination.id
  let trace = byPair.get(pair)
  if (!trace) {
    trace = sideTrace(world, endpoint, direction, {
      ...flow,
      sourcePort: -1,
      icmpType: null,
      icmpCode: null,
      http: null,
    })
    byPair.set(pair, trace)
  }
  return trace
}

function decisionsFor({ decisions }: PolicyList, { protocol, port }: PlainFlow): Map<number, Trace> {
  const key = protocol * 65537 + port + 1
  let byPair = decisions.get(key)
  if (!byPair) {
    byPair = new Map()
    decisions.set(key, byPair)
  }
  return byPair
}
