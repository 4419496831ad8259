import { displayWidth, graphemes } from '../../text/width.ts'
import type { Line, Span } from './line.ts'

interface Word {
  spans: Span[]
  width: number
}

/**
 * Breaks styled text at spaces into lines of at most `width` cells; a word that is longer than a line is cut.
 * `indent` starts the first line, `hanging` the others.
 */
export function wrapSpans(spans: Line, width: number, indent: Line = [], hanging: Line = indent): Line[] {
  const lines: Line[] = []
  let current: Span[] = [...indent]
  let used = widthOf(indent)
  let hasWord = false
  const breakLine = () => {
    lines.push(current)
    current = [...hanging]
    used = widthOf(hanging)
    hasWord = false
  }
  for (const word of toWords(spans)) {
    if (word === 'break') {
      breakLine()
      continue
    }
    const gap = hasWord ? 1 : 0
    if (used + gap + word.width > width && hasWord) breakLine()
    const space = hasWord ? 1 : 0
    if (used + space + word.width <= width) {
      if (space) current.push(spaceBefore(word, current))
      current.push(...word.spans)
      used += space + word.width
      hasWord = true
      continue
    }
    for (const span of word.spans) {
      for (const grapheme of graphemes(span.text)) {
        if (used + grapheme.width > width && hasWord) breakLine()
        current.push({ ...span, text: grapheme.text })
        used += grapheme.width
        hasWord = true
      }
    }
  }
  if (hasWord || lines.length === 0) lines.push(current)
  return lines.map(joinSpans)
}

/** Keeps the style across the gap when both sides share it, so that a code span is not torn apart. */
function spaceBefore(word: Word, current: readonly Span[]): Span {
  const before = current.at(-1)
  const after = word.spans[0]
  if (before && after && sameStyle(before, after)) return { ...after, text: ' ' }
  return { text: ' ' }
}

function toWords(spans: Line): (Word | 'break')[] {
  const words: (Word | 'break')[] = []
  let word: Word | null = null
  for (const span of spans) {
    for (const part of span.text.split(/( +|\n)/)) {
      if (part === '') continue
      if (part === '\n' || part.startsWith(' ')) {
        if (word) words.push(word)
        word = null
        if (part === '\n') words.push('break')
        continue
      }
      word ??= { spans: [], width: 0 }
      word.spans.push({ ...span, text: part })
      word.width += displayWidth(part)
    }
  }
  if (word) words.push(word)
  return words
}

/** Breaks text that must keep its spaces (commands, output) every `width` cells. */
export function hardWrap(text: string, width: number): string[] {
  const wrapped: string[] = []
  for (const row of text.split('\n')) {
    let current = ''
    let used = 0
    for (const grapheme of graphemes(row.replaceAll('\t', '    '))) {
      if (used + grapheme.width > width) {
        wrapped.push(current)
        current = ''
        used = 0
      }
      current += grapheme.text
      used += grapheme.width
    }
    wrapped.push(current)
  }
  return wrapped
}

/** Breaks a command where a shell would: at spaces outside a word, which keep their place; a long word is cut. */
export function wrapCommand(text: string, width: number): string[] {
  const wrapped: string[] = []
  for (const row of text.split('\n')) {
    let current = ''
    for (const word of row.split(/(?<=\s)(?=\S)/)) {
      if (current !== '' && displayWidth(current) + displayWidth(word.trimEnd()) > width) {
        wrapped.push(current.trimEnd())
        current = ''
      }
      if (displayWidth(word.trimEnd()) <= width) {
        current += word
        continue
      }
      const pieces = hardWrap(word, width)
      wrapped.push(...pieces.slice(0, -1))
      current = pieces.at(-1) ?? ''
    }
    wrapped.push(current.trimEnd())
  }
  return wrapped
}

/** Fewer, longer spans: neighbours of the same style become one. */
function joinSpans(spans: Line): Line {
  const joined: Span[] = []
  for (const span of spans) {
    const last = joined.at(-1)
    if (last && sameStyle(last, span)) joined[joined.length - 1] = { ...last, text: last.text + span.text }
    else if (span.text !== '') joined.push(span)
  }
  return joined
}

function sameStyle(a: Span, b: Span): boolean {
  return (
    a.tone === b.tone &&
    !a.bold === !b.bold &&
    !a.dim === !b.dim &&
    !a.inverse === !b.inverse &&
    !a.underline === !b.underline
  )
}

function widthOf(spans: Line): number {
  return spans.reduce((sum, span) => sum + displayWidth(span.text), 0)
}
