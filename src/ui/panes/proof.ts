import type { DetailMark } from '../../engine/events.ts'
import type { ProbeRow } from '../../engine/state.ts'
import { escapeControl } from '../../errors/escape.ts'
import { displayWidth, padToWidth, truncateToWidth } from '../../text/width.ts'
import { fillLine, justify, type Line, type Span } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import { glyphs } from '../theme.ts'
import type { UiState } from '../ui-state.ts'
import { decidingText, duration, outcomeWords, plural, probeFrom, probeTo } from '../words.ts'
import { selectedStep, selectedStepState, type World } from '../world.ts'
import { listPane, type PaneBox, type PaneModel } from './pane.ts'
import { type ProofItem, probeCounts, proofItems } from './proof-items.ts'

/** Expected and actual side by side, filling in live, with the rule that decided. */
export function proofPane(world: World, ui: UiState, box: PaneBox): PaneModel {
  const step = selectedStep(world)
  if (!step)
    return listPane(ui, box, {
      id: 'proof:none',
      title: [{ text: 'proof' }],
      count: 0,
      cursor: 0,
      row: () => [],
      empty: [{ text: 'not connected yet', dim: true }],
    })
  const items = proofItems(step, selectedStepState(world))
  const cursor = proofCursor(world, ui, items)
  const columns = proofColumns(box.width)
  const { ok, wrong, total } = probeCounts(selectedStepState(world))
  const selected = items[cursor]
  return listPane(ui, box, {
    id: `proof:${step.number}`,
    title: [
      { text: 'proof' },
      ...(wrong > 0 ? [{ text: ` ${plural(wrong, 'row')} not as expected: e explains`, tone: 'wrong' as const }] : []),
    ],
    status:
      total > 0 ? `${ok} of ${total} as expected` : isProvedEarlier(world) ? 'proved earlier; p proves it again' : '',
    count: items.length,
    cursor,
    head: total > 0 ? [headLine(columns)] : [],
    row: (index, here) => itemLine(items[index], columns, box.width, here && box.focused),
    foot: box.height >= 9 && selected ? footLines(selected, box.width) : [],
    empty: [{ text: 'This step has no proof of its own.', dim: true }],
  })
}

/** In another session: its rows are not known any more. */
function isProvedEarlier(world: World): boolean {
  const state = selectedStepState(world)
  return state?.status === 'passed' && state.proofs.length === 0
}

/** Until somebody moves the cursor it stands on the first row that is wrong, else on the first connection. */
export function proofCursor(world: World, ui: UiState, items: readonly ProofItem[]): number {
  const step = selectedStep(world)
  const chosen = step ? ui.cursors[`proof:${step.number}`] : undefined
  if (chosen !== undefined) return Math.max(0, Math.min(chosen, items.length - 1))
  const wrong = items.findIndex((item) => item.kind === 'probe' && item.row.ok === false)
  if (wrong >= 0) return wrong
  const trying = items.findIndex((item) => item.kind === 'probe' && item.row.ok === null)
  return trying >= 0
    ? trying
    : Math.max(
        0,
        items.findIndex((item) => item.kind === 'probe'),
      )
}

interface Columns {
  flow: number
  expected: number
  actual: number
  why: number
}

function proofColumns(width: number): Columns {
  const expected = 8
  const actual = 14
  const rest = width - 2 - expected - 1 - actual - 1
  // Both names come first; what is left says why, and the line below the table says it whole.
  const why = rest >= 58 ? Math.min(46, Math.max(24, rest - 52)) : 0
  return { flow: rest - (why > 0 ? why + 1 : 0), expected, actual, why }
}

function headLine(columns: Columns): Line {
  const why = columns.why > 0 ? ` ${padToWidth('why', columns.why)}` : ''
  return [
    {
      text: `  ${padToWidth('from → to', columns.flow)} ${padToWidth('expected', columns.expected)} ${padToWidth('actual', columns.actual)}${why}`,
      dim: true,
    },
  ]
}

function itemLine(item: ProofItem | undefined, columns: Columns, width: number, here: boolean): Line {
  switch (item?.kind) {
    case 'stage':
      return [{ text: escapeControl(item.title), bold: true }]
    case 'proof':
      return justify(
        [cursorMark(here), proofMark(item.status), { text: ` ${escapeControl(item.title)}` }],
        [{ text: item.progress === '' ? '' : ` ${item.progress}`, dim: true }],
        width,
      )
    case 'detail':
      return [
        cursorMark(here),
        { text: '  ' },
        detailMark(item.mark),
        { text: ` ${escapeControl(item.text)}`, ...(item.mark === 'wrong' ? { tone: 'wrong' } : { dim: true }) },
      ]
    case 'group':
      return justify(
        [cursorMark(here), { text: ` ${item.title}` }],
        [{ text: ` ${item.ok} of ${item.total}${item.wrong > 0 ? `, ${item.wrong} not` : ''}`, dim: true }],
        width,
      )
    case 'probe':
      return probeLine(item.row, columns, here)
    default:
      return []
  }
}

