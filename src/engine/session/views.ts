/** What the screen shows of policy, computed from the watched objects when it is looked at; kept per revision. */
import type { Features, KubeObject } from '../../cluster/port.ts'
import { boardView } from '../../policy/board.ts'
import { explainRefs } from '../../policy/explain-refs.ts'
import { flowsView } from '../../policy/flows.ts'
import { matrixView } from '../../policy/matrix.ts'
import type { FlowRow, FlowsView, MatrixRow, MatrixView } from '../../policy/views.types.ts'
import type { World } from '../../policy/world.ts'
import type { Action, Track } from '../../workshop/step.ts'
import type { EngineDeps } from '../deps.ts'
import { createWorldFollower } from '../follow-world.ts'
import type { Forecast } from '../forecast.ts'
import { matchLabelSelector } from '../label-selector.ts'
import { isTwin } from '../pods.ts'
import { parseResolved, resolvedAnnotation } from '../probes/plan.ts'
import type { SessionState, SessionViews } from '../session.types.ts'
import type { RunState } from '../state.ts'
import { withSteps } from './board-steps.ts'
import type { Derived } from './derived.ts'
import { predictNext } from './predict.ts'
import type { WorldWatch } from './world-watch.ts'

export interface ViewSources {
  deps: EngineDeps
  track: Track
  watch: WorldWatch
  derived: Derived
  state(): SessionState
  features: Features | null
  /** The highest step any of whose traces is there. */
  inPlace(): number | null
  /** The actions still to come in the stage that is on. */
  upcoming(): readonly Action[]
  /** What the learner's own file would do, where that comes next. */
  forecast(): Forecast | null
}

export function createViews({
  deps,
  track,
  watch,
  derived,
  state,
  features,
  inPlace,
  upcoming,
  forecast,
}: ViewSources): SessionViews {
  const follow = createWorldFollower()
  const followPredicted = createWorldFollower()
  let last: { objects: readonly KubeObject[]; run: RunState; world: World } | null = null

  function objects(): KubeObject[] {
    return derived.of('objects', () =>
      watch.snapshot().objects.filter((object) => object.kind !== 'Pod' || !isTwin(object)),
    )
  }

  function world(): World {
    const now = objects()
    const { run } = state()
    if (last?.objects !== now || last.run !== run)
      last = { objects: now, run, world: follow(now, outsideNames(now, run)) }
    return last.world
  }

  const { sources, services } = track.topology
  const isSource = (endpoint: { namespace: string; labels: Readonly<Record<string, string>> }) =>
    sources.some(
      (source) => source.namespace === endpoint.namespace && matchLabelSelector(source.selector, endpoint.labels),
    )
  const isService = (service: { namespace: string; name: string }) =>
    services.some((known) => known.namespace === service.namespace && known.name === service.name)
  const matrixOf = (of: World): MatrixView => {
    const seen = measuredPairs(state().run)
    const measured = (from: string, to: string) => seen.get(`${from} ${to}`) ?? null
    return matrixView(of, { sources: isSource, services: isService, measured })
  }

  return {
    matrix: () => matrixOf(world()),
    board() {
      return withSteps(boardView(world()), {
        track,
        files: deps.files,
        features,
        objects: objects(),
        inPlace: inPlace(),
      })
    },
    flows: () =>
      withUndeclared(matrixOf(world()), (seen) => flowsView(world(), { sources: isSource, services: isService, seen })),
    explain: (from, to, port) => explainRefs(world(), { from, to, ...(port === undefined ? {} : { port }) }),
    predict() {
      const actions = upcoming()
      // Whoever looks at it again sees what an edited file says now.
      return derived.of(`predict ${actions.map(({ id }) => id).join()}`, () => {
        const own = forecast()
        const view = predictNext(
          actions,
          objects(),
          derived.files,
          (now) => matrixOf(followPredicted(now)),
          own !== null,
        )
        return view && own ? { ...view, wanted: own } : view
      })
    },
  }
}

/** What the workloads declare, then what is open without anybody having declared it: the work still to be done. */
function withUndeclared(
  matrix: MatrixView,
  declaredFlows: (seen: (from: string, to: string) => string | null) => FlowsView,
): FlowsView {
  const pairs = new Map(matrix.rows.map((row) => [pairKey(fromOf(row), toOf(row)), row]))
  const declared = declaredFlows((from, to) => pairs.get(pairKey(from, to))?.measured ?? null)
  const rows = declared.rows.map((row): FlowRow => {
    const pair = pairs.get(pairKey(row.from, row.to))
    pairs.delete(pairKey(row.from, row.to))
    return pair ? { ...row, ...exact(pair) } : row
  })
  for (const pair of pairs.values()) {
    if (pair.predicted !== 'open') continue
    const { port, podPort, measured } = pair
    rows.push({
      from: fromOf(pair),
      to: toOf(pair),
      port,
      podPort,
      declared: null,
      allowed: pair.predicted,
      seen: measured,
      ...exact(pair),
    })
  }
  return { ...declared, rows }
}

function exact({ why, from, to }: MatrixRow): Pick<FlowRow, 'why' | 'refs'> {
  return { why, refs: { from: `${from.namespace}/${from.pods[0]}`, to: `${to.service}.${to.namespace}` } }
}

function fromOf({ from }: MatrixRow): string {
  return from.label ?? from.workload
}

function toOf({ to }: MatrixRow): string {
  return to.label ?? to.service
}

function pairKey(from: string, to: string): string {
  return `${from}\n${to}`
}

/** `from to` -> what the latest proof that tried the pair saw. */
function measuredPairs(run: RunState): Map<string, string> {
  const seen = new Map<string, string>()
  for (const number of [...run.steps.keys()].sort((a, b) => a - b)) {
    for (const { actual, probe } of run.steps.get(number)!.probes.values()) {
      if (actual !== null && probe.tool === 'nc' && probe.to.service) {
        seen.set(`${probe.from.workload} ${probe.to.service}`, actual)
      }
    }
  }
  return seen
}

/** Addresses of outside names: those a set was made from, and those probes connected to. */
function outsideNames(objects: readonly KubeObject[], run: RunState): Record<string, string[]> {
  const names: Record<string, string[]> = {}
  const add = (name: string, address: string) => {
    names[name] = [...new Set([...(names[name] ?? []), address])]
  }
  for (const object of objects) {
    const text = object.metadata.annotations?.[resolvedAnnotation]
    if (!text) continue
    for (const [name, addresses] of Object.entries(parseResolved(text)))
      for (const address of addresses) add(name, address)
  }
  for (const step of run.steps.values()) {
    for (const { probe, evidence } of step.probes.values()) {
      const address = /\b\d{1,3}(\.\d{1,3}){3}\b/.exec(evidence?.output ?? '')?.[0]
      if (probe.to.host && address) add(probe.to.host, address)
    }
  }
  return names
}
