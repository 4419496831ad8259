import { escapeControl } from '../../errors/escape.ts'
import type { FlowRow, FlowsView } from '../../policy/views.types.ts'
import { padToWidth } from '../../text/width.ts'
import type { Line } from '../lines/line.ts'
import { remember } from '../lines/remember.ts'
import { glyphs } from '../theme.ts'
import type { UiState } from '../ui-state.ts'
import { decidingText, outcomeWords } from '../words.ts'
import { listPane, type PaneBox, type PaneModel } from './pane.ts'

/** Declared flows first: they are what the shop needs; the rest is what policy lets through beyond that. */
export const shownFlows = remember((view: FlowsView, filter: string): readonly FlowRow[] => {
  const wanted = filter.toLowerCase()
  const rows = view.rows.filter((row) =>
    `${row.from} ${row.to}:${row.port} ${row.declared ?? ''} ${row.allowed} ${row.seen ?? ''}`
      .toLowerCase()
      .includes(wanted),
  )
  return [...rows.filter((row) => row.declared !== null), ...rows.filter((row) => row.declared === null)]
})

/** Who talks to whom: declared by the workloads' environment, allowed by policy, seen by the probes. */
export function flowsPane(view: FlowsView, ui: UiState, box: PaneBox): PaneModel {
  const filter = ui.filters.flows ?? ''
  const rows = shownFlows(view, filter)
  const cursor = Math.max(0, Math.min(ui.cursors.flows ?? 0, rows.length - 1))
  // Where it is narrow the names come first, and the line below the list says who declares the flow.
  const declared = box.width < 100 ? 3 : Math.min(40, box.width - 78)
  const flow = Math.max(24, Math.min(54, box.width - declared - 27))
  const needed = view.rows.filter((row) => row.declared !== null)
  return listPane(ui, box, {
    id: 'flows',
    title: [
      { text: 'flows' },
      {
        text: `  ${needed.length} declared, ${needed.filter((row) => row.allowed === 'open').length} of them allowed; ${view.rows.filter((row) => row.declared === null && row.allowed === 'open').length} open that nobody declared`,
      },
    ],
    ...(filter ? { status: `filter: ${filter} (${rows.length})` } : {}),
    count: rows.length,
    cursor,
    head: [
      [
        {
          text: `   ${padToWidth('from → to', flow)} ${padToWidth(declared < 11 ? 'env' : 'declared by', declared)} ${padToWidth('policy', 11)} seen`,
          dim: true,
        },
      ],
    ],
    row: (index, here) => flowLine(rows[index], here, flow, declared),
    foot: rows[cursor] ? footLines(rows[cursor], box.width) : [],
    empty: [
      {
        text:
          view.rows.length === 0
            ? ' Nothing to show yet: the shop is not deployed.'
            : ' Nothing matches the filter; esc drops it.',
        dim: true,
      },
    ],
  })
}

/** Of the selected flow: who says it is needed, and who decides. */
function footLines(row: FlowRow, width: number): Line[] {
  const declared =
    row.declared === null
      ? `nobody declares it: no variable of ${row.from} names ${row.to}`
      : `${row.from} declares it: ${row.declared}`
  return [
    [{ text: glyphs.rule.repeat(Math.min(width, 20)), dim: true }],
    [{ text: ` ${escapeControl(declared)}`, dim: true }],
    [{ text: ' why  ', dim: true }, { text: row.why ? decidingText(row.why) : '' }],
  ]
}

function flowLine(row: FlowRow | undefined, here: boolean, flow: number, declared: number): Line {
  if (!row) return []
  const port = row.podPort === row.port ? `${row.port}` : `${row.port}→${row.podPort}`
  const missing = row.declared !== null && row.allowed === 'blocked'
  const surplus = row.declared === null && row.allowed === 'open'
  const seen = row.seen === null ? '' : (outcomeWords[row.seen as keyof typeof outcomeWords] ?? escapeControl(row.seen))
  return [
    { text: here ? ' › ' : '   ', tone: 'accent' },
    { text: padToWidth(`${escapeControl(row.from)} → ${escapeControl(row.to)}:${port}`, flow), bold: here },
    {
      text: ` ${padToWidth(row.declared === null ? '-' : declared < 11 ? '✓' : escapeControl(row.declared), declared)}`,
      dim: true,
    },
    {
      text: ` ${padToWidth(missing ? '✗ blocked' : surplus ? '+ open' : row.allowed === 'open' ? '✓ open' : row.allowed, 11)}`,
      ...(missing
        ? { tone: 'wrong' as const }
        : surplus
          ? { tone: 'warn' as const }
          : row.allowed === 'open'
            ? { tone: 'ok' as const }
            : { dim: true }),
    },
    { text: ` ${seen}` },
  ]
}
