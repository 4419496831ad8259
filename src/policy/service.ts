import type { Endpoint } from './endpoint.ts'
import { endpointsInNamespace } from './find.ts'
import { stringValues } from './objects/pods.ts'
import type { Service } from './objects/services.ts'
import { protocolNumber } from './protocol.ts'
import type { World } from './world.ts'

/** What a connection to a Service's port comes to: policies see the pod and its port, never the Service's. */
interface ServiceBackend {
  /** Null: an address that is no endpoint, such as a node's behind the API server's Service. */
  endpoint: Endpoint | null
  /** Absent for a pod known only by its workload's template. */
  ip: string | undefined
  podPort: number
}

export type ServiceResolution =
  | { kind: 'found'; service: Service; protocol: 'TCP' | 'UDP' | 'SCTP'; port: number; backends: ServiceBackend[] }
  /** No such Service, no such port, or nothing behind it: what is missing, as a sentence. */
  | { kind: 'missing'; why: string }

export interface ServicePortSpec {
  name: string
  port: number
  protocol: 'TCP' | 'UDP' | 'SCTP'
  targetPort: number | string
}

/** The ports a Service declares. */
export function servicePortsOf(service: Service): ServicePortSpec[] {
  const ports = service.object?.spec?.ports
  return (Array.isArray(ports) ? ports : []).map((port: any) => ({
    name: String(port?.name ?? ''),
    port: Number(port?.port),
    protocol: String(port?.protocol ?? 'TCP').toUpperCase() as ServicePortSpec['protocol'],
    targetPort: port?.targetPort ?? Number(port?.port),
  }))
}

/**
 * The pods behind a Service's port: those of its endpoint slices, or those its selector finds when the input has none.
 * Without `port` the Service's only (or first) one is meant.
 */
export function resolveService(
  world: World,
  namespace: string,
  name: string,
  port?: number,
  protocol?: string,
): ServiceResolution {
  const service = world.services.get(`${namespace}/${name}`)
  if (!service?.object) return { kind: 'missing', why: `there is no Service ${name} in namespace ${namespace}` }
  const declared = servicePortsOf(service).filter((spec) => protocol === undefined || spec.protocol === protocol)
  const spec = port === undefined ? declared[0] : declared.find((candidate) => candidate.port === port)
  if (!spec) return { kind: 'missing', why: noSuchPort(service, port, protocol) }
  const backends = service.slices.length > 0 ? fromSlices(world, service, spec) : fromSelector(world, service, spec)
  if (backends.length === 0)
    return { kind: 'missing', why: `no pod stands behind Service ${service.id} port ${spec.port}` }
  return { kind: 'found', service, protocol: spec.protocol, port: spec.port, backends }
}

function noSuchPort(service: Service, port: number | undefined, protocol: string | undefined): string {
  const ports = servicePortsOf(service).map(({ port: own, protocol, targetPort }) => {
    const podPort = String(targetPort) === String(own) ? '' : ` (pod port ${targetPort})`
    return `${own}/${protocol}${podPort}`
  })
  const known = ports.length > 0 ? `it has ${ports.join(', ')}` : 'it has none'
  const wanted = [protocol, 'port', port].filter((part) => part !== undefined).join(' ')
  return `Service ${service.id} has no ${wanted}: ${known}`
}

function fromSlices(world: World, service: Service, spec: ServicePortSpec): ServiceBackend[] {
  const protocol = protocolNumber(spec.protocol)
  const backends: ServiceBackend[] = []
  for (const slice of service.slices) {
    const port = slice.ports.find((candidate) => candidate.name === spec.name && candidate.protocol === protocol)
    if (!port) continue
    for (const { ip, ready } of slice.addresses) {
      const [endpoint = null] = world.addresses.endpointsAt(ip)
      if (ready) backends.push({ endpoint, ip, podPort: port.port ?? spec.port })
    }
  }
  return backends
}

/** By the Service's selector; a named target port is each pod's own. */
function fromSelector(world: World, service: Service, spec: ServicePortSpec): ServiceBackend[] {
  const selector = Object.entries(stringValues(service.object?.spec?.selector))
  if (selector.length === 0) return []
  const backends: ServiceBackend[] = []
  for (const endpoint of endpointsInNamespace(world, service.namespace)) {
    if (!selector.every(([label, value]) => endpoint.labels[label] === value)) continue
    const podPort = targetPortOf(endpoint, spec)
    if (podPort !== null) backends.push({ endpoint, ip: endpoint.ips[0], podPort })
  }
  return backends
}

function targetPortOf(endpoint: Endpoint, { targetPort, protocol }: ServicePortSpec): number | null {
  if (typeof targetPort === 'number') return targetPort
  if (/^\d+$/.test(targetPort)) return Number(targetPort)
  const declared = endpoint.ports?.find((port) => port.name === targetPort && port.protocol === protocol)
  return declared?.port ?? null
}
