import type { Endpoint } from './endpoint.ts'
import { sideTrace } from './evaluate.ts'
import type { Direction, Trace } from './model.ts'
import type { PolicyList } from './policy-set.ts'
import type { Packet } from './rule-match.ts'
import type { World } from './world.ts'

/** Decisions live as long as the list of policies they came from; a world that keeps the list keeps them. */
const decisions = new WeakMap<PolicyList, Map<number, Map<number, Trace>>>()

/** More classes than this fit no matrix. */
const classesMost = 2 ** 26

/** The same as sideTrace for flows without HTTP, ICMP and source port; asked once per pair of address classes and port. */
export function cachedSideTrace(world: World, endpoint: Endpoint | null, direction: Direction, packet: Packet): Trace {
  if (!endpoint) return sideTrace(world, endpoint, direction, packet)
  const list = world.policies.listFor(endpoint.labelClass, direction)
  const byPort = getOrMake(decisions, list, () => new Map<number, Map<number, Trace>>())
  const byPair = getOrMake(byPort, packet.protocol * 65537 + packet.port + 1, () => new Map<number, Trace>())
  const pair = packet.source.id * classesMost + packet.destination.id
  return getOrMake(byPair, pair, () => sideTrace(world, endpoint, direction, packet))
}

function getOrMake<Key, Value>(
  map: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
