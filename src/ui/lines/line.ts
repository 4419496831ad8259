/**
 * What every pane is made of: lines of styled spans, already cut to the width they are drawn in. Panes are pure
 * functions from values to lines, so they can be tested without a terminal and windowed without measuring.
 */
import { escapeControl } from '../../errors/escape.ts'
import { displayWidth, takeWidth, truncateToWidth } from '../../text/width.ts'
import type { Tone } from '../theme.ts'

export interface Span {
  text: string
  tone?: Tone
  bold?: boolean
  dim?: boolean
  underline?: boolean
  inverse?: boolean
}

export type Line = readonly Span[]

export const blank: Line = []

export function lineText(spans: Line): string {
  return spans.map((span) => span.text).join('')
}

export function lineWidth(spans: Line): number {
  return spans.reduce((sum, span) => sum + displayWidth(span.text), 0)
}

/** At most `width` cells; what is lost shows as an ellipsis. */
export function fitLine(spans: Line, width: number): Line {
  if (lineWidth(spans) <= width) return spans
  const fitted: Span[] = []
  let left = width
  for (const [index, span] of spans.entries()) {
    const size = displayWidth(span.text)
    const rest = spans.slice(index + 1).some((later) => later.text.length > 0)
    if (size < left || (size === left && !rest)) {
      fitted.push(span)
      left -= size
      continue
    }
    fitted.push({
      ...span,
      text: size === left ? `${takeWidth(span.text, left - 1)}…` : truncateToWidth(span.text, left),
    })
    break
  }
  return fitted
}

/** Texts are escaped where they are made; what was forgotten there does not reach the terminal either. */
export function safeLine(spans: Line): Line {
  return spans.some(({ text }) => escapeControl(text) !== text)
    ? spans.map((span) => ({ ...span, text: escapeControl(span.text) }))
    : spans
}

/** Without the plain spaces at the end: what is not drawn costs nothing. */
export function trimLine(spans: Line): Line {
  const last = spans.at(-1)
  if (!last || last.inverse || last.underline) return spans
  const text = last.text.replace(/ +$/, '')
  if (text === last.text) return spans
  const rest = spans.slice(0, -1)
  return text === '' ? trimLine(rest) : [...rest, { ...last, text }]
}

/** Exactly `width` cells. */
export function fillLine(spans: Line, width: number): Line {
  const fitted = fitLine(spans, width)
  const missing = width - lineWidth(fitted)
  return missing > 0 ? [...fitted, { text: ' '.repeat(missing) }] : fitted
}

/** `left` at the left edge, `right` at the right one; the left gives way. */
export function justify(left: Line, right: Line, width: number): Line {
  const rightWidth = lineWidth(right)
  if (rightWidth >= width) return fitLine(right, width)
  return [...fillLine(left, width - rightWidth), ...right]
}
