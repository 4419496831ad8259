/** One connection somebody asks about: its outcome, the evidence and who decides, with the controls of every proof. */
import type { ProbeTool } from '../workshop/step.ts'
import type { WorkshopEvent } from './events.ts'
import { judgeOf } from './judge.ts'
import { findEnds } from './probe-ends.ts'
import { planProbe } from './probes/plan.ts'
import { runProbes } from './probes/run-probes.ts'
import { openScope, type Work } from './scope.ts'
import { namespacesOf, readSnapshot, worldKinds } from './snapshot.ts'
import { streamed } from './streamed.ts'

export interface FlowRequest {
  /** A source of the track, `namespace/pod`, `deploy/name`, `app=label`. */
  from: string
  /** A service (`name`, `name.namespace`), `namespace/pod`, `deploy/name`, `app=label`, an address, an outside name. */
  to: string
  /** A number, or the name of a port of the Service or the pod. */
  port?: number | string
  tool?: ProbeTool
}

type Settled = Extract<WorkshopEvent, { type: 'probe-settled' }>

/** How long a result may take to agree with what the policies say. */
const deadlineMs = 2_000

export async function* probeFlow(work: Work, request: FlowRequest): AsyncGenerator<WorkshopEvent, Settled> {
  const scope = await openScope(work, 0)
  const snapshot = await readSnapshot(work.deps.cluster, worldKinds, namespacesOf(work.track))
  const tool = request.tool ?? 'nc'
  const { topology, from, to, port } = findEnds(work.track.topology, snapshot, request)
  const track = { ...work.track, topology }
  const own = { ...scope, track, deps: { ...work.deps, options: { ...work.deps.options, deadlineMs } } }
  const spec = {
    id: 'probe',
    from,
    to,
    tool,
    expect: 'open' as const,
    ...(port === undefined ? {} : { port }),
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
