/** The matrix as a grid: which rows and columns are shown, and what each cell says. Pure, shared by view and keys. */
import type { MatrixRow, MatrixView } from '../../policy/views.types.ts'
import { remember } from '../lines/remember.ts'

export interface Grid {
  sources: string[]
  targets: string[]
  cell(source: string, target: string): MatrixRow | null
}

/** `cart` keeps sources with that text, `>redis` targets, `cart>redis` both. */
export const matrixGrid = remember((view: MatrixView, filter: string): Grid => {
  const [from = '', to = ''] = filter
    .toLowerCase()
    .split('>')
    .map((part) => part.trim())
  const cells = new Map<string, MatrixRow>()
  const sources: string[] = []
  const targets: string[] = []
  for (const row of view.rows) {
    const source = sourceOf(row)
    const target = targetOf(row)
    cells.set(`${source}\n${target}`, row)
    if (!sources.includes(source) && source.toLowerCase().includes(from)) sources.push(source)
    if (!targets.includes(target) && target.toLowerCase().includes(to)) targets.push(target)
  }
  return { sources, targets, cell: (source, target) => cells.get(`${source}\n${target}`) ?? null }
})

/** Names of row and column; workloads and Services of one name in two namespaces, or with several ports, stay apart. */
export function sourceOf(row: MatrixRow): string {
  return row.from.label ?? row.from.workload
}

export function targetOf(row: MatrixRow): string {
  return row.to.label ?? row.to.service
}

export type CellKind = 'none' | 'open' | 'blocked' | 'undecided' | 'differs' | 'open-measured' | 'blocked-measured'

export function cellKind(row: MatrixRow | null): CellKind {
  if (!row) return 'none'
  const { predicted, measured } = row
  if (measured !== null && measured !== 'not-probed' && measured !== 'cannot-run') {
    if (measured === 'open') return predicted === 'open' ? 'open-measured' : 'differs'
    return predicted === 'blocked' && measured === 'timed-out' ? 'blocked-measured' : 'differs'
  }
  return predicted
}

export const cellGlyphs: Readonly<Record<CellKind, string>> = {
  none: ' ',
  open: '○',
  blocked: '·',
  undecided: '?',
  differs: '!',
  'open-measured': '●',
  'blocked-measured': '×',
}

/** Column names cut to `width`, different from each other as long as the room allows. */
export function shortNames(names: readonly string[], width: number): string[] {
  return names.map((name) => {
    if (name.length <= width) return name
    const clash = names.filter((other) => other !== name && other.slice(0, width) === name.slice(0, width))
    return clash.length === 0 ? name.slice(0, width) : name.slice(0, Math.max(1, width - 1)) + name.slice(-1)
  })
}

export function gridCounts(view: MatrixView): { open: number; blocked: number; differs: number; total: number } {
  const kinds = view.rows.map(cellKind)
  return {
    open: view.rows.filter((row) => row.predicted === 'open').length,
    blocked: view.rows.filter((row) => row.predicted === 'blocked').length,
    differs: kinds.filter((kind) => kind === 'differs').length,
    total: view.rows.length,
  }
}
