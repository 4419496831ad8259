/** How near a file somebody wrote comes to what a stage wants, as lines for people. */

interface Wrong {
  from: string
  to: string
  port?: number
  expected: string
  why: string
}

export interface Comparison {
  right: number
  total: number
  wrong: readonly Wrong[]
  /** Claims that are not about one connection and would not hold. */
  notes: readonly string[]
}

/** Up to `most` connections that would still be wrong, with what decides them. */
export function goalLines({ right, total, wrong, notes }: Comparison, most = 12): string[] {
  if (right === total) return [`With it, everything is as this stage wants it (${total} of ${total}).`]
  const flow = ({ from, to, port, expected, why }: Wrong) =>
    `  ${from} to ${to}${port === undefined ? '' : `:${port}`} should be ${expected}${why ? `, decided by ${why}` : ''}`
  return [
    `With it, ${right} of ${total} would be as this stage wants them. Not yet:`,
    ...wrong.slice(0, most).map(flow),
    ...(wrong.length > most ? [`  and ${wrong.length - most} more`] : []),
    ...notes.map((note) => `  ${note}`),
  ]
}
