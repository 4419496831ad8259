/** A part of the screen: a title row and the lines that fit below it, with what the keys need to move in it. */

import { fitLine, type Line } from '../lines/line.ts'
import { clampOffset, windowAround } from '../lines/window.ts'
import type { UiState } from '../ui-state.ts'

export interface PaneModel {
  /** Under which the offset and the cursor are remembered. */
  id: string
  title: Line
  /** At the right end of the title row. */
  status: string
  width: number
  /** Rows below the title. */
  height: number
  lines: readonly Line[]
  focused: boolean
  scroll: { kind: 'doc' | 'list'; count: number; page: number; at: number }
}

export interface PaneBox {
  width: number
  /** Rows including the title. */
  height: number
  focused: boolean
}

/** Scrolled text. `follow` is the line to show first until somebody scrolls. */
export function docPane(
  ui: UiState,
  box: PaneBox,
  doc: { id: string; title: Line; lines: readonly Line[]; follow?: number; status?: string },
): PaneModel {
  const height = Math.max(0, box.height - 1)
  const count = doc.lines.length
  const at = clampOffset(ui.offsets[doc.id] ?? doc.follow ?? 0, count, height)
  return {
    id: doc.id,
    title: doc.title,
    status: doc.status ?? pageStatus(at, height, count),
    width: box.width,
    height,
    lines: doc.lines.slice(at, at + height).map((row) => fitLine(row, box.width)),
    focused: box.focused,
    scroll: { kind: 'doc', count, page: height, at },
  }
}

/** Items of one line each, with a cursor. `head` and `foot` stay where they are. */
export function listPane(
  ui: UiState,
  box: PaneBox,
  list: {
    id: string
    title: Line
    count: number
    cursor: number
    row: (index: number, selected: boolean) => Line
    head?: readonly Line[]
    foot?: readonly Line[]
    empty?: Line
    status?: string
  },
): PaneModel {
  const height = Math.max(0, box.height - 1)
  const head = list.head ?? []
  const foot = (list.foot ?? []).slice(0, Math.max(0, height - head.length - 1))
  const rows = Math.max(0, height - head.length - foot.length)
  const window = windowAround(list.cursor, ui.offsets[list.id] ?? 0, list.count, rows)
  const shown: Line[] = []
  for (let index = window.from; index < window.to && rows > 0; index += 1)
    shown.push(list.row(index, index === list.cursor))
  if (list.count === 0 && list.empty && rows > 0) shown.push(list.empty)
  while (foot.length > 0 && shown.length < rows) shown.push([])
  const status = list.status ?? (list.count > rows ? `${Math.min(list.count, list.cursor + 1)}/${list.count}` : '')
  return {
    id: list.id,
    title: list.title,
    status,
    width: box.width,
    height,
    lines: [...head, ...shown, ...foot].slice(0, height).map((row) => fitLine(row, box.width)),
    focused: box.focused,
    scroll: { kind: 'list', count: list.count, page: Math.max(1, rows), at: list.cursor },
  }
}

function pageStatus(at: number, height: number, count: number): string {
  if (height <= 0 || count <= height) return ''
  const pages = Math.ceil(count / height)
  const page = at + height >= count ? pages : Math.floor(at / height) + 1
  return `${page}/${pages}`
}
