/** Every source to every service with real connections, expected as the policy engine predicts: what differs is polled before it is told. */
import type { WorkshopEvent } from './events.ts'
import { judgeOf } from './judge.ts'
import { type PlannedProbe, planProbe } from './probes/plan.ts'
import { runProbes } from './probes/run-probes.ts'
import { openScope, type Work } from './scope.ts'
import { namespacesOf, readSnapshot, worldKinds } from './snapshot.ts'
import { streamed } from './streamed.ts'

/** How long a measurement may take to agree with the prediction. */
const deadlineMs = 6_000

export async function* proveMatrix(work: Work): AsyncGenerator<WorkshopEvent, void> {
  const scope = await openScope(work, 0)
  const snapshot = await readSnapshot(work.deps.cluster, worldKinds, namespacesOf(work.track))
  const judge = judgeOf(snapshot, work.memory)
  const own = { ...scope, deps: { ...work.deps, options: { ...work.deps.options, deadlineMs } } }
  const { sources, services } = work.track.topology
  const planned: PlannedProbe[] = []
  for (const source of sources) {
    for (const service of services) {
      if (source.namespace === service.namespace && source.selector === service.selector) continue
      const spec = {
        id: `${source.name}->${service.name}`,
        from: source.name,
        to: service.name,
        tool: 'nc' as const,
        expect: 'open' as const,
      }
      const open = planProbe(own, snapshot, 'matrix', 'matrix', spec)
      const decided = judge.decide(open, null)
      const isDenied = decided !== null && (decided.egress.verdict === 'deny' || decided.ingress.verdict === 'deny')
      planned.push(isDenied ? planProbe(own, snapshot, 'matrix', 'matrix', { ...spec, expect: 'blocked' }) : open)
    }
  }
  yield* streamed<WorkshopEvent, unknown>((push) => runProbes(own, 'matrix', planned, snapshot, push))
}
