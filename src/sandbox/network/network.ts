/**
 * The simulated network of the cluster: names, Services, packets. Every packet between two addresses is put before the
 * policy engine; waits are the caller's. Nothing here opens a socket.
 */
import type { Flow, Peer } from '../../policy/model.ts'
import type { ConnectOutcome, HttpRequest, HttpResponse, Network, SimClock, Store } from '../contracts.ts'
import { type ConnectionRegistry, createConnectionRegistry } from './connections.ts'
import { answerHttp } from './http.ts'
import { createLearnedNames } from './learned-names.ts'
import { OUTSIDE_WORLD, type OutsideHost, type OutsideWorld } from './outside.ts'
import { createResolver, type DnsQuestion, type DnsReply, type ResolverConfig } from './resolver.ts'
import { createShop } from './shop.ts'
import { createTopology, type PodView, type Topology } from './topology.ts'
import { createVerdicts } from './verdicts.ts'

export interface NetworkOptions {
  store: Store
  clock: SimClock
  outside?: OutsideWorld
  /** Milliseconds (scaled) until a policy or label is in force. */
  enforcementDelayMs?: number
  /** False: as networks that check every packet, where an open connection ends with the policy that forbids it. */
  keepsConnections?: boolean
}

export interface SimNetwork extends Network {
  /** One DNS message, no search path. */
  query(from: string, question: DnsQuestion): DnsReply
  /** What /etc/resolv.conf of the pod says. */
  resolverConfig(from: string): ResolverConfig
  readonly topology: Topology
  close(): void
}

type Protocol = 'TCP' | 'UDP'

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)$/
const TIMED_OUT: ConnectOutcome = { kind: 'timed-out' }
const REFUSED: ConnectOutcome = { kind: 'refused' }

