import type { KubeObject } from '../model.ts'
import { parseIp } from '../net.ts'
import { protocolNumber } from '../protocol.ts'
import type { ServicePort } from '../registry.ts'
import type { ObjectsByKind } from './by-kind.ts'

/** One endpoint slice (or one subset of an Endpoints object): every address with every port. */
interface Slice {
  addresses: readonly { ip: string; key: string; ready: boolean }[]
  ports: readonly (ServicePort & { name: string })[]
}

export interface Service {
  /** `namespace/name`. */
  id: string
  namespace: string
  name: string
  object: KubeObject | null
  slices: readonly Slice[]
}

/** Services with their slices, found by namespace and the label `kubernetes.io/service-name`. */
export function readServices(objects: ObjectsByKind): Map<string, Service> {
  const slices = new Map<string, Slice[]>()
  const add = (id: string, slice: Slice) => slices.set(id, [...(slices.get(id) ?? []), slice])
  for (const object of objects.list('EndpointSlice')) {
    const name = object.metadata.labels?.['kubernetes.io/service-name']
    if (name) add(`${object.metadata.namespace ?? 'default'}/${name}`, readSlice(object))
  }
  for (const object of objects.list('Endpoints')) {
    const id = `${object.metadata.namespace ?? 'default'}/${object.metadata.name}`
    if (!slices.has(id)) for (const subset of list(object.subsets)) add(id, readSubset(subset))
  }
  const services = new Map<string, Service>()
  for (const object of objects.list('Service')) {
    const namespace = object.metadata.namespace ?? 'default'
    const id = `${namespace}/${object.metadata.name}`
    services.set(id, { id, namespace, name: object.metadata.name, object, slices: slices.get(id) ?? [] })
  }
  for (const [id, found] of slices) {
    if (services.has(id)) continue
    const [namespace = '', name = ''] = id.split('/')
    services.set(id, { id, namespace, name, object: null, slices: found })
  }
  return services
}

function readSlice(object: KubeObject): Slice {
  return {
    addresses: list(object.endpoints).flatMap((endpoint) =>
      list(endpoint?.addresses).map((ip) => address(String(ip), endpoint?.conditions?.ready !== false)),
    ),
    ports: list(object.ports).map(readPort),
  }
}

function readSubset(subset: any): Slice {
  return {
    addresses: [
      ...list(subset?.addresses).map((entry) => address(String(entry?.ip), true)),
      ...list(subset?.notReadyAddresses).map((entry) => address(String(entry?.ip), false)),
    ],
    ports: list(subset?.ports).map(readPort),
  }
}

function readPort(port: any): ServicePort & { name: string } {
  return {
    name: String(port?.name ?? ''),
    protocol: protocolNumber(String(port?.protocol ?? 'TCP')) ?? 6,
    port: typeof port?.port === 'number' ? port.port : null,
  }
}

function address(ip: string, ready: boolean): { ip: string; key: string; ready: boolean } {
  return { ip, key: parseIp(ip)?.key ?? ip, ready }
}

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : []
}
