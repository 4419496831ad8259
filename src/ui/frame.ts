/** A whole screen as lines, from a snapshot and nothing else: the same values give the same frame. */

import { bodyColumns, bodyRows, stepColumnWidth } from './layout.ts'
import { fillLine, fitLine, type Line, safeLine, trimLine } from './lines/line.ts'
import { bannerLines, headerLine } from './panes/header.ts'
import { keyLine } from './panes/key-line.ts'
import { messageLines } from './panes/message.ts'
import type { PaneModel } from './panes/pane.ts'
import { stepLines } from './panes/steps.ts'
import { glyphs } from './theme.ts'
import type { UiState } from './ui-state.ts'
import type { Size, World } from './world.ts'

export interface Frame {
  lines: readonly Line[]
  /** The panes shown, for the keys. */
  panes: readonly PaneModel[]
  focus: PaneModel | null
}

export function buildFrame(world: World, ui: UiState, size: Size): Frame {
  const width = Math.max(1, size.columns)
  const height = Math.max(1, size.rows)
  const banners = height >= 12 ? bannerLines(world, width, height >= 30 ? 6 : 4) : []
  const message = messageLines(world, ui, width)
  const chrome = 2 + banners.length + message.length
  const rows = Math.max(0, height - chrome)
  const steps = stepColumnWidth(world, ui, width)
  const bodyWidth = width - (steps > 0 ? steps + 2 : 0)
  const columns = bodyColumns(world, ui, { width: bodyWidth, rows })
  const left = steps > 0 ? stepLines(world, steps, rows) : []
  const body: Line[] = []
  const drawn = columns.map((column) => bodyRows(column))
  for (let row = 0; row < rows; row += 1) {
    const line: Line[] = []
    if (steps > 0) line.push(fillLine(left[row] ?? [], steps), [{ text: `${glyphs.bar} `, dim: true }])
    for (const [index, column] of columns.entries()) {
      if (index > 0) line.push([{ text: ` ${glyphs.bar} `, dim: true }])
      line.push(fillLine(drawn[index]?.[row] ?? [], column.width))
    }
    body.push(line.flat())
  }
  const panes = columns.flatMap((column) => column.panes)
  const focus = panes.find((pane) => pane.focused) ?? null
  return {
    lines: [headerLine(world, ui, width), ...banners, ...body, ...message, keyLine(world, ui, width, focus)]
      .slice(0, height)
      .map((line) => trimLine(fitLine(safeLine(line), width))),
    panes,
    focus,
  }
}
