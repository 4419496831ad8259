import type { AddressBook } from './address.ts'
import { decideCell, isSelf } from './cell.ts'
import type { Endpoint } from './endpoint.ts'
import type { PolicyList } from './policy-set.ts'
import { type SourceGroup, sourceGroups } from './source-groups.ts'
import { serviceTargets, type Target } from './targets.ts'
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
  const cells =
    options.sources || options.services
      ? makeCells(world, sources, targets, null)
      : rememberedCells(world, sources, targets)
  const present = cells.rows.filter((row) => row !== null)
  return {
    sources: sources.map(({ label }) => label),
    targets: targets.map(({ label }) => label),
    rows: options.measured ? present.map((row) => withMeasured(row, options.measured!)) : present,
    notes: [...world.notes],
  }
}

function withMeasured(row: MatrixRow, measured: NonNullable<MatrixOptions['measured']>): MatrixRow {
  return { ...row, measured: measured(row.from.label ?? row.from.workload, row.to.label ?? row.to.service) }
}

/** The cells of a world, source by source, and the policies they were decided by. */
interface Cells {
  sources: readonly SourceGroup[]
  targets: readonly Target[]
  egress: PolicyList[]
  ingress: (PolicyList | null)[][]
  /** Null where a source is itself all there is behind the Service. */
  rows: (MatrixRow | null)[]
}

/** The last matrix of each set of endpoints: after a change only cells with other policies at an end are decided again. */
const lastCells = new WeakMap<AddressBook, Cells>()

function rememberedCells(world: World, sources: readonly SourceGroup[], targets: readonly Target[]): Cells {
  const last = lastCells.get(world.addresses)
  const cells = makeCells(world, sources, targets, last?.sources === sources && last.targets === targets ? last : null)
  lastCells.set(world.addresses, cells)
  return cells
}

function makeCells(
  world: World,
  sources: readonly SourceGroup[],
  targets: readonly Target[],
  last: Cells | null,
): Cells {
  const egress = sources.map(({ one }) => world.policies.listFor(one.labelClass, 'egress'))
  const ingress = targets.map(({ backends }) =>
    backends.map(({ endpoint }) => endpoint && world.policies.listFor(endpoint.labelClass, 'ingress')),
  )
  const sameColumn = targets.map(
    (_target, column) => last !== null && sameLists(last.ingress[column]!, ingress[column]!),
  )
  const to = targets.map(({ namespace, service, label }) => ({ namespace, service, label }))
  const rows: (MatrixRow | null)[] = []
  for (const [line, source] of sources.entries()) {
    const sameLine = last !== null && last.egress[line] === egress[line]
    const { namespace, workload, label } = source
    const from = { namespace, workload, label, pods: source.endpoints.map(({ name }) => name) }
    for (const [column, target] of targets.entries()) {
      if (sameLine && sameColumn[column]) {
        rows.push(last.rows[line * targets.length + column]!)
      } else {
        rows.push(isSelf(source, target) ? null : makeRow(world, source, target, from, to[column]!))
      }
    }
  }
  return { sources, targets, egress, ingress, rows }
}

function sameLists(left: readonly (PolicyList | null)[], right: readonly (PolicyList | null)[]): boolean {
  return left.length === right.length && left.every((list, index) => list === right[index])
}

function makeRow(
  world: World,
  source: SourceGroup,
  target: Target,
  from: MatrixRow['from'],
  to: MatrixRow['to'],
): MatrixRow {
  const { verdict, egress, ingress, podPort } = decideCell(world, source, target)
  return {
    from,
    to,
    port: target.port,
    podPort,
    protocol: target.protocol,
    predicted: verdict === 'allow' ? 'open' : verdict === 'deny' ? 'blocked' : 'undecided',
    measured: null,
    why: { egress, ingress },
  }
}

/** The rows whose prediction differs from another state's, also those only one of them has. */
export function differentRows(
  view: MatrixView,
  base: MatrixView,
): { before: MatrixRow | null; after: MatrixRow | null }[] {
  const key = (row: MatrixRow) =>
    [row.from.namespace, row.from.label, row.to.namespace, row.to.label, row.port, row.protocol].join('\n')
  const before = new Map(base.rows.map((row) => [key(row), row]))
  const after = new Map(view.rows.map((row) => [key(row), row]))
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((id) => ({ before: before.get(id) ?? null, after: after.get(id) ?? null }))
    .filter((pair) => pair.before?.predicted !== pair.after?.predicted)
}
