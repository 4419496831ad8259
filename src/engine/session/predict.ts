/** Which pairs an action would open or close; nothing is applied. */
import type { KubeObject } from '../../cluster/port.ts'
import type { MatrixRow, MatrixView, PredictedFlow, PredictView } from '../../policy/views.types.ts'
import { createWorld, type World } from '../../policy/world.ts'
import { whyText } from '../../text/why.ts'
import type { Action } from '../../workshop/step.ts'
import type { EngineFiles } from '../deps.ts'
import { labelled } from '../labelled.ts'
import { refKey, refOf } from '../snapshot.ts'

/** null when the action changes nothing that policy looks at. */
export function predictChange(
  action: Action,
  objects: readonly KubeObject[],
  files: EngineFiles,
  matrixOf: (world: World) => MatrixView,
): PredictView | null {
  const after = changed(action, objects, files)
  if (!after) return null
  const before = new Map(matrixOf(createWorld(objects)).rows.map((row) => [rowKey(row), row]))
  const view: PredictView = { opens: [], closes: [], redecided: 0, unchanged: [] }
  for (const row of matrixOf(createWorld(after)).rows) {
    const old = before.get(rowKey(row))
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

/** The objects as they would be after the action; null when it changes nothing that policy looks at. */
export function changed(action: Action, objects: readonly KubeObject[], files: EngineFiles): KubeObject[] | null {
  switch (action.kind) {
    case 'apply': {
      const applied = files.objects(action.manifest)
      const keys = new Set(applied.map((object) => refKey(refOf(object))))
      return [...objects.filter((object) => !keys.has(refKey(refOf(object)))), ...applied]
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
