export interface Window {
  /** First item shown. */
  from: number
  /** After the last item shown. */
  to: number
}

/** Offset kept inside what there is to scroll. */
export function clampOffset(offset: number, count: number, rows: number): number {
  return Math.max(0, Math.min(offset, count - rows))
}

/** The part of `count` items that fits into `rows`, moved as little as needed so that the cursor is inside it. */
export function windowAround(cursor: number, offset: number, count: number, rows: number): Window {
  const height = Math.max(1, rows)
  const last = Math.max(0, count - 1)
  const at = Math.max(0, Math.min(cursor, last))
  let from = clampOffset(offset, count, height)
  if (at < from) from = at
  if (at >= from + height) from = at - height + 1
  return { from, to: Math.min(count, from + height) }
}

/** Steps of a cursor: `±1`, a page, or to one of the ends. */
export function moveCursor(cursor: number, by: number | 'home' | 'end', count: number): number {
  if (count === 0) return 0
  if (by === 'home') return 0
  if (by === 'end') return count - 1
  return Math.max(0, Math.min(count - 1, cursor + by))
}
