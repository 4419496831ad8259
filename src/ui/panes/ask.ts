import { escapeControl } from '../../errors/escape.ts'
import type { Action } from '../../workshop/step.ts'
import type { Line } from '../lines/line.ts'
import { markdownLines } from '../lines/markdown.ts'
import { wrapSpans } from '../lines/wrap.ts'

/** A question the step asks; the answer is explained, whichever was chosen. */
export function askDocument(action: Extract<Action, { kind: 'ask' }>, picked: number | null, width: number): Line[] {
  const lines: Line[] = [...markdownLines(action.question, width), []]
  for (const [index, option] of action.options.entries()) {
    const here = picked === index
    const mark = picked === null ? ' ' : option.correct ? '✓' : here ? '✗' : ' '
    lines.push(
      ...wrapSpans(
        [{ text: escapeControl(option.text), bold: here }],
        width,
        [
          { text: ` ${mark} `, tone: option.correct ? 'ok' : 'wrong' },
          { text: `${index + 1}  `, bold: true },
        ],
        [{ text: '      ' }],
      ),
    )
    if (picked !== null && (here || option.correct))
      lines.push(...wrapSpans([{ text: escapeControl(option.why), dim: true }], width, [{ text: '      ' }]))
  }
  lines.push(
    [],
    ...wrapSpans(
      [{ text: picked === null ? 'Press a number, or enter goes on without an answer.' : 'enter goes on.', dim: true }],
      width,
    ),
  )
  return lines
}
