/**
 * The stub resolver of a pod and the DNS servers behind it. A query is a packet like any other: to the cluster DNS it
 * goes to a CoreDNS pod, subject to both ends' policies; CoreDNS in turn must reach its upstream for outside names.
 */
import { isIPv4, isIPv6 } from 'node:net'
import type { ConnectOutcome, Network, ResolveOutcome } from '../contracts.ts'
import { answerClusterName, answerOutsideName, type DnsRecord, isClusterName, type RecordType } from './dns.ts'
import type { OutsideWorld } from './outside.ts'
import type { PodView, Topology } from './topology.ts'

export interface ResolverConfig {
  servers: string[]
  search: string[]
  ndots: number
}

export interface DnsQuestion {
  /** Absolute; a final dot is ignored. */
  name: string
  type?: RecordType
  tcp?: boolean
  server?: string
}

export interface DnsReply {
  status: 'noerror' | 'nxdomain' | 'servfail' | 'timed-out' | 'refused'
  server: string
  records: DnsRecord[]
  /** Scaled milliseconds the server needed before it answered. */
  tookMs: number
}

export interface Resolver {
  resolve: Network['resolve']
  query(from: string, question: DnsQuestion): DnsReply
  config(from: string): ResolverConfig
}

/** How long CoreDNS tries an upstream that does not answer before it reports a server failure. */
const UPSTREAM_GIVES_UP_MS = 4000

interface Parts {
  topology: Topology
  outside: OutsideWorld
  connect(from: string, address: string, port: number, protocol: 'TCP' | 'UDP'): ConnectOutcome
  learn(pod: string, ip: string, name: string): void
}

export function createResolver({ topology, outside, connect, learn }: Parts): Resolver {
  const clusterDns = (): string | undefined => topology.service('kube-system', 'kube-dns')?.clusterIPs[0]

  const config = (from: string): ResolverConfig => {
    const pod = topology.pod(from)
    const policy = pod?.object.spec?.dnsPolicy ?? 'ClusterFirst'
    const ofNode = policy === 'Default' || (policy === 'ClusterFirst' && pod?.hostNetwork === true)
    const server = ofNode ? undefined : clusterDns()
    if (server === undefined) return { servers: [outside.upstreamDns], search: [], ndots: 1 }
    const namespace = pod?.object.metadata.namespace ?? 'default'
    return {
      servers: [server],
      search: [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'],
      ndots: 5,
    }
  }

  const askOutside = (name: string, type: RecordType, server: string): DnsReply => {
    const found = answerOutsideName(outside, name, type)
    return found.status === 'silent' ? failure('timed-out', server) : { ...found, server, tookMs: 0 }
  }

  const askCoreDns = (coreDns: PodView, name: string, type: RecordType, server: string): DnsReply => {
    const isBroken = outside.broken !== undefined && Object.hasOwn(outside.broken, name)
    if (isClusterName(name) && !isBroken) {
      const found = answerClusterName(topology, name, type)
      return found.status === 'silent' ? failure('timed-out', server) : { ...found, server, tookMs: 0 }
    }
    if (connect(coreDns.id, outside.upstreamDns, 53, 'UDP').kind !== 'open')
      return { ...failure('servfail', server), tookMs: UPSTREAM_GIVES_UP_MS }
    return askOutside(name, type, server)
  }

  const query = (from: string, question: DnsQuestion): DnsReply => {
    const name = question.name.replace(/\.$/, '').toLowerCase()
    const type = question.type ?? 'A'
    const server = question.server ?? config(from).servers[0] ?? outside.upstreamDns
    const reached = connect(from, server, 53, question.tcp === true ? 'TCP' : 'UDP')
    if (reached.kind === 'refused') return failure('refused', server)
    if (reached.kind !== 'open') return failure('timed-out', server)
    if (reached.pod === null) return askOutside(name, type, server)
    const dnsPod = topology.pod(reached.pod)
    if (dnsPod === undefined) return failure('timed-out', server)
    const reply = followAlias(askCoreDns(dnsPod, name, type, server), type, (alias) =>
      askCoreDns(dnsPod, alias, type, server),
    )
    // Only what the cluster DNS said is trusted for domain rules.
    if (server === clusterDns())
      for (const record of reply.records) if (record.type === 'A') learn(from, record.data, name)
    return reply
  }

  const resolve: Network['resolve'] = (from, name, options = {}) => {
    if (isAddress(name)) return { kind: 'answer', name, addresses: [name] }
    const known = hostsFile(topology.pod(from), name)
    if (known !== undefined) return { kind: 'answer', name, addresses: [known] }
    for (const candidate of candidates(name, config(from))) {
      const reply = query(from, { name: candidate, ...options })
      if (reply.status === 'timed-out' || reply.status === 'refused') return { kind: 'timed-out' }
      if (reply.status === 'servfail') return { kind: 'servfail', tookMs: reply.tookMs }
      const addresses = reply.records.filter((record) => record.type === 'A').map((record) => record.data)
      if (addresses.length > 0) return found(candidate, reply, addresses)
    }
    return { kind: 'nxdomain' }
  }

  return { resolve, query, config }
}

function found(name: string, reply: DnsReply, addresses: string[]): ResolveOutcome {
  const alias = reply.records.find((record) => record.type === 'CNAME')
  return { kind: 'answer', name, ...(alias === undefined ? {} : { cname: alias.data }), addresses }
}

/** Most names are none at a glance: the full pattern of IPv6 costs more than the rest of a lookup. */
function isAddress(name: string): boolean {
  return /^[\d.]+$|:/.test(name) && (isIPv4(name) || isIPv6(name))
}

function failure(status: DnsReply['status'], server: string): DnsReply {
  return { status, server, records: [], tookMs: 0 }
}

function followAlias(reply: DnsReply, type: RecordType, ask: (alias: string) => DnsReply): DnsReply {
  const alias = reply.records[0]
  if (type !== 'A' || alias?.type !== 'CNAME') return reply
  const behind = ask(alias.data.replace(/\.$/, ''))
  return { ...behind, records: [alias, ...behind.records] }
}

/** resolv.conf(5): a name with fewer dots than ndots is tried with the search list first. */
export function candidates(name: string, { search, ndots }: ResolverConfig): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const searched = search.map((domain) => `${name}.${domain}`)
  const dots = name.split('.').length - 1
  return dots >= ndots ? [name, ...searched] : [...searched, name]
}

function hostsFile(pod: PodView | undefined, name: string): string | undefined {
  if (name === 'localhost') return '127.0.0.1'
  if (pod === undefined) return undefined
  if (name === (pod.object.spec?.hostname ?? pod.object.metadata.name)) return pod.ip
  return (pod.object.spec?.hostAliases ?? []).find((alias: any) => (alias.hostnames ?? []).includes(name))?.ip
}
