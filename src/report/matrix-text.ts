import type { MatrixRow, MatrixView } from '../policy/views.types.ts'
import { whyText } from '../text/why.ts'
import { actualWord, plural } from '../text/words.ts'
import { gridLines } from './matrix-grid.ts'
import { targetText } from './target-text.ts'

/** Wider or longer than this a grid is no longer read, only scrolled. */
const most = 40

const signs = { open: 'o', blocked: '.', undecided: '?' } as const

/**
 * A grid of signs, one row a source, one column a service; what was measured otherwise is marked `!`. `columns`: of the
 * terminal, null when it is none. Not escaped.
 */
export function matrixText(view: MatrixView, columns: number | null = null): string {
  const sources = unique(view.rows.map(sourceLabel))
  const targets = unique(view.rows.map(targetLabel))
  const notes = view.notes.map((note) => `note: ${note}`)
  if (view.rows.length === 0) return `${['No sources or no services.', ...notes].join('\n')}\n`
  if (sources.length > most || targets.length > most) {
    const size = `${sources.length} x ${targets.length}: too large for a grid.`
    return `${[size, 'Use --csv or -o json, or --only-differences BASE.', ...summary(view.rows), ...notes].join('\n')}\n`
  }
  const cells = new Map(view.rows.map((row) => [`${sourceLabel(row)}\n${targetLabel(row)}`, row]))
  const sign = (source: string, target: string) => cellText(cells.get(`${source}\n${target}`))
  const legend = [
    'o open',
    '. blocked',
    ...(view.rows.some(isUndecided) ? ['? undecided'] : []),
    ...(view.rows.some(({ measured }) => measured !== null) ? ['! measured otherwise'] : []),
    '(blank: itself)',
  ]
  return `${[
    ...gridLines({ sources, targets, sign }, columns),
    '',
    legend.join('   '),
    ...summary(view.rows),
    ...undecidedLines(view.rows),
    ...view.rows.filter(differs).map(differenceLine),
    ...notes,
  ].join('\n')}\n`
}

function differenceLine(row: MatrixRow): string {
  return `! ${sourceLabel(row)} -> ${targetLabel(row)}: predicted ${row.predicted}, measured ${actualWord(row.measured!)} (${whyText(row.why)})`
}

function isUndecided({ predicted }: MatrixRow): boolean {
  return predicted === 'undecided'
}

/** Why cells have no answer: each reason once, with the pairs it holds for. */
function undecidedLines(rows: readonly MatrixRow[]): string[] {
  const pairs = new Map<string, string[]>()
  for (const row of rows.filter(isUndecided)) {
    const reason = row.why.egress.undecided ?? row.why.ingress.undecided ?? 'something is missing'
    pairs.set(reason, [...(pairs.get(reason) ?? []), `${sourceLabel(row)} -> ${targetLabel(row)}`])
  }
  return [...pairs].map(([reason, texts]) => {
    const more = texts.length > 3 ? ` and ${texts.length - 3} more` : ''
    return `? ${texts.slice(0, 3).join(', ')}${more}: ${reason}`
  })
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

function targetLabel({ to, port, protocol }: MatrixRow): string {
  return targetText(to.label ?? `${to.service}.${to.namespace}`, port, protocol)
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
