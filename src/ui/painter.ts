/**
 * Draws frames on the terminal's other screen: only the rows that changed, each at its place. Ink lays out, measures and
 * tokenizes every cell of every frame, which costs more than everything else together; rows that are cut to their width
 * already need none of that. Ink keeps the keys, raw mode and the component's life.
 */
import { sameLine } from './components/rows.tsx'
import { type Line, lineWidth, type Span } from './lines/line.ts'
import type { Palette } from './theme.ts'
import type { Size } from './world.ts'

export interface Painter {
  open(): void
  paint(lines: readonly Line[], size: Size): void
  /** Everything anew: after a resize, or after somebody else had the terminal. */
  redraw(): void
  close(): void
}

type Output = Pick<NodeJS.WriteStream, 'write'>

// Other screen, cursor hidden, pasted text marked, no wrapping: a character wider than expected must not move rows.
const enter = '\u001b[?1049h\u001b[?25l\u001b[?2004h\u001b[?7l'
const leave = '\u001b[?7h\u001b[?2004l\u001b[?25h\u001b[?1049l'
// Terminals that know synchronized updates show a frame at once; others ignore these.
const begin = '\u001b[?2026h'
const end = '\u001b[?2026l'

/** Without a palette nothing is styled. */
export function createPainter(output: Output, palette: Palette | null): Painter {
  let shown: readonly Line[] = []
  let size: Size = { columns: 0, rows: 0 }
  let isOpen = false
  const draw = (lines: readonly Line[], all: boolean) => {
    let changes = all ? '\u001b[2J' : ''
    const count = Math.max(lines.length, all ? 0 : shown.length)
    for (let row = 0; row < count; row += 1) {
      const line = lines[row] ?? []
      const before = shown[row]
      if (!all && before && sameLine(before, line)) continue
      const rest = lineWidth(line) < size.columns ? '\u001b[K' : ''
      changes += `\u001b[${row + 1};1H${palette ? line.map((span) => styled(span, palette)).join('') : plain(line)}${rest}`
    }
    shown = lines
    if (changes !== '') output.write(begin + changes + end)
  }
  return {
    open() {
      if (isOpen) return
      isOpen = true
      output.write(enter)
    },
    paint(lines, next) {
      if (!isOpen) {
        shown = lines
        size = next
        return
      }
      const resized = next.columns !== size.columns || next.rows !== size.rows
      size = next
      draw(lines, resized)
    },
    redraw() {
      if (isOpen) draw(shown, true)
    },
    close() {
      if (!isOpen) return
      isOpen = false
      output.write(leave)
    },
  }
}

function styled(span: Span, palette: Palette): string {
  const codes: string[] = []
  if (span.bold) codes.push('1')
  if (span.dim) codes.push('2')
  if (span.underline) codes.push('4')
  if (span.inverse) codes.push('7')
  if (span.tone) codes.push(palette[span.tone])
  return codes.length === 0 ? span.text : `\u001b[${codes.join(';')}m${span.text}\u001b[0m`
}

function plain(line: Line): string {
  return line.map((span) => span.text).join('')
}
