import type { KubeObject, Store } from '../../contracts.ts'

const CLUSTER_RANGE = '10.96.'
const RESERVED = new Set(['10.96.0.0', '10.96.0.1', '10.96.0.10'])
const NODE_PORT_FIRST = 30000
const NODE_PORT_LAST = 32767
const NEEDS_NODE_PORT = new Set(['NodePort', 'LoadBalancer'])

export function defaultService(service: KubeObject): void {
  service.spec ??= {}
  const { spec } = service
  spec.type ||= 'ClusterIP'
  spec.sessionAffinity ||= 'None'
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP'
    if (port.targetPort === undefined || port.targetPort === '' || port.targetPort === 0) port.targetPort = port.port
  }
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ||= 'Cluster'
  if (NEEDS_NODE_PORT.has(spec.type)) {
    spec.externalTrafficPolicy ||= 'Cluster'
    if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
  }
}

/** The addresses and node ports the API server hands out. */
export function completeService(service: KubeObject, store: Pick<Store, 'list'>, previous?: KubeObject): void {
  const { spec } = service
  if (spec.type !== 'ExternalName') assignAddresses(spec, store, previous?.spec)
  if (NEEDS_NODE_PORT.has(spec.type)) assignNodePorts(spec, store, previous?.spec)
  service.status ??= { loadBalancer: {} }
}

function assignAddresses(spec: Record<string, any>, store: Pick<Store, 'list'>, before?: Record<string, any>): void {
  if (!spec.clusterIP && before?.clusterIP) {
    spec.clusterIP = before.clusterIP
    spec.clusterIPs ??= before.clusterIPs
  }
  if (!spec.clusterIP && spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0]
  spec.clusterIP ||= nextAddress(store)
  spec.clusterIPs ??= [spec.clusterIP]
  spec.ipFamilies ??= before?.ipFamilies ?? [spec.clusterIP.includes(':') ? 'IPv6' : 'IPv4']
  spec.ipFamilyPolicy ??= before?.ipFamilyPolicy ?? 'SingleStack'
}

function nextAddress(store: Pick<Store, 'list'>): string {
  const taken = new Set(
    store.list('services').flatMap((service) => service.spec?.clusterIPs ?? [service.spec?.clusterIP]),
  )
  for (;;) {
    const address = `${CLUSTER_RANGE}${Math.floor(Math.random() * 256)}.${1 + Math.floor(Math.random() * 254)}`
    if (!RESERVED.has(address) && !taken.has(address)) return address
  }
}

function assignNodePorts(spec: Record<string, any>, store: Pick<Store, 'list'>, before?: Record<string, any>): void {
  const taken = new Set<number>(
    store
      .list('services')
      .flatMap((service) => (service.spec?.ports ?? []).map((port: { nodePort?: number }) => port.nodePort)),
  )
  for (const [index, port] of (spec.ports ?? []).entries()) {
    if (port.nodePort) continue
    const known =
      before?.ports?.find((other: { port: number; protocol?: string }) => other.port === port.port) ??
      before?.ports?.[index]
    if (known?.nodePort) {
      port.nodePort = known.nodePort
      continue
    }
    do port.nodePort = NODE_PORT_FIRST + Math.floor(Math.random() * (NODE_PORT_LAST - NODE_PORT_FIRST + 1))
    while (taken.has(port.nodePort))
    taken.add(port.nodePort)
  }
}