export function createNetwork({
  store,
  clock,
  outside = OUTSIDE_WORLD,
  enforcementDelayMs = 0,
  keepsConnections = true,
}: NetworkOptions): SimNetwork {
  const topology = createTopology(store)
  const verdicts = createVerdicts({ store, clock, enforcementDelayMs })
  const connections: ConnectionRegistry = keepsConnections
    ? createConnectionRegistry((id) => topology.pod(id))
    : { find: () => undefined, keep: () => undefined }
  const names = createLearnedNames()
  /** Which pod a Service's address led to last, so that the request goes where the connection went. */
  const lastBackend = new Map<string, { address: string; port: number }>()
  let turn = 0

  const peerOf = (pod: PodView): Peer =>
    pod.hostNetwork ? { kind: 'ip', ip: pod.ip } : { kind: 'endpoint', id: pod.id, ip: pod.ip }

  const toAddress = (source: PodView, ip: string): Peer => {
    const learned = names.of(source.id, ip)
    return learned === undefined ? { kind: 'ip', ip } : { kind: 'ip', ip, names: learned }
  }

  const passes = (from: Peer, to: Peer, protocol: string, port?: number): boolean => {
    const icmp = protocol === 'ICMP' ? { icmpType: 8, icmpCode: 0 } : {}
    const flow: Flow = { from, to, protocol, ...(port === undefined ? {} : { port }), ...icmp }
    return verdicts.allows(flow)
  }

  const hostAt = (address: string): OutsideHost | undefined => outside.hosts.find((host) => host.address === address)

  const outsideAnswer = (
    host: OutsideHost | undefined,
    address: string,
    port: number,
    protocol: Protocol,
  ): ConnectOutcome => {
    const open: ConnectOutcome = { kind: 'open', address, port, pod: null }
    if (protocol === 'UDP' && port === 53 && (address === outside.upstreamDns || outside.publicDns.includes(address)))
      return open
    if (host === undefined) return TIMED_OUT
    if (protocol === 'TCP' && host.ports.includes(port)) return open
    if (host.others === 'refused') return REFUSED
    if (host.others === 'host-unreachable') return { kind: 'unreachable', what: 'host' }
    return TIMED_OUT
  }

  /** A packet to this very address, after Service DNAT: policy sees the pod port. */
  const deliver = (source: PodView, address: string, port: number, protocol: Protocol): ConnectOutcome => {
    const place = topology.place(address)
    if (place.kind === 'pod') {
      if (!passes(peerOf(source), peerOf(place.pod), protocol, port) || !place.pod.up) return TIMED_OUT
      return place.pod.listens.has(`${protocol}/${port}`) ? { kind: 'open', address, port, pod: place.pod.id } : REFUSED
    }
    // No route at the pod itself: the packet never reaches a policy.
    const host = hostAt(address)
    if (host?.others === 'network-unreachable') return { kind: 'unreachable', what: 'network' }
    if (!passes(peerOf(source), toAddress(source, address), protocol, port)) return TIMED_OUT
    if (place.kind !== 'node') return outsideAnswer(host, address, port, protocol)
    const isControlPlane = place.node.metadata.labels?.['node-role.kubernetes.io/control-plane'] !== undefined
    return protocol === 'TCP' && (port === 10250 || (port === 6443 && isControlPlane))
      ? { kind: 'open', address, port, pod: null }
      : REFUSED
  }

  const connect = (from: string, address: string, port: number, protocol: Protocol = 'TCP'): ConnectOutcome => {
    const source = topology.pod(from)
    if (source === undefined || source.ip === '') return { kind: 'unreachable', what: 'network' }
    // Inside the pod's own network namespace no policy applies.
    if (LOOPBACK.test(address) || address === source.ip) {
      return source.listens.has(`${protocol}/${port}`) ? { kind: 'open', address, port, pod: source.id } : REFUSED
    }
    const place = topology.place(address)
    if (place.kind !== 'service') return deliver(source, address, port, protocol)
    const servicePort = place.service.ports.find((each) => each.port === port && each.protocol === protocol)
    // kube-proxy has no rule for a port the Service lacks: the packet leaves for nowhere.
    if (servicePort === undefined) return TIMED_OUT
    const backend = servicePort.ready[turn++ % Math.max(1, servicePort.ready.length)]
    // Without a ready endpoint kube-proxy rejects; Calico's egress rules see the packet before that.
    if (backend === undefined)
      return passes(peerOf(source), { kind: 'ip', ip: address }, protocol, port) ? REFUSED : TIMED_OUT
    const outcome = deliver(source, backend.address, backend.port, protocol)
    if (outcome.kind !== 'open') return outcome
    lastBackend.set(`${from} ${address}:${port}`, backend)
    if (lastBackend.size > 4096) lastBackend.clear()
    return { ...outcome, address, port }
  }

  const ping = (from: string, address: string): 'answered' | 'lost' | 'unreachable' => {
    const source = topology.pod(from)
    if (source === undefined || source.ip === '') return 'unreachable'
    if (LOOPBACK.test(address) || address === source.ip) return 'answered'
    const place = topology.place(address)
    // Nobody owns a ClusterIP: kube-proxy translates ports, and ICMP has none.
    if (place.kind === 'service') return 'lost'
    if (place.kind === 'pod')
      return place.pod.up && passes(peerOf(source), peerOf(place.pod), 'ICMP') ? 'answered' : 'lost'
    const host = hostAt(address)
    if (host?.others === 'network-unreachable') return 'unreachable'
    if (!passes(peerOf(source), toAddress(source, address), 'ICMP')) return 'lost'
    return place.kind === 'node' || host?.pings === true ? 'answered' : 'lost'
  }

  const resolver = createResolver({ topology, outside, connect, learn: names.learn })
  const shop = createShop({ topology, clock, connections, connect, resolver })
  verdicts.onChange(shop.keepConnecting)
  // Pods of a restored state run already.
  shop.keepConnecting()
  const stopWatchingPods = store.subscribe((change) => {
    if (change.resource === 'pods' || change.resource === 'endpointslices.discovery.k8s.io') shop.keepConnecting()
  })

  const http = async (from: string, request: HttpRequest): Promise<HttpResponse> => {
    const source = topology.pod(from)
    const behind = lastBackend.get(`${from} ${request.address}:${request.port}`) ?? {
      address: request.address,
      port: request.port,
    }
    const place = topology.place(behind.address)
    const server = LOOPBACK.test(request.address) ? source : place.kind === 'pod' ? place.pod : undefined
    return answerHttp({
      server,
      port: behind.port,
      request,
      shop,
      clock,
      host: hostAt(request.address),
      isNode: place.kind === 'node',
    })
  }

  return {
    connect,
    ping,
    http,
    topology,
    resolve: resolver.resolve,
    query: resolver.query,
    resolverConfig: resolver.config,
    close() {
      stopWatchingPods()
      shop.close()
      verdicts.close()
      topology.close()
    },
  }
}
