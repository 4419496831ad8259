import { evaluate } from './evaluate.ts'
import { explainFlow } from './explain.ts'
import { type End, findEnds } from './find-ends.ts'
import type { Flow } from './model.ts'
import { resolveRef } from './resolve-ref.ts'
import type { ExplainView } from './views.types.ts'
import type { World } from './world.ts'

export interface ExplainRequest {
  from: string
  to: string
  /** A number, or the name of a Service's or a container's port. */
  port?: number | string
  /** TCP unless given, or what the Service has at that port. */
  protocol?: string
}

/** `explain FROM TO[:PORT]` for the names people type; what cannot be found makes the answer undecided, with the reason. */
export function explainRefs(world: World, request: ExplainRequest): ExplainView {
  const { from, to, port, protocol } = request
  const found = findEnds(world, resolveRef(world, from, 'from'), resolveRef(world, to, 'to'), { port, protocol })
  if ('why' in found) {
    const asked = port === undefined ? to : `${to}:${port}`
    return undecidedView(request, found.why, `${from} -> ${asked}`, [...found.notes, ...world.notes])
  }
  const { sources, targets, notes } = found
  const nameOf = (source: End, target: End) =>
    targets.length === 1 ? source.name : sources.length === 1 ? target.name : `${source.name} -> ${target.name}`
  const pairs = sources.flatMap((source) =>
    targets.map((target) => ({ flow: flowOf(source, target, found.protocol), text: nameOf(source, target) })),
  )
  const asked = pairs.slice(0, pairsMost).map((pair) => ({ ...pair, verdict: evaluate(world, pair.flow).verdict }))
  const differ = asked.some(({ verdict }) => verdict !== asked[0]!.verdict)
  const shown = differ ? (asked.find(({ verdict }) => verdict === 'deny') ?? asked[0]!) : asked[0]!
  const title = `${from} -> ${to}${found.portText}`
  const view = explainFlow(world, shown.flow, title, notes)
  if (!differ)
    return pairs.length > 1 ? { ...view, notes: [sameForAll(shown.text, pairs.length), ...view.notes] } : view
  return { ...view, verdict: 'undecided', notes: [dependsText(asked, shown.text), ...view.notes] }
}

/** Classes of pods, not pods: more than this are not asked about. */
const pairsMost = 64

function flowOf(source: End, target: End, protocol: string): Flow {
  return {
    from: source.peer,
    to: target.peer,
    protocol,
    ...(target.port === undefined ? {} : { port: target.port }),
    // A ping is an echo request.
    ...(/^icmp$/i.test(protocol) ? { icmpType: 8, icmpCode: 0 } : {}),
  }
}

/** One pod speaks for others only while policies cannot tell them apart; here they can, and come to the same. */
function sameForAll(shown: string, count: number): string {
  return `policies can tell ${count} cases apart here, and all come to the same; the rules are those for ${shown}`
}

function dependsText(asked: readonly { text: string; verdict: string }[], shown: string): string {
  const words: Record<string, string> = { allow: 'open', deny: 'blocked', undecided: 'undecided' }
  const parts = ['allow', 'deny', 'undecided'].flatMap((verdict) => {
    const texts = asked.filter((pair) => pair.verdict === verdict).map(({ text }) => text)
    const more = texts.length > 5 ? ` and ${texts.length - 5} more` : ''
    return texts.length > 0 ? [`${words[verdict]} for ${texts.slice(0, 5).join(', ')}${more}`] : []
  })
  return `it depends on the pods: ${parts.join('; ')}. What is shown is ${shown}`
}

function undecidedView(request: ExplainRequest, why: string, title: string, notes: readonly string[]): ExplainView {
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
    ...(typeof request.port === 'number' ? { port: request.port } : {}),
  }
  return {
    flow,
    title,
    verdict: 'undecided',
    egress: side('egress'),
    ingress: side('ingress'),
    notes: [...new Set(notes)],
  }
}
