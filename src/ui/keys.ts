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
    if (character === '\u007f' || character === '\b') return 'backspace'
    const code = character.charCodeAt(0)
    return code < 32 ? `ctrl+${String.fromCharCode(code + 96)}` : character
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

/** What a key puts into a line being typed. */
export function typedBy(name: string): string {
  if (name === 'space') return ' '
  return [...name].length === 1 ? name : ''
}

/** Pasted text as one line, with control characters left out. */
export function pastedText(text: string): string {
  const control = (character: string) => {
    const code = character.charCodeAt(0)
    return code < 32 || (code >= 127 && code < 160)
  }
  return [...text.trim().replaceAll(/\s+/g, ' ')].filter((character) => !control(character)).join('')
}