function probeLine(row: ProbeRow, columns: Columns, here: boolean): Line {
  const why = columns.why > 0 ? ` ${truncateToWidth(shortWhy(row, columns.why), columns.why)}` : ''
  return [
    cursorMark(here),
    { text: ' ' },
    ...fillLine([{ text: flowText(row, columns.flow), bold: here || row.ok === false }], columns.flow),
    { text: ` ${padToWidth(row.expected, columns.expected)} ` },
    ...fillLine([actualSpan(row)], columns.actual),
    { text: why, dim: true },
  ]
}

/** Both ends stay readable: the target keeps its room, the source gives way first. */
function flowText(row: ProbeRow, width: number): string {
  const from = probeFrom(row.probe)
  const to = probeTo(row.probe)
  const tool = row.probe.tool === 'nc' ? '' : ` (${row.probe.tool})`
  const full = `${from} → ${to}${tool}`
  if (full.length <= width) return full
  const room = width - 3
  const toWidth = Math.min((to + tool).length, Math.max(room - 8, Math.ceil(room * 0.6)))
  return `${truncateToWidth(from, room - toWidth)} → ${truncateToWidth(to + tool, toWidth)}`
}

export function actualSpan(row: ProbeRow): Span {
  if (row.ok === null) return { text: row.actual === null ? '· trying' : `· ${outcomeWords[row.actual]}…`, dim: true }
  const word = row.actual === null ? 'not probed' : outcomeWords[row.actual]
  return row.ok ? { text: `${glyphs.passed} ${word}`, tone: 'ok' } : { text: `${glyphs.failed} ${word}`, tone: 'wrong' }
}

/** In a narrow column the tier's name gives way: the policy's own name says more. */
function shortWhy(row: ProbeRow, width: number): string {
  const text = row.remedy && row.ok === false ? escapeControl(row.remedy) : decidingText(row.decidedBy)
  if (text.length <= width) return text
  const short = text.replace(/^end of tier /, 'end of ').replace(/ \((egress|ingress)\)$/, '')
  return short.length <= width ? short : short.replace(/^[\w-]+\.(?=[\w-]+ #)/, '')
}

/** Of the selected line: all of what has no room in it. */
function footLines(item: ProofItem, width: number): Line[] {
  switch (item.kind) {
    case 'probe':
      return detailLines(item.row, width)
    case 'proof':
      return wholeText(`${item.title}${item.progress === '' ? '' : ` (${item.progress})`}`, width)
    case 'detail':
      return wholeText(item.text, width)
    default:
      return []
  }
}

function wholeText(text: string, width: number): Line[] {
  const shown = escapeControl(text)
  if (displayWidth(shown) + 4 <= width) return []
  return [[{ text: glyphs.rule.repeat(Math.min(width, 20)), dim: true }], ...wrapSpans([{ text: shown }], width)]
}

function detailLines(row: ProbeRow, width: number): Line[] {
  const why = decidingText(row.decidedBy)
  const measured =
    row.ok === null
      ? ''
      : [
          row.attempts > 0 ? plural(row.attempts, 'attempt') : '',
          row.convergedMs === null ? '' : duration(row.convergedMs),
        ]
          .filter(Boolean)
          .join(', ')
  const lines: Line[] = [[{ text: glyphs.rule.repeat(Math.min(width, 20)), dim: true }]]
  lines.push([
    { text: 'why  ', dim: true },
    { text: why || 'decided once it is measured' },
    ...(measured ? [{ text: ` · ${measured}`, dim: true }] : []),
  ])
  if (row.remedy && row.ok === false)
    lines.push(...wrapSpans([{ text: escapeControl(row.remedy), tone: 'warn' }], width))
  else if (row.evidence) lines.push(evidenceLine(row.evidence, row.probe.tool, width))
  return lines
}

/** The command where it has room; a piece of it says less than what came out, but for curl, which is asked for numbers. */
function evidenceLine(
  { command, output }: NonNullable<ProbeRow['evidence']>,
  tool: ProbeRow['probe']['tool'],
  width: number,
): Line {
  const shown = escapeControl(command)
  const said = output.trimEnd().split('\n').at(-1) ?? ''
  if (displayWidth(shown) + 2 <= width || said === '' || tool === 'curl')
    return [{ text: `$ ${truncateToWidth(shown, width - 2)}`, dim: true }]
  return [{ text: `said ${truncateToWidth(escapeControl(said), width - 5)}`, dim: true }]
}

function cursorMark(here: boolean): Span {
  return { text: here ? glyphs.cursor : ' ', tone: 'accent' }
}

function detailMark(mark: DetailMark): Span {
  switch (mark) {
    case 'ok':
      return { text: glyphs.passed, tone: 'ok' }
    case 'wrong':
      return { text: glyphs.failed, tone: 'wrong' }
    case 'note':
      return { text: '·', dim: true }
  }
}

function proofMark(status: 'waiting' | 'running' | 'ok' | 'failed' | 'skipped'): Span {
  switch (status) {
    case 'ok':
      return { text: glyphs.passed, tone: 'ok' }
    case 'failed':
      return { text: glyphs.failed, tone: 'wrong' }
    case 'running':
      return { text: glyphs.running, tone: 'warn' }
    case 'skipped':
      return { text: '-', dim: true }
    default:
      return { text: '·', dim: true }
  }
}
