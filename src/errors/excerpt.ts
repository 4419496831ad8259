import { escapeControl } from './escape.ts'

/** Of a longer line only the surroundings of the column are shown: an export in JSON may be one line of megabytes. */
const around = 48

/** The line with a caret under the column, both cut alike; what would move the caret is counted as it is printed. */
export function excerptLines(line: string, column: number): { text: string; caret: string } {
  const at = Math.max(0, Math.min(line.length, column - 1))
  const start = at > around ? at - around : 0
  const end = Math.min(line.length, Math.max(at + around, start + 2 * around))
  const before = `${start > 0 ? '…' : ''}${escapeControl(line.slice(start, at))}`
  const after = `${escapeControl(line.slice(at, end))}${end < line.length ? '…' : ''}`
  return { text: before + after, caret: `${' '.repeat(before.length)}^` }
}
