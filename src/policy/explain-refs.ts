import type { Endpoint } from './endpoint.ts'
import { explainFlow } from './explain.ts'
import type { Flow, Peer } from './model.ts'
import { type Ref, resolveRef } from './resolve-ref.ts'
import { resolveService } from './service.ts'
import { addressClassOf } from './source-groups.ts'
import type { ExplainView } from './views.types.ts'
import type { World } from './world.ts'

export interface ExplainRequest {
  from: string
  to: string
  port?: number
  /** `TCP` unless given, or the Service's. */
  protocol?: string
}

/** `explain FROM TO[:PORT]` for the names people type; what cannot be found makes the answer undecided, with the reason. */
export function explainRefs(world: World, request: ExplainRequest): ExplainView {
  const from = resolveRef(world, request.from, 'from')
  const to = resolveRef(world, request.to, 'to')
  const notes: string[] = []
  const source = pickEnd(world, from, notes)
  const target = pickTarget(world, to, request, notes)
  const missing = 'why' in source ? source : 'why' in target ? target : null
  const port = 'port' in target ? target.port : request.port
  const title = `${request.from} -> ${request.to}${port === undefined ? '' : `:${port}`}`
  if (missing || 'why' in source || 'why' in target)
    return undecidedView(request, missing!.why, title, [...notes, ...world.notes])
  const flow: Flow = {
    from: source.peer,
    to: target.peer,
    protocol: target.protocol,
    ...(port === undefined ? {} : { port }),
    // A ping is an echo request.
    ...(/^icmp$/i.test(target.protocol) ? { icmpType: 8, icmpCode: 0 } : {}),
  }
  return explainFlow(world, flow, title, notes)
}

function pickEnd(world: World, ref: Ref, notes: string[]): { peer: Peer } | { why: string } {
  switch (ref.kind) {
    case 'endpoints':
      noteOthers(world, ref.text, ref.endpoints, notes)
      return { peer: { kind: 'endpoint', id: ref.endpoints[0]!.id } }
    case 'ip':
      return { peer: { kind: 'ip', ip: ref.ip, names: ref.names } }
    case 'service': {
      const found = resolveService(world, ref.service.namespace, ref.service.name)
      if (found.kind === 'missing') return { why: found.why }
      const endpoints = found.backends.map(({ endpoint }) => endpoint).filter((endpoint) => endpoint !== null)
      return pickEnd(world, { kind: 'endpoints', text: ref.text, endpoints }, notes)
    }
    case 'unknown':
      return { why: unknownText(ref) }
  }
}

function pickTarget(
  world: World,
  ref: Ref,
  { port, protocol }: ExplainRequest,
  notes: string[],
): { peer: Peer; protocol: string; port: number | undefined } | { why: string } {
  if (ref.kind !== 'service' || /^icmp/i.test(protocol ?? '')) {
    const end = pickEnd(world, ref, notes)
    if ('why' in end) return end
    if (port === undefined && !/^icmp/i.test(protocol ?? '')) {
      const declared = ref.kind === 'endpoints' ? ref.endpoints[0]?.ports?.[0] : undefined
      if (!declared) return { why: `no port is given, and ${ref.text} declares none: say ${ref.text}:PORT` }
      notes.push(`no port given: ${declared.port}, the first one ${ref.text} declares, is meant`)
      return { ...end, protocol: protocol ?? declared.protocol, port: declared.port }
    }
    return { ...end, protocol: protocol ?? 'TCP', port }
  }
  const { namespace, name } = ref.service
  const found = resolveService(world, namespace, name, port, protocol?.toUpperCase())
  if (found.kind === 'missing') return { why: found.why }
  const [backend] = found.backends
  const endpoints = found.backends.map(({ endpoint }) => endpoint).filter((endpoint) => endpoint !== null)
  noteOthers(world, `the pods behind ${name}`, endpoints, notes)
  if (backend!.podPort !== found.port) {
    notes.push(`Service ${name} port ${found.port} is pod port ${backend!.podPort}; policies see the pod port`)
  }
  const peer: Peer = backend!.endpoint
    ? { kind: 'endpoint', id: backend!.endpoint.id }
    : { kind: 'ip', ip: backend!.ip! }
  return { peer, protocol: found.protocol, port: backend!.podPort }
}

/** One pod speaks for several only while policies cannot tell them apart. */
function noteOthers(world: World, text: string, endpoints: readonly Endpoint[], notes: string[]): void {
  const [first] = endpoints
  if (!first) return
  const key = (endpoint: Endpoint) => `${endpoint.labelClass.id} ${addressClassOf(world, endpoint).id}`
  const different = endpoints.filter((endpoint) => key(endpoint) !== key(first))
  if (different.length > 0) {
    notes.push(
      `${text} are ${endpoints.length} pods that policies may treat differently; this is about ${first.id}, not ${different.map(({ id }) => id).join(', ')}`,
    )
  }
}

function unknownText({ why, suggestions }: Extract<Ref, { kind: 'unknown' }>): string {
  return suggestions.length > 0 ? `${why}; known: ${suggestions.join(', ')}` : why
}

function undecidedView(request: ExplainRequest, why: string, title: string, notes: string[]): ExplainView {
  const side = (direction: 'egress' | 'ingress') => ({
    endpoint: null,
    direction,
    trace: { verdict: 'undecided' as const, enforced: [], pending: [], undecided: why },
    tiers: [],
    stagedChange: null,
  })
  const flow: Flow = {
    from: { kind: 'endpoint', id: request.from },
    to: { kind: 'endpoint', id: request.to },
    protocol: request.protocol ?? 'TCP',
    ...(request.port === undefined ? {} : { port: request.port }),
  }
  return { flow, title, verdict: 'undecided', egress: side('egress'), ingress: side('ingress'), notes }
}
