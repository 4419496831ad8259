import type { MatrixRow, MatrixView } from '../policy/views.types.ts'
import { whyText } from '../text/why.ts'
import { displayWidth, padToWidth } from '../text/width.ts'
import { actualWord, plural } from '../text/words.ts'

/** Wider or longer than this a grid is no longer read, only scrolled. */
const most = 40

const signs = { open: 'o', blocked: '.', undecided: '?' } as const

/** A grid of signs, one row a source, one column a service; what was measured otherwise is marked `!`. Not escaped. */
export function matrixText(view: MatrixView): string {
  const sources = unique(view.rows.map(sourceLabel))
  const targets = unique(view.rows.map(targetLabel))
  const notes = view.notes.map((note) => `note: ${note}`)
  if (view.rows.length === 0) return `${['No sources or no services.', ...notes].join('\n')}\n`
  if (sources.length > most || targets.length > most) {
    const size = `${sources.length} x ${targets.length}: too large for a grid.`
    return `${[size, 'Use --csv or -o json, or --only-differences BASE.', ...summary(view.rows), ...notes].join('\n')}\n`
  }
  const cells = new Map(view.rows.map((row) => [`${sourceLabel(row)}\n${targetLabel(row)}`, row]))
  const width = Math.max(...sources.map(displayWidth))
  const lines = targets.map((target, index) => `${' '.repeat(width)}  ${'|  '.repeat(index)}+- ${target}`)
  for (const source of sources) {
    const signsOf = targets.map((target) => cellText(cells.get(`${source}\n${target}`)))
    lines.push(
      `${padToWidth(source, width)}  ${signsOf
        .map((sign) => sign.padEnd(3))
        .join('')
        .trimEnd()}`,
    )
  }
  const wrong = view.rows.filter(differs)
  const differences = wrong.map(
    (row) =>
      `! ${sourceLabel(row)} -> ${targetLabel(row)}: predicted ${row.predicted}, measured ${actualWord(row.measured!)} (${whyText(row.why)})`,
  )
  return `${[...lines, '', 'o open   . blocked   ? undecided   ! measured otherwise   (blank: itself)', ...summary(view.rows), ...differences, ...notes].join('\n')}\n`
}

function cellText(row: MatrixRow | undefined): string {
  if (!row) return ''
  return `${signs[row.predicted]}${differs(row) ? '!' : ''}`
}

function summary(rows: readonly MatrixRow[]): string[] {
  const count = (predicted: MatrixRow['predicted']) => rows.filter((row) => row.predicted === predicted).length
  const measured = rows.filter((row) => row.measured !== null)
  const undecided = count('undecided') > 0 ? `, ${count('undecided')} undecided` : ''
  return [
    `${plural(rows.length, 'pair')}: ${count('open')} open, ${count('blocked')} blocked${undecided}.`,
    ...(measured.length > 0 ? [`${measured.length} measured, ${measured.filter(differs).length} differ.`] : []),
  ]
}

function differs({ predicted, measured }: MatrixRow): boolean {
  if (measured === null) return false
  return predicted === 'open' ? measured !== 'open' : predicted === 'blocked' ? measured !== 'timed-out' : false
}

/** One line a pair, with who decides. */
export function matrixCsv(rows: readonly MatrixRow[]): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const lines = rows.map((row) =>
    [
      row.from.namespace,
      row.from.workload,
      row.to.namespace,
      row.to.service,
      row.port,
      row.podPort,
      row.protocol,
      row.predicted,
      row.measured ?? '',
      whyText(row.why),
    ]
      .map((cell) => quote(String(cell)))
      .join(','),
  )
  return `${['from_namespace,from,to_namespace,to,port,pod_port,protocol,predicted,measured,decided_by', ...lines].join('\n')}\n`
}

/** What differs between two states. */
export function differencesText(
  pairs: readonly { before: MatrixRow | null; after: MatrixRow | null }[],
  notes: readonly string[],
): string {
  const lines = pairs.map(({ before, after }) => {
    const row = (after ?? before)!
    const why = after ? ` (${whyText(after.why)})` : ''
    return `${sourceLabel(row)} -> ${targetLabel(row)}: ${before?.predicted ?? 'not there'} -> ${after?.predicted ?? 'not there'}${why}`
  })
  const head =
    pairs.length === 0
      ? 'No pair differs.'
      : `${plural(pairs.length, 'pair')} ${pairs.length === 1 ? 'differs' : 'differ'}:`
  return `${[head, ...lines, ...notes.map((note) => `note: ${note}`)].join('\n')}\n`
}

function sourceLabel({ from }: MatrixRow): string {
  return from.label ?? `${from.workload}.${from.namespace}`
}

function targetLabel({ to, port }: MatrixRow): string {
  return `${to.label ?? `${to.service}.${to.namespace}`}:${port}`
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
