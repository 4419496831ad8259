/** Who gets how much room. At 80x24 the part that matters now is large and the others are small, never gone. */
import { displayWidth } from '../text/width.ts'
import { fillLine, justify, type Line, lineWidth } from './lines/line.ts'
import { actionPane } from './panes/action.ts'
import { boardPane } from './panes/board.ts'
import { failurePane } from './panes/failure.ts'
import { flowsPane } from './panes/flows.ts'
import { lessonPane } from './panes/lesson.ts'
import { logPane } from './panes/log.ts'
import { logBookOf } from './panes/log-book.ts'
import { matrixPane } from './panes/matrix.ts'
import { overlayPane } from './panes/overlay.ts'
import { docPane, type PaneBox, type PaneModel } from './panes/pane.ts'
import { proofPane } from './panes/proof.ts'
import { questionPane } from './panes/question.ts'
import { startPane } from './panes/start.ts'
import { glyphs } from './theme.ts'
import type { Pane, UiState } from './ui-state.ts'
import { type Asked, boardView, flowsView, matrixView } from './views.ts'
import { type StepPhase, selectedNumber, stepPhase, type World } from './world.ts'

export interface Column {
  width: number
  panes: readonly PaneModel[]
}

/** Wide views take the whole width where it is scarce; a terminal too narrow for both drops the steps. */
export function stepColumnWidth(world: World, ui: UiState, width: number): number {
  if (width < 60) return 0
  const longest = Math.max(...world.outline.steps.map((step) => displayWidth(step.title)), 0) + 5
  const room = width >= 160 ? 30 : width >= 110 ? 26 : 20
  const wideView = ui.overlay !== null || (ui.view !== 'lesson' && world.phase.kind === 'ready')
  if (wideView && width < 130) return 0
  return Math.min(Math.max(longest, 12), room)
}

export function bodyColumns(world: World, ui: UiState, area: { width: number; rows: number }): Column[] {
  const whole = (pane: (box: PaneBox) => PaneModel): Column[] => [
    { width: area.width, panes: [pane({ width: area.width, height: area.rows, focused: true })] },
  ]
  if (world.question) return whole((box) => questionPane(world, ui, box))
  const { overlay } = ui
  if (overlay) return whole((box) => overlayPane(world, ui, overlay, box))
  if (world.phase.kind === 'start') return whole((box) => startPane(world, ui, box))
  if (world.phase.kind === 'failed') return whole((box) => failurePane(world, ui, box))
  switch (world.phase.kind === 'ready' ? ui.view : 'lesson') {
    case 'matrix':
      return whole((box) => viewPane(matrixView(world), ui, box, 'matrix', (view) => matrixPane(view, ui, box)))
    case 'board':
      return whole((box) =>
        viewPane(boardView(world), ui, box, 'board', (view) => boardPane(view, ui, box, selectedNumber(world))),
      )
    case 'flows':
      return whole((box) => viewPane(flowsView(world), ui, box, 'flows', (view) => flowsPane(view, ui, box)))
    case 'log':
      return whole((box) => logPane(logBookOf(world), ui, box))
    default:
      return lessonColumns(world, ui, area)
  }
}

function viewPane<View>(
  asked: Asked<View>,
  ui: UiState,
  box: PaneBox,
  id: string,
  show: (view: View) => PaneModel,
): PaneModel {
  if (asked.ok) return show(asked.view)
  return docPane(ui, box, {
    id,
    title: [{ text: id }],
    lines: [[{ text: asked.message, dim: true }], ...(asked.hint ? [[{ text: asked.hint }]] : [])],
  })
}

/** Share of the height by what is going on: reading, running, proving. */
const shares: Readonly<Record<StepPhase, Readonly<Record<Pane, number>>>> = {
  read: { lesson: 5, action: 3, proof: 2 },
  act: { lesson: 3, action: 5, proof: 2 },
  prove: { lesson: 2, action: 2, proof: 6 },
  passed: { lesson: 5, action: 1, proof: 4 },
  failed: { lesson: 2, action: 3, proof: 5 },
}

