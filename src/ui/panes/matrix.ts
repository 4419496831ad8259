import { escapeControl } from '../../errors/escape.ts'
import type { MatrixRow, MatrixView } from '../../policy/views.types.ts'
import { padToWidth } from '../../text/width.ts'
import { fillLine, fitLine, type Line, type Span } from '../lines/line.ts'
import { windowAround } from '../lines/window.ts'
import type { Tone } from '../theme.ts'
import type { UiState } from '../ui-state.ts'
import { decisionText, outcomeWords, plural } from '../words.ts'
import {
  type CellKind,
  cellGlyphs,
  cellKind,
  type Grid,
  gridCounts,
  matrixGrid,
  shortNames,
  sourceOf,
} from './matrix-grid.ts'
import type { PaneBox, PaneModel } from './pane.ts'

/** Every source to every service: predicted by the policies, measured by the last probes, differences marked. */
export function matrixPane(view: MatrixView, ui: UiState, box: PaneBox): PaneModel {
  const grid = matrixGrid(view, ui.filters.matrix ?? '')
  const cursor = matrixCursor(ui, grid)
  const height = Math.max(1, box.height - 1)
  const names = nameWidth(grid)
  const detail = detailLines(grid, cursor, box.width)
  const rows = Math.max(1, height - 1 - detail.length)
  const cellWidth = cellWidthOf(grid, names, box.width)
  const shownColumns = Math.max(1, Math.floor((box.width - names - 3) / cellWidth))
  const columnWindow = windowAround(cursor.column, 0, grid.targets.length, shownColumns)
  const targets = grid.targets.slice(columnWindow.from, columnWindow.to)
  const rowWindow = windowAround(cursor.row, ui.offsets.matrix ?? 0, grid.sources.length, rows)
  const lines: Line[] = [headLine(targets, names, cellWidth, grid.targets[cursor.column])]
  for (let index = rowWindow.from; index < rowWindow.to; index += 1)
    lines.push(rowLine(grid, index, targets, cursor, names, cellWidth))
  if (grid.sources.length === 0 || grid.targets.length === 0) {
    lines.push([
      {
        text:
          view.rows.length === 0
            ? ' Nothing to show yet: the shop is not deployed.'
            : ' Nothing matches the filter; esc drops it.',
        dim: true,
      },
    ])
  }
  while (lines.length < height - detail.length) lines.push([])
  const counts = gridCounts(view)
  return {
    id: 'matrix',
    title: [
      { text: 'matrix' },
      { text: `  ${counts.open} open, ${counts.blocked} blocked of ${counts.total}` },
      ...(counts.differs > 0 ? [{ text: `  ! ${plural(counts.differs, 'difference')}`, tone: 'wrong' as const }] : []),
    ],
    status: [
      ui.filters.matrix ? `filter: ${ui.filters.matrix}` : '',
      grid.sources.length > rows ? `${cursor.row + 1}/${grid.sources.length}` : '',
    ]
      .filter((text) => text !== '')
      .join('  '),
    width: box.width,
    height,
    lines: [...lines, ...detail].slice(0, height).map((row) => fitLine(row, box.width)),
    focused: box.focused,
    scroll: { kind: 'list', count: grid.sources.length, page: rows, at: cursor.row },
  }
}

export function matrixCursor(ui: UiState, grid: Grid): { row: number; column: number } {
  return {
    row: Math.max(0, Math.min(ui.cursors.matrix ?? 0, grid.sources.length - 1)),
    column: Math.max(0, Math.min(ui.cursors['matrix:column'] ?? 0, grid.targets.length - 1)),
  }
}

export function matrixSelected(view: MatrixView, ui: UiState): MatrixRow | null {
  const grid = matrixGrid(view, ui.filters.matrix ?? '')
  const { row, column } = matrixCursor(ui, grid)
  return grid.cell(grid.sources[row] ?? '', grid.targets[column] ?? '')
}

/** The whole matrix without a cursor, for reading; cut where the width ends. */
export function plainMatrix(view: MatrixView, width: number): Line[] {
  const grid = matrixGrid(view, '')
  const names = nameWidth(grid)
  const cellWidth = cellWidthOf(grid, names, width)
  const nowhere = { row: -1, column: -1 }
  return [
    headLine(grid.targets, names, cellWidth, undefined),
    ...grid.sources.map((_, index) => rowLine(grid, index, grid.targets, nowhere, names, cellWidth)),
    [legendOf(width)],
  ].map((line) => fitLine(line, width))
}

