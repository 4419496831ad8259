import type { KubeObject, ResourceId } from '../../contracts.ts'
import type { TableHook } from '../../server/handler.types.ts'
import { ageSince } from './age.ts'
import { AGE, AGE_COLUMN, column, NAME, NAME_COLUMN, tableOf, wide } from './columns.ts'
import { formatSelector, selectorText } from './selector-text.ts'

interface Port {
  name?: string
  port?: number
  nodePort?: number
  protocol?: string
}

const SERVICES: TableHook = tableOf(
  NAME,
  [
    column('Type', 'string', 'type determines how the Service is exposed. Defaults to ClusterIP.'),
    (service) => service.spec?.type ?? '',
  ],
  [
    column('Cluster-IP', 'string', 'clusterIP is the IP address of the service and is usually assigned randomly.'),
    (service) => service.spec?.clusterIPs?.[0] ?? service.spec?.clusterIP ?? '<none>',
  ],
  [
    column(
      'External-IP',
      'string',
      'externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.',
    ),
    (service) => externalAddress(service),
  ],
  [
    column('Port(s)', 'string', 'The list of ports that are exposed by this service.'),
    (service) => portsText(service.spec?.ports ?? []),
  ],
  AGE,
  [
    wide('Selector', 'Route service traffic to pods with label keys and values matching this selector.'),
    (service) => formatSelector(service.spec?.selector),
  ],
)

function externalAddress(service: KubeObject): string {
  const given: string[] = service.spec?.externalIPs ?? []
  if (service.spec?.type === 'ExternalName') return service.spec.externalName
  if (service.spec?.type !== 'LoadBalancer') return given.length > 0 ? given.join(',') : '<none>'
  const ingress: { ip?: string; hostname?: string }[] = service.status?.loadBalancer?.ingress ?? []
  const all = [...ingress.map((entry) => entry.ip ?? entry.hostname ?? ''), ...given].filter((text) => text !== '')
  return all.length > 0 ? all.join(',') : '<pending>'
}

function portsText(ports: readonly Port[]): string {
  if (ports.length === 0) return '<none>'
  return ports
    .map(({ port, nodePort, protocol }) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`))
    .join(',')
}

const SHOWN_ENDPOINTS = 3

function moreThan(texts: readonly string[]): string {
  if (texts.length === 0) return '<none>'
  const shown = texts.slice(0, SHOWN_ENDPOINTS).join(',')
  return texts.length > SHOWN_ENDPOINTS ? `${shown} + ${texts.length - SHOWN_ENDPOINTS} more...` : shown
}

const ENDPOINTS: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Endpoints', 'string', 'The set of all endpoints is the union of all subsets.'),
    AGE_COLUMN,
  ],
  row(object, now) {
    const texts: string[] = []
    for (const subset of object.subsets ?? []) {
      const addresses: { ip: string }[] = subset.addresses ?? []
      const ports: Port[] = subset.ports ?? []
      if (ports.length === 0) texts.push(...addresses.map((address) => address.ip))
      for (const port of ports) texts.push(...addresses.map((address) => joinHostPort(address.ip, port.port)))
    }
    return [object.metadata.name, moreThan(texts), ageSince(object.metadata.creationTimestamp, now)]
  },
}

function joinHostPort(host: string, port: number | undefined): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

const ENDPOINT_SLICES: TableHook = {
  columns: [
    NAME_COLUMN,
    column('AddressType', 'string', 'addressType specifies the type of address carried by this EndpointSlice.'),
    column('Ports', 'string', 'ports specifies the list of network ports exposed by each endpoint in this slice.'),
    column('Endpoints', 'string', 'endpoints is a list of unique endpoints in this slice.'),
    AGE_COLUMN,
  ],
  row(slice, now) {
    const ports: Port[] = slice.ports ?? []
    const addresses: string[] = (slice.endpoints ?? []).flatMap(
      (endpoint: { addresses?: string[] }) => endpoint.addresses ?? [],
    )
    return [
      slice.metadata.name,
      slice.addressType,
      ports.length === 0
        ? '<unset>'
        : moreThan(ports.map((port) => (port.port === undefined ? '*' : String(port.port)))),
      addresses.length === 0 ? '<unset>' : moreThan(addresses),
      ageSince(slice.metadata.creationTimestamp, now),
    ]
  },
}

const NETWORK_POLICIES: TableHook = tableOf(
  NAME,
  [
    column('Pod-Selector', 'string', 'Selects the pods to which this NetworkPolicy object applies.'),
    (policy) => selectorText(policy.spec?.podSelector),
  ],
  AGE,
)

const INGRESSES: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Class', 'string', 'The name of the IngressClass resource that should be used for additional configuration'),
    column('Hosts', 'string', 'Hosts that incoming requests are matched against before the ingress rule'),
    column('Address', 'string', 'Address is a list containing ingress points for the load-balancer'),
    column('Ports', 'string', 'Ports of TLS configurations that open'),
    AGE_COLUMN,
  ],
  row(ingress, now) {
    const hosts: string[] = (ingress.spec?.rules ?? []).map((rule: { host?: string }) => rule.host || '*')
    const addresses: string[] = (ingress.status?.loadBalancer?.ingress ?? []).map(
      (entry: { ip?: string; hostname?: string }) => entry.ip ?? entry.hostname ?? '',
    )
    return [
      ingress.metadata.name,
      ingress.spec?.ingressClassName ?? '<none>',
      hosts.length === 0 ? '*' : moreThan(hosts),
      addresses.join(','),
      (ingress.spec?.tls ?? []).length > 0 ? '80, 443' : '80',
      ageSince(ingress.metadata.creationTimestamp, now),
    ]
  },
}

export const SERVICE_TABLES: Readonly<Record<ResourceId, TableHook>> = {
  services: SERVICES,
  endpoints: ENDPOINTS,
  'endpointslices.discovery.k8s.io': ENDPOINT_SLICES,
  'networkpolicies.networking.k8s.io': NETWORK_POLICIES,
  'ingresses.networking.k8s.io': INGRESSES,
}