const panesInOrder = ['lesson', 'action', 'proof'] as const

export function focusedPane(world: World, ui: UiState): Pane {
  if (ui.pane) return ui.pane
  const phase = stepPhase(world)
  if (phase === 'failed') return world.state?.nextAction ? 'action' : 'proof'
  return phase === 'act' ? 'action' : phase === 'prove' ? 'proof' : 'lesson'
}

function lessonColumns(world: World, ui: UiState, area: { width: number; rows: number }): Column[] {
  const focus = focusedPane(world, ui)
  const share = { ...shares[stepPhase(world)] }
  if (ui.pane) share[ui.pane] = Math.max(share[ui.pane], 6)
  const draw = (pane: Pane, box: PaneBox): PaneModel => {
    if (pane === 'lesson') return lessonPane(world, ui, box)
    return pane === 'action' ? actionPane(world, ui, box) : proofPane(world, ui, box)
  }
  if (area.width >= 140) {
    const leftWidth = Math.min(94, Math.floor(area.width * 0.46))
    const rightWidth = area.width - leftWidth - 3
    const [lessonRows = 0, actionRows = 0] = divide(area.rows, [share.lesson, share.action + 1])
    return [
      {
        width: leftWidth,
        panes: [
          draw('lesson', { width: leftWidth, height: lessonRows, focused: focus === 'lesson' }),
          draw('action', { width: leftWidth, height: actionRows, focused: focus === 'action' }),
        ],
      },
      {
        width: rightWidth,
        panes: [draw('proof', { width: rightWidth, height: area.rows, focused: focus === 'proof' })],
      },
    ]
  }
  if (area.rows < 10)
    return [{ width: area.width, panes: [draw(focus, { width: area.width, height: area.rows, focused: true })] }]
  const heights = divide(
    area.rows,
    panesInOrder.map((pane) => share[pane]),
  )
  return [
    {
      width: area.width,
      panes: panesInOrder.map((pane, index) =>
        draw(pane, { width: area.width, height: heights[index] ?? 0, focused: focus === pane }),
      ),
    },
  ]
}

/** Whole rows in these proportions, each at least a title and two lines; the largest takes the rest. */
function divide(rows: number, parts: readonly number[]): number[] {
  const least = 3
  const sum = parts.reduce((total, part) => total + part, 0)
  const sizes = parts.map((part) => Math.max(least, Math.floor((rows * part) / sum)))
  const largest = parts.indexOf(Math.max(...parts))
  const used = sizes.reduce((total, size) => total + size, 0)
  sizes[largest] = Math.max(0, (sizes[largest] ?? 0) + rows - used)
  return sizes
}

/** Title row and content of every pane of a column, one below the other. */
export function bodyRows(column: Column): Line[] {
  return column.panes.flatMap((pane, index) => [
    titleLine(pane, index > 0),
    ...Array.from({ length: pane.height }, (_, row) => pane.lines[row] ?? []),
  ])
}

function titleLine(pane: PaneModel, ruled: boolean): Line {
  const mark = pane.focused ? glyphs.cursor : ' '
  const title: Line = [
    { text: `${mark} `, tone: 'accent', bold: true },
    ...pane.title.map((span) => (pane.focused ? { ...span, bold: span.dim !== true } : span)),
  ]
  const status = pane.status === '' ? '' : ` ${pane.status}`
  if (!ruled) return justify(title, [{ text: status, dim: true }], pane.width)
  const left = justify(title, [], Math.min(pane.width, lineWidth(title) + 1))
  const rule = Math.max(0, pane.width - lineWidth(left) - displayWidth(status))
  return fillLine([...left, { text: glyphs.rule.repeat(rule), dim: true }, { text: status, dim: true }], pane.width)
}
