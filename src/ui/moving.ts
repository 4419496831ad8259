/** Scrolling and cursors, in whatever has the keys. */
import type { Host } from './host.ts'
import { beyond } from './lines/table.ts'
import { clampOffset, moveCursor } from './lines/window.ts'
import { boardCursor } from './panes/board.ts'
import { matrixCursor } from './panes/matrix.ts'
import { matrixGrid } from './panes/matrix-grid.ts'
import { outputShift } from './panes/overlay.ts'
import { placeCursor } from './panes/start.ts'
import { withCursor, withOffset } from './ui-state.ts'
import { boardView, matrixView } from './views.ts'

export type Motion = 1 | -1 | 'page-down' | 'page-up' | 'home' | 'end'

export function move(host: Host, motion: Motion) {
  const { ui } = host
  const { phase, question } = host.world()
  if (phase.kind === 'start' && !question && !ui.get().overlay) {
    const by = motion === 'page-down' ? 5 : motion === 'page-up' ? -5 : motion
    return ui.update((state) =>
      withCursor(state, 'start', moveCursor(placeCursor(state, phase.places), by, phase.places.length)),
    )
  }
  const pane = host.frame().focus
  if (!pane) return
  const { kind, count, page, at } = pane.scroll
  const by = motion === 'page-down' ? page : motion === 'page-up' ? -page : motion
  if (kind === 'doc') {
    const offset = by === 'home' ? 0 : by === 'end' ? count : at + by
    return ui.update((state) => withOffset(state, pane.id, clampOffset(offset, count, page)))
  }
  ui.update((state) => {
    const cursor = moveCursor(at, by, count)
    const from = clampOffset(state.offsets[pane.id] ?? 0, count, page)
    const offset = cursor < from ? cursor : cursor >= from + page ? cursor - page + 1 : from
    return { ...withCursor(state, pane.id, cursor), ...withOffset(state, pane.id, offset) }
  })
}

/** Left and right inside the matrix and the board; false where there is nothing to the side. */
export function moveSideways(host: Host, by: 1 | -1): boolean {
  const { ui } = host
  const state = ui.get()
  if (state.overlay?.kind === 'output') {
    const most = beyond(state.overlay.text, host.frame().focus?.width ?? 0)
    const at = Math.max(0, Math.min(most, (state.offsets[outputShift] ?? 0) + by * 16))
    ui.update((current) => withOffset(current, outputShift, at))
    return true
  }
  if (state.overlay) return true
  const world = host.world()
  if (state.view === 'matrix') {
    const asked = matrixView(world)
    if (!asked.ok) return true
    const grid = matrixGrid(asked.view, state.filters.matrix ?? '')
    ui.update((current) =>
      withCursor(current, 'matrix:column', moveCursor(matrixCursor(current, grid).column, by, grid.targets.length)),
    )
    return true
  }
  if (state.view === 'board') {
    const asked = boardView(world)
    if (!asked.ok) return true
    ui.update((current) => {
      const tier = moveCursor(boardCursor(current, asked.view).tier, by, asked.view.tiers.length)
      return { cursors: { ...current.cursors, 'board:tier': tier, board: 0 } }
    })
    return true
  }
  return state.view !== 'lesson'
}
