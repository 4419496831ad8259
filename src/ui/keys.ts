/** Turns what Ink reports into names of keys as the keymap writes them: `enter`, `ctrl+c`, `pgdn`, `G`. */
import type { Key } from 'ink'

export function keyNames(input: string, key: Key): string[] {
  if (key.eventType === 'release') return []
  const named = namedKey(key)
  if (named) return [key.shift && named === 'tab' ? 'shift+tab' : named]
  if (key.ctrl && input) return [`ctrl+${input.toLowerCase()}`]
  // Keys typed faster than they are read arrive together.
  return [...input].map((character) => {
    if (character === '\r' || character === '\n') return 'enter'
    if (character === '\t') return 'tab'
    if (character === ' ') return 'space'
    return character
  })
}

function namedKey(key: Key): string | null {
  if (key.return) return 'enter'
  if (key.escape) return 'esc'
  if (key.tab) return 'tab'
  if (key.upArrow) return 'up'
  if (key.downArrow) return 'down'
  if (key.leftArrow) return 'left'
  if (key.rightArrow) return 'right'
  if (key.pageUp) return 'pgup'
  if (key.pageDown) return 'pgdn'
  if (key.home) return 'home'
  if (key.end) return 'end'
  if (key.backspace) return 'backspace'
  if (key.delete) return 'delete'
  return null
}

/** Printable text of a key press or paste, with control characters left out. */
export function typedText(input: string, key: Key): string {
  if (key.ctrl || key.meta) return ''
  // biome-ignore lint/complexity/useRegexLiterals: built from escapes so that no control character stands in this file
  return input.replace(new RegExp('[\\u0000-\\u001f\\u007f-\\u009f]', 'g'), '')
}
