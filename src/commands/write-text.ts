import { escapeControl } from '../errors/escape.ts'
import { fitLines } from '../text/fit-lines.ts'
import type { CommandContext } from './context.ts'

/** What a person reads: escaped, and on a terminal broken at its width. Piped text keeps its lines for grep and diff. */
export function writeText(context: CommandContext, text: string): void {
  const escaped = escapeControl(text, { multiline: true })
  const columns = terminalColumns(context)
  context.io.stdout.write(columns === null ? escaped : fitLines(escaped, columns))
}

/** Null when the output is no terminal. */
export function terminalColumns({ io }: CommandContext): number | null {
  const { columns } = io.stdout as { columns?: number }
  return columns !== undefined && columns >= 20 ? columns : null
}
