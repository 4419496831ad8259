import type { FlowRow, FlowsView } from '../policy/views.types.ts'
import { displayWidth } from '../text/width.ts'
import { actualWord, plural } from '../text/words.ts'
import { tableText } from './table-text.ts'
import { targetText } from './target-text.ts'

/** Callers named before the rest is counted; `-o json` has all. */
const callersMost = 12
const targetsMost = 40

/**
 * Who talks to whom: declared flows as a table, by source where a terminal of `columns` is too narrow for it, then what
 * else is open, by target. Not escaped.
 */
export function flowsText({ rows, notes }: FlowsView, columns: number | null = null): string {
  const declared = rows.filter((row) => row.declared !== null)
  const others = rows.filter((row) => row.declared === null)
  const parts = [
    declared.length === 0
      ? 'No workload declares a flow: no variable of a pod holds the address of a Service here.\n'
      : declaredText(declared, columns),
    undeclaredText(others),
    notes.map((note) => `note: ${note}\n`).join(''),
  ]
  return parts.join('')
}

function declaredText(rows: readonly FlowRow[], columns: number | null): string {
  const head = ['TO', 'POLICY', 'SEEN', 'DECLARED BY']
  const table = tableText(['FROM', ...head], rows.map(cells))
  if (columns === null || table.split('\n').every((line) => displayWidth(line) <= columns)) return table
  let from = ''
  const bySource = rows.flatMap((row) => {
    const line = ['', ...cells(row).slice(1)]
    if (row.from === from) return [line]
    from = row.from
    return [[from], line]
  })
  return narrowTable(['', ...head], bySource)
}

/** A line of one cell heads those after it and makes no column wider. */
function narrowTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = tableText(
    head,
    rows.map((row) => (row.length === 1 ? [''] : row)),
  ).split('\n')
  return lines.map((line, index) => (rows[index - 1]?.length === 1 ? rows[index - 1]![0] : line)).join('\n')
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
  const more = lines.length - targetsMost
  const shown = [...lines.slice(0, targetsMost), ...(more > 0 ? [`  and ${more} more targets; -o json has all`] : [])]
  return `\nOpen, and declared by nobody (${plural(rows.length, 'flow')}):\n${shown.join('\n')}\n`
}
