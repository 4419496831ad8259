import type { AddressBook } from './address.ts'
import type { Endpoint } from './endpoint.ts'
import { protocolNumber } from './protocol.ts'
import type { AddressClass } from './registry.ts'
import { resolveService, servicePortsOf } from './service.ts'
import { addressClassOf, compare } from './source-groups.ts'
import type { World } from './world.ts'

/** What is behind one port of a Service, by class: pods no policy can tell apart count once. */
export interface TargetBackend {
  endpoint: Endpoint | null
  addressClass: AddressClass
  podPort: number
  pods: string[]
}

/** One port of a Service: a column of a matrix. */
export interface Target {
  namespace: string
  service: string
  /** Different for every target. */
  label: string
  port: number
  protocol: 'TCP' | 'UDP' | 'SCTP'
  protocolNumber: number
  backends: readonly TargetBackend[]
  /** Why nobody can be reached through it; null when somebody can. */
  missing: string | null
}

const remembered = new WeakMap<AddressBook, { version: number; targets: Target[] }>()

export function serviceTargets(
  world: World,
  wanted?: (service: { namespace: string; name: string }) => boolean,
): readonly Target[] {
  if (wanted) return makeTargets(world, wanted)
  const { version } = world.addresses
  const known = remembered.get(world.addresses)
  if (known?.version === version) return known.targets
  const targets = makeTargets(world, () => true)
  remembered.set(world.addresses, { version, targets })
  return targets
}

function makeTargets(world: World, wanted: (service: { namespace: string; name: string }) => boolean): Target[] {
  const services = [...world.services.values()].filter((service) => service.object && wanted(service))
  services.sort((left, right) => compare(left.namespace, right.namespace) || compare(left.name, right.name))
  const names = new Map<string, number>()
  for (const { name } of services) names.set(name, (names.get(name) ?? 0) + 1)
  return services.flatMap((service) => {
    const ports = servicePortsOf(service)
    const base = names.get(service.name) === 1 ? service.name : `${service.name}.${service.namespace}`
    return ports.map((spec): Target => {
      const found = resolveService(world, service.namespace, service.name, spec.port, spec.protocol)
      const sameNumber = ports.filter(({ port }) => port === spec.port).length > 1
      return {
        namespace: service.namespace,
        service: service.name,
        label: ports.length === 1 ? base : `${base}:${spec.port}${sameNumber ? `/${spec.protocol}` : ''}`,
        port: spec.port,
        protocol: spec.protocol,
        protocolNumber: protocolNumber(spec.protocol) ?? 6,
        backends: found.kind === 'found' ? byClass(world, found.backends) : [],
        missing: found.kind === 'missing' ? found.why : null,
      }
    })
  })
}

function byClass(
  world: World,
  backends: readonly { endpoint: Endpoint | null; ip: string | undefined; podPort: number }[],
): TargetBackend[] {
  const classes = new Map<string, TargetBackend>()
  for (const { endpoint, ip, podPort } of backends) {
    const addressClass =
      (ip === undefined ? null : world.addresses.classOf(ip)) ?? (endpoint && addressClassOf(world, endpoint))
    if (!addressClass) continue
    const key = `${addressClass.id} ${endpoint?.labelClass.id ?? 'outside'} ${podPort}`
    const known = classes.get(key)
    const pod = endpoint?.id ?? ip ?? ''
    if (known) known.pods.push(pod)
    else classes.set(key, { endpoint, addressClass, podPort, pods: [pod] })
  }
  return [...classes.values()]
}
