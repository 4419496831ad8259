/**
 * What names answer: the cluster domain as CoreDNS serves it, everything else from the outside world. Whether a query
 * gets through is decided elsewhere.
 */
import type { OutsideWorld } from './outside.ts'
import type { ServiceView, Topology } from './topology.ts'

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'SRV' | 'TXT' | 'MX' | 'NS' | 'SOA' | 'ANY'

export interface DnsRecord {
  name: string
  type: 'A' | 'CNAME' | 'PTR' | 'SRV'
  ttl: number
  data: string
}

export type ZoneAnswer = { status: 'noerror' | 'nxdomain' | 'servfail'; records: DnsRecord[] } | { status: 'silent' }

const DOMAIN = 'cluster.local'
const NXDOMAIN: ZoneAnswer = { status: 'nxdomain', records: [] }
const TTL = 30

/** True for names CoreDNS answers itself, without asking its upstream. */
export function isClusterName(name: string): boolean {
  return name === DOMAIN || name.endsWith(`.${DOMAIN}`) || /^[0-9.]+\.in-addr\.arpa$/.test(name)
}

/** `name` is absolute, lower case, without the final dot. */
export function answerClusterName(topology: Topology, name: string, type: RecordType): ZoneAnswer {
  const reverse = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name)
  if (reverse !== null) return answerReverse(topology, name, reverse.slice(1, 5).reverse().join('.'))
  const labels = name.slice(0, -DOMAIN.length - 1).split('.')
  const zone = labels.pop()
  if (name === DOMAIN || zone === undefined) return { status: 'noerror', records: [] }
  if (zone === 'pod') return answerPodName(name, labels, type)
  if (zone !== 'svc') return NXDOMAIN
  const [namespace, service, host] = [labels.pop(), labels.pop(), labels.pop()]
  if (namespace === undefined || service === undefined)
    return namespace === undefined ? { status: 'noerror', records: [] } : NXDOMAIN
  const view = topology.service(namespace, service)
  return view === undefined ? NXDOMAIN : answerService(name, view, type, host)
}

function answerService(name: string, service: ServiceView, type: RecordType, host: string | undefined): ZoneAnswer {
  const external = service.object.spec?.type === 'ExternalName' ? service.object.spec.externalName : undefined
  if (external !== undefined)
    return { status: 'noerror', records: [{ name, type: 'CNAME', ttl: TTL, data: String(external) }] }
  const headless = service.clusterIPs.length === 0
  let addresses = headless ? service.addresses.map(({ ip }) => ip) : [...service.clusterIPs]
  if (host !== undefined) {
    if (!headless) return NXDOMAIN
    addresses = service.addresses
      .filter((each) => (each.hostname ?? each.ip.replaceAll('.', '-')) === host)
      .map(({ ip }) => ip)
  }
  if (addresses.length === 0) return NXDOMAIN
  if (type !== 'A' && type !== 'ANY') return { status: 'noerror', records: [] }
  return { status: 'noerror', records: addresses.map((data) => ({ name, type: 'A', ttl: TTL, data })) }
}

/** `10-0-0-1.hipstershop.pod.cluster.local` (CoreDNS `pods insecure`): answers for any address. */
function answerPodName(name: string, labels: readonly string[], type: RecordType): ZoneAnswer {
  if (labels.length !== 2 || !/^\d+-\d+-\d+-\d+$/.test(labels[0] ?? '')) return NXDOMAIN
  if (type !== 'A') return { status: 'noerror', records: [] }
  return {
    status: 'noerror',
    records: [{ name, type: 'A', ttl: TTL, data: (labels[0] as string).replaceAll('-', '.') }],
  }
}

function answerReverse(topology: Topology, name: string, address: string): ZoneAnswer {
  const place = topology.place(address)
  if (place.kind !== 'service') return NXDOMAIN
  const data = `${place.service.name}.${place.service.namespace}.svc.${DOMAIN}`
  return { status: 'noerror', records: [{ name, type: 'PTR', ttl: TTL, data }] }
}

export function answerOutsideName(outside: OutsideWorld, name: string, type: RecordType): ZoneAnswer {
  const broken = outside.broken !== undefined && Object.hasOwn(outside.broken, name) ? outside.broken[name] : undefined
  if (broken === 'silent') return { status: 'silent' }
  if (broken === 'servfail') return { status: 'servfail', records: [] }
  const addresses = outside.hosts.filter((host) => host.names.includes(name)).map((host) => host.address)
  if (addresses.length === 0) return NXDOMAIN
  if (type !== 'A' && type !== 'ANY') return { status: 'noerror', records: [] }
  return { status: 'noerror', records: addresses.map((data) => ({ name, type: 'A', ttl: 300, data })) }
}
