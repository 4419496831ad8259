/**
 * Who has which address: pods, Services with their ready endpoints, nodes. Read from the store, kept until one of
 * those objects changes. An address nobody has is a void: packets to it vanish.
 */
import type { KubeObject, Store } from '../contracts.ts'
import { listeningPorts } from './listeners.ts'

export interface PodView {
  id: string
  object: KubeObject
  ip: string
  hostNetwork: boolean
  /** The pod answers: it runs and is not finished. */
  up: boolean
  listens: ReadonlySet<string>
}

interface Backend {
  address: string
  port: number
}

interface ServicePortView {
  port: number
  protocol: string
  /** Empty when the Service's only port has none. */
  name: string
  ready: readonly Backend[]
}

export interface ServiceView {
  namespace: string
  name: string
  object: KubeObject
  clusterIPs: readonly string[]
  ports: readonly ServicePortView[]
  /** Addresses of ready endpoints: what a headless Service's name answers with. */
  addresses: readonly { ip: string; hostname?: string }[]
}

type Place =
  | { kind: 'pod'; pod: PodView }
  | { kind: 'service'; service: ServiceView }
  | { kind: 'node'; node: KubeObject }
  | { kind: 'elsewhere' }

const WATCHED = new Set(['pods', 'services', 'endpointslices.discovery.k8s.io', 'nodes'])

interface Index {
  podById: Map<string, PodView>
  podByIp: Map<string, PodView>
  serviceByIp: Map<string, ServiceView>
  serviceByName: Map<string, ServiceView>
  nodeByIp: Map<string, KubeObject>
}

export interface Topology {
  /** Changes whenever an address, Service or pod may have. */
  readonly version: number
  pod(id: string): PodView | undefined
  pods(): Iterable<PodView>
  services(): Iterable<ServiceView>
  service(namespace: string, name: string): ServiceView | undefined
  place(address: string): Place
  close(): void
}

export function createTopology(store: Store): Topology {
  let index: Index | null = null
  let version = 0
  const stop = store.subscribe((change) => {
    if (!WATCHED.has(change.resource)) return
    index = null
    version++
  })
  const current = (): Index => {
    index ??= buildIndex(store)
    return index
  }
  return {
    get version() {
      return version
    },
    pod: (id) => current().podById.get(id),
    pods: () => current().podById.values(),
    services: () => current().serviceByName.values(),
    service: (namespace, name) => current().serviceByName.get(`${namespace}/${name}`),
    place(address) {
      const { podByIp, serviceByIp, nodeByIp } = current()
      const service = serviceByIp.get(address)
      if (service !== undefined) return { kind: 'service', service }
      const pod = podByIp.get(address)
      if (pod !== undefined) return { kind: 'pod', pod }
      const node = nodeByIp.get(address)
      return node === undefined ? { kind: 'elsewhere' } : { kind: 'node', node }
    },
    close: stop,
  }
}

function buildIndex(store: Store): Index {
  const index: Index = {
    podById: new Map(),
    podByIp: new Map(),
    serviceByIp: new Map(),
    serviceByName: new Map(),
    nodeByIp: new Map(),
  }
  for (const object of store.list('pods')) {
    const pod = podView(object)
    index.podById.set(pod.id, pod)
    if (pod.ip !== '' && !pod.hostNetwork && !isFinished(object)) index.podByIp.set(pod.ip, pod)
  }
  for (const node of store.list('nodes')) {
    for (const { type, address } of node.status?.addresses ?? [])
      if (type === 'InternalIP') index.nodeByIp.set(address, node)
  }
  const slices = slicesByService(store)
  for (const object of store.list('services')) {
    const service = serviceView(object, slices.get(`${object.metadata.namespace}/${object.metadata.name}`) ?? [])
    index.serviceByName.set(`${service.namespace}/${service.name}`, service)
    for (const ip of service.clusterIPs) index.serviceByIp.set(ip, service)
  }
  return index
}

function isFinished(pod: KubeObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

/** Stored objects never change: most pods of a big cluster are as they were when the index was made last. */
const VIEWS = new WeakMap<KubeObject, PodView>()

function podView(object: KubeObject): PodView {
  let view = VIEWS.get(object)
  if (view === undefined) {
    view = makePodView(object)
    VIEWS.set(object, view)
  }
  return view
}

function makePodView(object: KubeObject): PodView {
  const ip: string = object.status?.podIP ?? ''
  const up = object.status?.phase === 'Running' && ip !== ''
  const hostNetwork = object.spec?.hostNetwork === true
  return {
    id: `${object.metadata.namespace}/${object.metadata.name}`,
    object,
    ip,
    hostNetwork,
    up,
    listens: up ? listeningPorts(object) : new Set(),
  }
}

function slicesByService(store: Store): Map<string, KubeObject[]> {
  const found = new Map<string, KubeObject[]>()
  for (const slice of store.list('endpointslices.discovery.k8s.io')) {
    const service = slice.metadata.labels?.['kubernetes.io/service-name']
    if (service === undefined || slice.addressType === 'IPv6') continue
    const key = `${slice.metadata.namespace}/${service}`
    found.set(key, [...(found.get(key) ?? []), slice])
  }
  return found
}

function serviceView(object: KubeObject, slices: readonly KubeObject[]): ServiceView {
  const spec = object.spec ?? {}
  const listed: string[] = spec.clusterIPs ?? (spec.clusterIP === undefined ? [] : [spec.clusterIP])
  const addresses: { ip: string; hostname?: string }[] = []
  for (const slice of slices) {
    for (const endpoint of readyEndpoints(slice)) {
      for (const ip of endpoint.addresses ?? [])
        addresses.push(endpoint.hostname === undefined ? { ip } : { ip, hostname: endpoint.hostname })
    }
  }
  return {
    namespace: object.metadata.namespace ?? 'default',
    name: object.metadata.name,
    object,
    clusterIPs: listed.filter((ip) => ip !== 'None' && ip !== ''),
    ports: (spec.ports ?? []).map((port: any) => ({
      port: port.port,
      protocol: port.protocol ?? 'TCP',
      name: port.name ?? '',
      ready: backends(port, slices),
    })),
    addresses,
  }
}

function readyEndpoints(slice: KubeObject): any[] {
  return (slice.endpoints ?? []).filter((endpoint: any) => endpoint.conditions?.ready !== false)
}

/** The slice port of the same name carries the pod port: kube-proxy's DNAT target. */
function backends(servicePort: any, slices: readonly KubeObject[]): Backend[] {
  const found: Backend[] = []
  for (const slice of slices) {
    const port = (slice.ports ?? []).find(
      (each: any) =>
        (each.name ?? '') === (servicePort.name ?? '') && (each.protocol ?? 'TCP') === (servicePort.protocol ?? 'TCP'),
    )
    if (port?.port === undefined || port.port === null) continue
    for (const endpoint of readyEndpoints(slice))
      for (const address of endpoint.addresses ?? []) found.push({ address, port: port.port })
  }
  return found
}
