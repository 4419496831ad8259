/** What the screen shows of policy, computed from the watched objects when it is looked at; kept per revision. */
import { matrixView } from '../../policy/matrix.ts'
import type { BoardView, ExplainView, FlowsView, MatrixView } from '../../policy/views.types.ts'
import { createWorld, type World } from '../../policy/world.ts'
import type { Track } from '../../workshop/step.ts'
import type { EngineDeps } from '../deps.ts'
import { matchLabelSelector } from '../label-selector.ts'
import { isTwin } from '../pods.ts'
import type { SessionState, SessionViews } from '../session.types.ts'
import type { RunState } from '../state.ts'
import type { NextItem } from './next-item.ts'
import type { WorldWatch } from './world-watch.ts'

export interface ViewSources {
  deps: EngineDeps
  track: Track
  watch: WorldWatch
  state(): SessionState
  next(): NextItem
}

export function createViews({ track, watch, state }: ViewSources): SessionViews {
  let cached: { revision: number; world: World } | null = null

  function world(): World {
    const { revision } = state()
    if (cached?.revision !== revision) {
      const objects = watch.snapshot().objects.filter((object) => object.kind !== 'Pod' || !isTwin(object))
      cached = { revision, world: createWorld(objects) }
    }
    return cached.world
  }

  const { sources, services } = track.topology
  const isSource = (endpoint: { namespace: string; labels: Readonly<Record<string, string>> }) =>
    sources.some(
      (source) => source.namespace === endpoint.namespace && matchLabelSelector(source.selector, endpoint.labels),
    )
  const isService = (service: { namespace: string; name: string }) =>
    services.some((known) => known.namespace === service.namespace && known.name === service.name)

  return {
    matrix: (): MatrixView => {
      const seen = measuredPairs(state().run)
      return matrixView(world(), {
        sources: isSource,
        services: isService,
        measured: (from, to) => seen.get(`${from} ${to}`) ?? null,
      })
    },
    board: (): BoardView => {
      throw new Error('not there yet')
    },
    flows: (): FlowsView => {
      throw new Error('not there yet')
    },
    explain: (): ExplainView => {
      throw new Error('not there yet')
    },
  }
}

/** `from to` -> what the latest proof that tried the pair saw. */
export function measuredPairs(run: RunState): Map<string, string> {
  const seen = new Map<string, string>()
  for (const number of [...run.steps.keys()].sort((a, b) => a - b)) {
    for (const row of run.steps.get(number)!.probes.values()) {
      if (row.actual !== null && row.probe.tool === 'nc' && row.probe.to.service)
        seen.set(`${row.probe.from.workload} ${row.probe.to.service}`, row.actual)
    }
  }
  return seen
}
