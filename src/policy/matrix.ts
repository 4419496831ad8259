import { decideCell, isSelf } from './cell.ts'
import type { Endpoint } from './endpoint.ts'
import { sourceGroups } from './source-groups.ts'
import { serviceTargets } from './targets.ts'
import type { MatrixRow, MatrixView } from './views.types.ts'
import type { World } from './world.ts'

export interface MatrixOptions {
  sources?: (endpoint: Endpoint) => boolean
  services?: (service: { namespace: string; name: string }) => boolean
  /** What a probe found, by the labels of source and target. */
  measured?: (source: string, target: string) => string | null
}

/** Every source to every Service's port, predicted. Equally labelled pods are one source. */
export function matrixView(world: World, options: MatrixOptions = {}): MatrixView {
  const sources = sourceGroups(world, options.sources)
  const targets = serviceTargets(world, options.services)
  const rows: MatrixRow[] = []
  for (const source of sources) {
    const from = {
      namespace: source.namespace,
      workload: source.workload,
      label: source.label,
      pods: source.endpoints.map(({ name }) => name),
    }
    for (const target of targets) {
      if (isSelf(source, target)) continue
      const { verdict, egress, ingress, podPort } = decideCell(world, source, target)
      rows.push({
        from,
        to: { namespace: target.namespace, service: target.service, label: target.label },
        port: target.port,
        podPort,
        protocol: target.protocol,
        predicted: verdict === 'allow' ? 'open' : verdict === 'deny' ? 'blocked' : 'undecided',
        measured: options.measured?.(source.label, target.label) ?? null,
        why: { egress, ingress },
      })
    }
  }
  return {
    sources: sources.map(({ label }) => label),
    targets: targets.map(({ label }) => label),
    rows,
    notes: [...world.notes],
  }
}

/** The rows whose prediction or deciding rules differ from another state's. */
export function differentRows(
  view: MatrixView,
  base: MatrixView,
): { before: MatrixRow | null; after: MatrixRow | null }[] {
  const key = (row: MatrixRow) => [row.from.label, row.to.label, row.port, row.protocol].join('\n')
  const before = new Map(base.rows.map((row) => [key(row), row]))
  const after = new Map(view.rows.map((row) => [key(row), row]))
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((id) => ({ before: before.get(id) ?? null, after: after.get(id) ?? null }))
    .filter((pair) => pair.before?.predicted !== pair.after?.predicted)
}
