/** From what FROM and TO name to the ends of a flow: one for each class of pods that policies can tell apart. */
import type { Endpoint } from './endpoint.ts'
import type { Peer } from './model.ts'
import type { Service } from './objects/services.ts'
import type { Ref } from './resolve-ref.ts'
import { resolveService, type ServicePortSpec, servicePortsOf } from './service.ts'
import { addressClassOf } from './source-groups.ts'
import type { World } from './world.ts'

export interface End {
  peer: Peer
  name: string
  /** Of a target: the port policy sees. */
  port?: number
}

export type Ends =
  | {
      sources: readonly End[]
      targets: readonly End[]
      protocol: string
      /** `:5000 (pod port 8080)`, as a title has it. */
      portText: string
      notes: readonly string[]
    }
  | { why: string; notes: readonly string[] }

interface Wish {
  port: number | string | undefined
  protocol: string | undefined
}

export function findEnds(world: World, from: Ref, to: Ref, wish: Wish): Ends {
  const notes: string[] = []
  const sources = endsOf(world, from, notes)
  if ('why' in sources) return { ...sources, notes }
  const isIcmp = /^icmp/i.test(wish.protocol ?? '')
  const target =
    to.kind === 'service' && !isIcmp
      ? serviceTarget(world, to.service, wish, notes)
      : plainTarget(world, to, wish, isIcmp, notes)
  if ('why' in target) return { ...target, notes }
  const isOutside = (end: End) => end.peer.kind !== 'endpoint'
  if (sources.ends.every(isOutside) && target.targets.every(isOutside))
    notes.push('neither end is a pod here, so no policy here is asked')
  return { sources: sources.ends, ...target, notes }
}

type Target = { targets: readonly End[]; protocol: string; portText: string } | { why: string }

function serviceTarget(world: World, service: Service, { port, protocol }: Wish, notes: string[]): Target {
  const specs = servicePortsOf(service)
  const wanted = protocol?.toUpperCase()
  const isWanted = (spec: ServicePortSpec) =>
    (wanted === undefined || spec.protocol === wanted) &&
    (port === undefined || (typeof port === 'number' ? spec.port === port : isCalled(spec, port)))
  const fitting = specs.filter(isWanted)
  // Somebody who names no protocol means TCP where there is one.
  const spec = fitting.find((candidate) => candidate.protocol === 'TCP') ?? fitting[0]
  const asked = spec?.port ?? (typeof port === 'number' ? port : undefined)
  if (!spec && typeof port === 'string')
    return { why: `Service ${service.id} has no port called ${port}: it has ${portNames(specs)}` }
  const found = resolveService(world, service.namespace, service.name, asked, spec?.protocol ?? wanted)
  if (found.kind === 'missing') return { why: found.why }
  const targets = found.backends.map(({ endpoint, ip, podPort }): End & { endpoint: Endpoint | null } => ({
    endpoint,
    peer: endpoint ? { kind: 'endpoint', id: endpoint.id } : { kind: 'ip', ip: ip! },
    name: endpoint?.id ?? ip!,
    port: podPort,
  }))
  const { podPort } = found.backends[0]!
  if (podPort !== found.port)
    notes.push(`Service ${service.name} port ${found.port} is pod port ${podPort}; policies see the pod port`)
  const shownPodPort = podPort === found.port ? '' : ` (pod port ${podPort})`
  return {
    targets: byClass(world, targets),
    protocol: found.protocol,
    portText: `:${found.port}${protocolSuffix(found.protocol)}${shownPodPort}`,
  }
}

function isCalled({ name, targetPort }: ServicePortSpec, text: string): boolean {
  return name === text || targetPort === text
}

function portNames(specs: readonly ServicePortSpec[]): string {
  return specs.map(({ name, port }) => (name === '' ? String(port) : `${name} (${port})`)).join(', ') || 'none'
}

