/** Which pairs an action would open or close; nothing is applied. */
import type { KubeObject } from '../../cluster/port.ts'
import type { MatrixRow, MatrixView, PredictedFlow, PredictView } from '../../policy/views.types.ts'
import { whyText } from '../../text/why.ts'
import type { Action } from '../../workshop/step.ts'
import type { EngineFiles } from '../deps.ts'
import { labelled } from '../labelled.ts'
import { refKey, refOf } from '../snapshot.ts'

/**
 * What the next of these actions would open or close: of the first that does, together with those before it, which alone
 * change nothing. null when none of them is about policy. `one`: only of the very first.
 */
export function predictNext(
  actions: readonly Action[],
  objects: readonly KubeObject[],
  files: EngineFiles,
  matrixOf: (objects: readonly KubeObject[]) => MatrixView,
  one: boolean,
): PredictView | null {
  const before = matrixOf(objects)
  const titles: string[] = []
  let view: PredictView | null = null
  let now = objects
  for (const action of actions) {
    const after = changesPolicy(action, files) ? changed(action, now, files) : null
    if (!after) continue
    titles.push(action.title)
    view = { titles: [...titles], ...compare(before, matrixOf(after)) }
    if (one || view.opens.length + view.closes.length > 0) break
    now = after
  }
  return view
}

function compare(before: MatrixView, after: MatrixView): Omit<PredictView, 'titles'> {
  const olds = new Map(before.rows.map((row) => [rowKey(row), row]))
  const view: Omit<PredictView, 'titles'> = { opens: [], closes: [], redecided: 0, unchanged: [] }
  for (const row of after.rows) {
    const old = olds.get(rowKey(row))
    const flow = toFlow(row)
    if (!old || old.predicted === row.predicted) {
      view.unchanged.push(flow)
      if (old && whyText(old.why) !== flow.why) view.redecided++
    } else if (row.predicted === 'open') view.opens.push(flow)
    else view.closes.push(flow)
  }
  return view
}

function rowKey(row: MatrixRow): string {
  return `${row.from.namespace}/${row.from.workload} ${row.to.namespace}/${row.to.service}:${row.port}`
}

function toFlow(row: MatrixRow): PredictedFlow {
  return {
    from: row.from.label ?? row.from.workload,
    to: row.to.label ?? row.to.service,
    port: row.port,
    why: whyText(row.why),
  }
}

const deciding = new Set([
  'Tier',
  'GlobalNetworkPolicy',
  'NetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'GlobalNetworkSet',
  'NetworkSet',
])

/** Whether it is about who may talk to whom: labels are identity, so they count as well. */
export function changesPolicy(action: Action, files: EngineFiles): boolean {
  if (action.kind === 'label') return true
  if (action.kind !== 'apply' && action.kind !== 'delete') return false
  return (
    (action.kind === 'apply' && action.written === true) ||
    files.objects(action.manifest).some(({ kind }) => deciding.has(kind))
  )
}

/** The objects with these put among them, each in place of the one of its name. */
export function withApplied(objects: readonly KubeObject[], applied: readonly KubeObject[]): KubeObject[] {
  const keys = new Set(applied.map((object) => refKey(refOf(object))))
  return [...objects.filter((object) => !keys.has(refKey(refOf(object)))), ...applied]
}

/** The objects as they would be after the action; null when it changes nothing that policy looks at. */
export function changed(action: Action, objects: readonly KubeObject[], files: EngineFiles): KubeObject[] | null {
  switch (action.kind) {
    case 'apply': {
      return withApplied(objects, files.objects(action.manifest))
    }
    case 'delete': {
      const keys = new Set(files.objects(action.manifest).map((object) => refKey(refOf(object))))
      return objects.filter((object) => !keys.has(refKey(refOf(object))))
    }
    case 'label': {
      const chosen = new Set(labelled(objects, action))
      return objects.map((object) => (chosen.has(object) ? withLabels(object, action.labels) : object))
    }
    default:
      return null
  }
}

function withLabels(object: KubeObject, labels: Readonly<Record<string, string | null>>): KubeObject {
  const merged: Record<string, string> = { ...object.metadata.labels }
  for (const [key, value] of Object.entries(labels)) {
    if (value === null) delete merged[key]
    else merged[key] = value
  }
  return { ...object, metadata: { ...object.metadata, labels: merged } }
}
