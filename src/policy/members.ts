import type { Endpoint } from './endpoint.ts'
import { ownerMatches } from './entity-match.ts'
import type { Entity } from './policy.ts'
import { protocolName } from './protocol.ts'
import type { World } from './world.ts'

/**
 * The members an entity's selector comes down to, as Calico's IP sets hold them: addresses, or `address,proto:port`
 * when it names ports. A named port counts for endpoints declaring it with the rule's protocol (any when it has none).
 */
export function entityMembers(world: World, entity: Entity, protocol: number | null): string[] {
  const names = (entity.ports ?? []).flatMap((port) => ('name' in port ? [port.name] : []))
  const test = world.registry.entityTest(entity, 'source', false)
  const members = world.endpoints
    .filter((endpoint) => !test || ownerMatches(test, endpoint.labelClass))
    .flatMap((endpoint) => (names.length > 0 ? portMembers(endpoint, names, protocol) : endpoint.ips))
  return [...new Set(members)].sort()
}

function portMembers(endpoint: Endpoint, names: readonly string[], protocol: number | null): string[] {
  return (endpoint.ports ?? [])
    .filter((port) => port.name !== undefined && names.includes(port.name))
    .filter((port) => protocol === null || port.protocol === protocolName(protocol))
    .flatMap((port) => endpoint.ips.map((ip) => `${ip},${port.protocol.toLowerCase()}:${port.port}`))
}