function plainTarget(world: World, to: Ref, { port, protocol }: Wish, isIcmp: boolean, notes: string[]): Target {
  const found = endsOf(world, to, notes)
  if ('why' in found) return found
  if (isIcmp) return { targets: found.ends, protocol: protocol!, portText: ` (${protocol})` }
  const isOutside = found.ends[0]!.peer.kind !== 'endpoint'
  const declared = isOutside ? httpsPort : declaredPort(world, found.ends[0]!, port, protocol)
  const number = typeof port === 'number' ? port : typeof port === 'string' && isOutside ? undefined : declared?.port
  if (typeof port === 'string' && number === undefined) return { why: `${to.text} declares no port called ${port}` }
  if (number === undefined) return { why: `no port is given, and ${to.text} declares none: say ${to.text}:PORT` }
  if (port === undefined)
    notes.push(`no port given: ${number}, ${isOutside ? 'HTTPS' : `the first one ${to.text} declares`}, is meant`)
  const used = protocol ?? (typeof port === 'number' ? 'TCP' : declared!.protocol)
  return {
    targets: found.ends.map((end) => ({ ...end, port: number })),
    protocol: used,
    portText: `:${number}${protocolSuffix(used)}`,
  }
}

/** What somebody means who names a place outside and no port. */
const httpsPort = { port: 443, protocol: 'TCP' }

/** The container port of that name, or the first one where none is asked for. */
function declaredPort(world: World, { peer }: End, port: Wish['port'], protocol: string | undefined) {
  if (peer.kind !== 'endpoint') return undefined
  const ports = (world.endpointsById.get(peer.id)?.ports ?? []).filter(
    (candidate) => protocol === undefined || candidate.protocol === protocol.toUpperCase(),
  )
  return typeof port === 'string' ? ports.find(({ name }) => name === port) : ports[0]
}

function protocolSuffix(protocol: string): string {
  return protocol === 'TCP' ? '' : `/${protocol}`
}

function endsOf(world: World, ref: Ref, notes: string[]): { ends: End[] } | { why: string } {
  switch (ref.kind) {
    case 'endpoints':
      return { ends: byClass(world, ref.endpoints.map(endpointEnd)) }
    case 'ip':
      if (ref.note) notes.push(ref.note)
      return { ends: [{ peer: { kind: 'ip', ip: ref.ip, names: ref.names }, name: ref.text }] }
    case 'name':
      notes.push(
        `nothing here is called ${ref.name}, so it is taken for a name outside; its address is not known here: where a rule asks for it, give the address instead`,
      )
      return { ends: [{ peer: { kind: 'name', name: ref.name }, name: ref.name }] }
    case 'service': {
      const found = resolveService(world, ref.service.namespace, ref.service.name)
      if (found.kind === 'missing') return { why: found.why }
      const endpoints = found.backends.map(({ endpoint }) => endpoint).filter((endpoint) => endpoint !== null)
      if (endpoints.length > 0) return { ends: byClass(world, endpoints.map(endpointEnd)) }
      const ip = found.backends[0]?.ip
      return ip === undefined
        ? { why: `no pod stands behind Service ${ref.service.id}` }
        : { ends: [{ peer: { kind: 'ip', ip }, name: ip }] }
    }
    case 'unknown':
      return { why: ref.suggestions.length > 0 ? `${ref.why}; known: ${ref.suggestions.join(', ')}` : ref.why }
  }
}

function endpointEnd(endpoint: Endpoint): End & { endpoint: Endpoint } {
  return { endpoint, peer: { kind: 'endpoint', id: endpoint.id }, name: endpoint.id }
}

function byClass(world: World, ends: readonly (End & { endpoint: Endpoint | null })[]): End[] {
  const classes = new Map<string, End>()
  for (const { endpoint, ...end } of ends) {
    const key = endpoint
      ? `${endpoint.labelClass.id} ${addressClassOf(world, endpoint).id} ${end.port}`
      : `outside ${end.name} ${end.port}`
    if (!classes.has(key)) classes.set(key, end)
  }
  return [...classes.values()]
}
