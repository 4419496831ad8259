import type { FlowRow, FlowsView } from '../policy/views.types.ts'
import { actualWord, plural } from '../text/words.ts'
import { tableText } from './table-text.ts'
import { targetText } from './target-text.ts'

/** Callers named before the rest is counted; `-o json` has all. */
const callersMost = 12

/** Who talks to whom: declared flows as a table, then what else is open, by target. Not escaped. */
export function flowsText({ rows, notes }: FlowsView): string {
  const declared = rows.filter((row) => row.declared !== null)
  const others = rows.filter((row) => row.declared === null)
  const parts = [
    declared.length === 0
      ? 'No workload declares a flow: no variable of a pod holds the address of a Service here.\n'
      : tableText(['FROM', 'TO', 'POLICY', 'SEEN', 'DECLARED BY'], declared.map(cells)),
    undeclaredText(others),
    notes.map((note) => `note: ${note}\n`).join(''),
  ]
  return parts.join('')
}

function cells(row: FlowRow): string[] {
  return [row.from, targetOf(row), row.allowed, row.seen === null ? '-' : actualWord(row.seen), row.declared ?? '-']
}

/** The Service's port, with the pod's where policies see another one. */
function targetOf({ to, port, podPort }: FlowRow): string {
  return podPort === port ? targetText(to, port) : `${targetText(to, port)} (pod ${podPort})`
}

function undeclaredText(rows: readonly FlowRow[]): string {
  if (rows.length === 0) return '\nNothing is open that nobody declares.\n'
  const byTarget = new Map<string, FlowRow[]>()
  for (const row of rows) byTarget.set(targetOf(row), [...(byTarget.get(targetOf(row)) ?? []), row])
  const lines = [...byTarget].map(([target, callers]) => {
    const names = callers.map(
      ({ from, seen, allowed }) => `${from}${seen === 'open' && allowed !== 'open' ? ' (seen)' : ''}`,
    )
    const more = names.length - callersMost
    return `  ${target} from ${names.slice(0, callersMost).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  })
  return `\nOpen, and declared by nobody (${plural(rows.length, 'flow')}):\n${lines.join('\n')}\n`
}
