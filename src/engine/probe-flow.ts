/** One connection somebody asks about: its outcome, the evidence and who decides, with the controls of every proof. */
import { unknownEnd } from '../errors/catalog/engine.ts'
import type { ProbeTool, Topology } from '../workshop/step.ts'
import type { WorkshopEvent } from './events.ts'
import { judgeOf } from './judge.ts'
import { choosePods } from './pods.ts'
import { planProbe } from './probes/plan.ts'
import { runProbes } from './probes/run-probes.ts'
import { openScope, type Work } from './scope.ts'
import { namespacesOf, readSnapshot, type Snapshot, worldKinds } from './snapshot.ts'
import { streamed } from './streamed.ts'

export interface FlowRequest {
  /** A source of the track, `namespace/pod`, `deploy/name`, `app=label`. */
  from: string
  /** A service (`name`, `name.namespace`), a source's pod, an address, an outside name. */
  to: string
  port?: number
  tool?: ProbeTool
}

type Settled = Extract<WorkshopEvent, { type: 'probe-settled' }>

/** How long a result may take to agree with what the policies say. */
const deadlineMs = 2_000

export async function* probeFlow(work: Work, request: FlowRequest): AsyncGenerator<WorkshopEvent, Settled> {
  const scope = await openScope(work, 0)
  const snapshot = await readSnapshot(work.deps.cluster, worldKinds, namespacesOf(work.track))
  const tool = request.tool ?? 'nc'
  const { topology, from, to } = withEnds(work.track.topology, snapshot, request)
  const track = { ...work.track, topology }
  const own = { ...scope, track, deps: { ...work.deps, options: { ...work.deps.options, deadlineMs } } }
  const spec = {
    id: 'probe',
    from,
    to,
    tool,
    expect: 'open' as const,
    ...(request.port === undefined ? {} : { port: request.port }),
  }
  const judge = judgeOf(snapshot, work.memory)
  const plan = (source: string, expected: 'open' | 'blocked') =>
    planProbe(own, snapshot, 'probe', 'probe', {
      ...spec,
      id: source === from ? 'probe' : 'control',
      from: source,
      expect: expected,
    })
  const asked = plan(from, 'open')
  const predicted = judge.decide(asked, null)
  const isDenied = predicted !== null && (predicted.egress.verdict === 'deny' || predicted.ingress.verdict === 'deny')
  const main = isDenied ? plan(from, 'blocked') : asked
  const others = isDenied
    ? topology.sources
        .filter((source) => source.name !== from)
        .map((source) => plan(source.name, 'open'))
        .filter((other) => {
          const verdict = judge.decide(other, null)
          return verdict === null || (verdict.egress.verdict === 'allow' && verdict.ingress.verdict === 'allow')
        })
        .slice(0, 1)
    : []
  let settled: Settled | null = null
  yield* streamed<WorkshopEvent, unknown>((push) =>
    runProbes(own, 'probe', [main, ...others], snapshot, (event) => {
      // The control is only there so that a time-out can be believed.
      if ('probe' in event && event.probe.id === 'control') return
      if (event.type === 'probe-settled') settled = event
      push(event)
    }),
  )
  return settled!
}

/** The track's ends, and the one asked for when it is another pod or Service. */
function withEnds(
  topology: Topology,
  snapshot: Snapshot,
  request: FlowRequest,
): { topology: Topology; from: string; to: string } {
  const from = sourceOf(topology, snapshot, request.from)
  const base = from
    ? { ...topology, sources: [...topology.sources.filter((source) => source.name !== from.name), from] }
    : topology
  if (!from)
    throw unknownEnd(
      request.from,
      topology.sources.map((source) => source.name),
    )
  const service = serviceOf(base, snapshot, request, from.namespace)
  if (!service) return { topology: base, from: from.name, to: request.to }
  return {
    topology: { ...base, services: [...base.services.filter((other) => other.name !== service.name), service] },
    from: from.name,
    to: service.name,
  }
}

function sourceOf(topology: Topology, snapshot: Snapshot, text: string): Topology['sources'][number] | null {
  const known = topology.sources.find((source) => source.name === text)
  if (known) return known
  const pods = snapshot.of('v1', 'Pod')
  const label = (pod: (typeof pods)[number]) => ({
    name: text,
    namespace: pod.metadata.namespace ?? 'default',
    selector: Object.entries(pod.metadata.labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  })
  if (text.includes('=')) {
    const pod = choosePods(pods, { selector: text })[0]
    return pod ? { name: text, namespace: pod.metadata.namespace ?? 'default', selector: text } : null
  }
  if (/^deploy(ment)?\//.test(text)) {
    const name = text.split('/')[1] ?? ''
    const pod = pods.find((candidate) =>
      new RegExp(`^${literal(name)}-[a-z0-9]+-[a-z0-9]+$`).test(candidate.metadata.name),
    )
    return pod ? label(pod) : null
  }
  const pod = pods.find((candidate) => `${candidate.metadata.namespace}/${candidate.metadata.name}` === text)
  return pod ? label(pod) : null
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** A Service outside the track, as `name.namespace` or by its name in the source's namespace. */
function serviceOf(
  topology: Topology,
  snapshot: Snapshot,
  { to, port }: FlowRequest,
  namespace: string,
): Topology['services'][number] | null {
  if (topology.services.some((service) => service.name === to || `${service.name}.${service.namespace}` === to))
    return null
  const found = snapshot
    .of('v1', 'Service')
    .find(
      (service) =>
        `${service.metadata.name}.${service.metadata.namespace}` === to ||
        (service.metadata.name === to && service.metadata.namespace === namespace),
    )
  if (!found) return null
  const ports: { port: number }[] = found.spec?.ports ?? []
  const dialled = port ?? ports[0]?.port ?? 80
  return {
    name: found.metadata.name,
    namespace: found.metadata.namespace ?? namespace,
    port: dialled,
    podPort: dialled,
    selector: '',
  }
}