function nameWidth(grid: Grid): number {
  return Math.min(24, Math.max(8, ...grid.sources.map((name) => name.length)))
}

function cellWidthOf(grid: Grid, names: number, width: number): number {
  const longest = Math.max(0, ...grid.targets.map((name) => name.length))
  return Math.max(
    3,
    Math.min(Math.max(longest + 1, 6), Math.floor((width - names - 3) / Math.max(1, grid.targets.length))),
  )
}

function legendOf(width: number): Span {
  const text = ' ● open  × blocked (measured)   ○ open  · blocked (predicted)   ! differs'
  return { text: width < text.length ? ' ● × measured  ○ · predicted  ! differs' : text, dim: true }
}

function headLine(targets: readonly string[], names: number, cellWidth: number, current: string | undefined): Line {
  const short = shortNames(targets, cellWidth - 1)
  return [
    { text: `   ${' '.repeat(names)}` },
    ...targets.map(
      (target, index): Span => ({
        text: padToWidth(escapeControl(short[index] ?? ''), cellWidth),
        bold: target === current,
        dim: target !== current,
      }),
    ),
  ]
}

const cellTones: Partial<Record<CellKind, Tone>> = {
  open: 'ok',
  'open-measured': 'ok',
  differs: 'wrong',
  undecided: 'warn',
}

function rowLine(
  grid: Grid,
  index: number,
  targets: readonly string[],
  cursor: { row: number; column: number },
  names: number,
  cellWidth: number,
): Line {
  const source = grid.sources[index] ?? ''
  const here = index === cursor.row
  const spans: Span[] = [
    { text: here ? ' › ' : '   ', tone: 'accent' },
    { text: padToWidth(escapeControl(source), names), bold: here },
  ]
  for (const target of targets) {
    const kind = cellKind(grid.cell(source, target))
    const selected = here && target === grid.targets[cursor.column]
    const tone = cellTones[kind]
    const glyph: Span = {
      text: cellGlyphs[kind],
      bold: selected || kind === 'differs',
      dim: kind === 'blocked' || kind === 'blocked-measured',
      ...(tone ? { tone } : {}),
    }
    // Brackets, so that the cursor shows without inverse video.
    if (selected)
      spans.push(
        { text: '[', tone: 'accent', bold: true },
        { ...glyph, dim: false },
        { text: ']', tone: 'accent', bold: true },
        { text: ' '.repeat(cellWidth - 3) },
      )
    else spans.push({ text: ' ' }, glyph, { text: ' '.repeat(cellWidth - 2) })
  }
  return spans
}

function detailLines(grid: Grid, cursor: { row: number; column: number }, width: number): Line[] {
  const source = grid.sources[cursor.row]
  const cell = grid.cell(source ?? '', grid.targets[cursor.column] ?? '')
  const isNarrow = width < 80
  // As high as that of a flow: the rows above stay where they are.
  const none = source === undefined ? '' : ` No flow: ${escapeControl(source)} is not tried against its own Service.`
  if (!cell) return [[legendOf(width)], [{ text: none }], ...(isNarrow ? [[]] : []), [], []]
  const port = cell.podPort === cell.port ? `${cell.port}` : `${cell.port} (pod port ${cell.podPort})`
  const measured =
    cell.measured === null
      ? 'not measured yet'
      : `measured ${outcomeWords[cell.measured as keyof typeof outcomeWords] ?? escapeControl(cell.measured)}`
  const flow = { text: ` ${escapeControl(sourceOf(cell))} → ${escapeControl(cell.to.service)}:${port}`, bold: true }
  const outcome = { text: `   predicted ${cell.predicted}, ${measured}` }
  return [
    [legendOf(width)],
    ...(isNarrow ? [[flow], [outcome]] : [fillLine([flow, outcome], width)]),
    [{ text: '   leaving   ', dim: true }, ...traceSpans(cell.why.egress)],
    [{ text: '   arriving  ', dim: true }, ...traceSpans(cell.why.ingress)],
  ]
}

function traceSpans(trace: MatrixRow['why']['egress']): Span[] {
  if (trace.undecided) return [{ text: `undecided: ${escapeControl(trace.undecided)}`, tone: 'warn' }]
  const before = trace.enforced.slice(0, -1).map(decisionText)
  return [
    { text: trace.verdict === 'deny' ? 'deny   ' : 'allow  ', tone: trace.verdict === 'deny' ? 'wrong' : 'ok' },
    { text: decisionText(trace.enforced.at(-1)) },
    { text: before.length > 0 ? `, passed on by ${before.join(', ')}` : '', dim: true },
  ]
}
