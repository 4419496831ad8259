/** Markdown of steps -> lines of a given width. The lexer of `marked` gives the tokens; the layout is ours. */
import type { Marked, Token, Tokens } from 'marked'
import { escapeControl } from '../../errors/escape.ts'
import { displayWidth } from '../../text/width.ts'
import { highlight } from './highlight.ts'
import { blank, fitLine, type Line, type Span } from './line.ts'
import { shareWidths } from './share-widths.ts'
import { wrapCommand, wrapSpans } from './wrap.ts'

let parser: Marked | null = null

/** Loads what `markdownLines` needs: the first frame, which has no Markdown in it, does not wait for that. */
export async function prepareMarkdown(): Promise<void> {
  const { Marked } = await import('marked')
  parser ??= new Marked()
}

export function markdownLines(markdown: string, width: number): Line[] {
  if (!parser) throw new Error('prepareMarkdown was not called')
  return blocks(parser.lexer(escapeControl(markdown, { multiline: true })), Math.max(10, width))
}

function blocks(tokens: readonly Token[], width: number): Line[] {
  const lines: Line[] = []
  for (const token of tokens) {
    const block = blockLines(token, width)
    if (block.length === 0) continue
    if (lines.length > 0) lines.push(blank)
    lines.push(...block)
  }
  return lines
}

function blockLines(token: Token, width: number): Line[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return []
    case 'heading':
      return wrapSpans(
        inline(token.tokens ?? []).map((span) => ({ ...span, bold: true, tone: 'accent' as const })),
        width,
      )
    case 'code':
      return codeLines(token as Tokens.Code, width)
    case 'blockquote':
      return blocks(token.tokens ?? [], width - 2).map((row) => [{ text: '│ ', dim: true }, ...row])
    case 'list':
      return listLines(token as Tokens.List, width)
    case 'table':
      return tableLines(token as Tokens.Table, width)
    case 'hr':
      return [[{ text: '─'.repeat(width), dim: true }]]
    default: {
      const inner =
        'tokens' in token && token.tokens ? inline(token.tokens) : [{ text: 'text' in token ? token.text : token.raw }]
      return wrapSpans(inner, width)
    }
  }
}

function codeLines(token: Tokens.Code, width: number): Line[] {
  const language = token.lang?.split(/\s/)[0]
  return token.text
    .split('\n')
    .flatMap((row) =>
      displayWidth(row) <= width - 2
        ? [[{ text: '  ' }, ...highlight(row, language)]]
        : wrapCommand(row, width - 4).map((part, index) => [
            { text: index === 0 ? '  ' : '    ' },
            ...highlight(part, language),
          ]),
    )
}

function listLines(token: Tokens.List, width: number): Line[] {
  const lines: Line[] = []
  let number = typeof token.start === 'number' ? token.start : 1
  for (const item of token.items) {
    const bullet = token.ordered ? `${number}. ` : '• '
    number += 1
    const inner = itemBlocks(item, width - bullet.length)
    lines.push(...inner.map((row, index) => [{ text: index === 0 ? bullet : ' '.repeat(bullet.length) }, ...row]))
    if (token.loose && item !== token.items.at(-1)) lines.push(blank)
  }
  return lines
}

function itemBlocks(item: Tokens.ListItem, width: number): Line[] {
  return item.tokens.flatMap((token) => blockLines(token, width))
}

function tableLines(token: Tokens.Table, width: number): Line[] {
  const rows = [token.header, ...token.rows].map((row) => row.map((cell) => inline(cell.tokens)))
  const columns = token.header.length
  const natural = Array.from({ length: columns }, (_, column) =>
    Math.max(1, ...rows.map((row) => spansWidth(row[column] ?? []))),
  )
  const widths = shareWidths(natural, width - 2 * (columns - 1))
  const lines: Line[] = []
  for (const [index, row] of rows.entries()) {
    const cells = widths.map((size, column) => wrapSpans(row[column] ?? [], size))
    const height = Math.max(...cells.map((cell) => cell.length))
    for (let at = 0; at < height; at += 1) {
      const spans: Span[] = []
      for (const [column, size] of widths.entries()) {
        const content = fitLine(cells[column]?.[at] ?? [], size)
        spans.push(...content.map((span) => (index === 0 ? { ...span, bold: true } : span)))
        if (column < columns - 1) spans.push({ text: ' '.repeat(size - spansWidth(content) + 2) })
      }
      lines.push(spans)
    }
    if (index === 0) lines.push([{ text: widths.map((size) => '─'.repeat(size)).join('  '), dim: true }])
  }
  return lines
}

function inline(tokens: readonly Token[], style: Omit<Span, 'text'> = {}): Span[] {
  return tokens.flatMap((token): Span[] => {
    switch (token.type) {
      case 'strong':
        return inline(token.tokens ?? [], { ...style, bold: true })
      case 'em':
        return inline(token.tokens ?? [], { ...style, underline: true })
      case 'codespan':
        return [{ ...style, text: unescapeHtml(token.text), tone: 'code' }]
      case 'link':
        return linkSpans(token as Tokens.Link, style)
      case 'br':
        return [{ text: '\n' }]
      case 'escape':
        return [{ ...style, text: token.text }]
      case 'text':
        if ('tokens' in token && token.tokens) return inline(token.tokens, style)
        return [{ ...style, text: unescapeHtml(token.text).replaceAll('\n', ' ') }]
      default:
        return [{ ...style, text: token.raw.replaceAll('\n', ' ') }]
    }
  })
}

function linkSpans(token: Tokens.Link, style: Omit<Span, 'text'>): Span[] {
  const text = inline(token.tokens, { ...style, underline: true })
  const shown = text.map((span) => span.text).join('')
  return shown === token.href ? text : [...text, { text: ` (${token.href})`, dim: true }]
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + displayWidth(span.text), 0)
}
