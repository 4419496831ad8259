/** Text measured in terminal cells: wide characters count two, combining marks none. */
import stringWidth from 'string-width'

/** ASCII, Latin letters and the arrows, lines and marks screens are drawn with: one cell each, no need to look closer. */
const plain =
  /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2039\u203a\u2190-\u21ff\u2500-\u25fc\u2713-\u2718]*$/

export function displayWidth(text: string): number {
  return plain.test(text) ? text.length : stringWidth(text)
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The characters a person sees, each with its width in cells. */
export function* graphemes(text: string): Generator<{ text: string; width: number }> {
  if (plain.test(text)) {
    for (const character of text) yield { text: character, width: 1 }
    return
  }
  for (const { segment } of segmenter.segment(text)) yield { text: segment, width: displayWidth(segment) }
}

/** The longest prefix that fits into `width` cells. */
export function takeWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let used = 0
  let taken = ''
  for (const grapheme of graphemes(text)) {
    if (used + grapheme.width > width) break
    used += grapheme.width
    taken += grapheme.text
  }
  return taken
}

/** Cut to `width` cells, the last of them an ellipsis when something was lost. */
export function truncateToWidth(text: string, width: number): string {
  if (width <= 0) return ''
  if (displayWidth(text) <= width) return text
  return width === 1 ? '…' : `${takeWidth(text, width - 1)}…`
}

/** Exactly `width` cells: cut, or filled with spaces. */
export function padToWidth(text: string, width: number): string {
  const cut = truncateToWidth(text, width)
  return cut + ' '.repeat(Math.max(0, width - displayWidth(cut)))
}
