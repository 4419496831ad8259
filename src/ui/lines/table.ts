/** Output with columns: wrapped it cannot be read, so it is cut at the edge and moved sideways. */
import { displayWidth, graphemes, takeWidth } from '../../text/width.ts'

export function isTable(text: string): boolean {
  return /\S {2,}\S/.test(text)
}

/** `width` cells from `from` on; an ellipsis at each side where something is left out. */
export function sideways(text: string, from: number, width: number): string {
  let rest = text
  if (from > 0) {
    let left = from + 1
    const kept: string[] = []
    for (const grapheme of graphemes(text)) {
      if (left > 0) left -= grapheme.width
      else kept.push(grapheme.text)
    }
    rest = displayWidth(text) <= from ? '' : `…${kept.join('')}`
  }
  return displayWidth(rest) <= width ? rest : `${takeWidth(rest, width - 1)}…`
}

/** How far the widest row with columns goes beyond `width`. */
export function beyond(text: string, width: number): number {
  const rows = text.replaceAll('\t', '    ').split('\n').filter(isTable)
  return Math.max(0, Math.max(0, ...rows.map(displayWidth)) - width)
}
