import { displayWidth, padToWidth } from '../text/width.ts'

export interface Grid {
  sources: readonly string[]
  targets: readonly string[]
  /** The sign of a cell, one or two characters; empty for no cell. */
  sign(source: string, target: string): string
}

/**
 * Rows of signs under a staircase of column names. Names stand at the right of their column while that fits into
 * `columns` cells, else at the left, in the room the rows' names take anyway, with columns as narrow as they must be.
 */
export function gridLines(grid: Grid, columns: number | null): string[] {
  const { sources, targets } = grid
  const rowsWidth = Math.max(...sources.map(displayWidth))
  const right = rightStairs(targets, rowsWidth)
  if (columns === null || right.every((line) => displayWidth(line) <= columns))
    return [...right, ...rowLines(grid, rowsWidth, 3)]
  const namesWidth = Math.max(rowsWidth, ...targets.map(displayWidth))
  const cell = [3, 2].find((size) => namesWidth + 2 + size * targets.length <= columns) ?? 1
  return [...leftStairs(targets, namesWidth, cell), ...rowLines(grid, namesWidth, cell)]
}

function rightStairs(targets: readonly string[], width: number): string[] {
  return targets.map((target, index) => `${' '.repeat(width)}  ${'|  '.repeat(index)}+- ${target}`)
}

/** The last column comes first, so that no line crosses another. */
function leftStairs(targets: readonly string[], width: number, cell: number): string[] {
  const bar = `${' '.repeat(cell - 1)}|`
  const lines = targets.map((target, index) => {
    const reach = width + 2 + cell * index - displayWidth(target) - 1
    return `${target} ${'-'.repeat(reach)}+${bar.repeat(targets.length - 1 - index)}`
  })
  return lines.reverse()
}

function rowLines({ sources, targets, sign }: Grid, width: number, cell: number): string[] {
  return sources.map((source) => {
    const signs = targets.map((target) => {
      const text = sign(source, target)
      return cell === 1 ? (text.at(-1) ?? ' ') : text.padEnd(cell)
    })
    return `${padToWidth(source, width)}  ${signs.join('').trimEnd()}`
  })
}
