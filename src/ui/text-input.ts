/** Editing one line of text: keys in, text and cursor out. */
export interface TextValue {
  text: string
  /** Where the next character goes, in code units. */
  at: number
}

/** null when the key is not about editing. */
export function editText(value: TextValue, key: string, typed: string): TextValue | null {
  const { text, at } = value
  switch (key) {
    case 'backspace':
      return { text: text.slice(0, Math.max(0, at - 1)) + text.slice(at), at: Math.max(0, at - 1) }
    case 'delete':
    case 'ctrl+d':
      return { text: text.slice(0, at) + text.slice(at + 1), at }
    case 'left':
    case 'ctrl+b':
      return { text, at: Math.max(0, at - 1) }
    case 'right':
    case 'ctrl+f':
      return { text, at: Math.min(text.length, at + 1) }
    case 'home':
    case 'ctrl+a':
      return { text, at: 0 }
    case 'end':
    case 'ctrl+e':
      return { text, at: text.length }
    case 'ctrl+u':
      return { text: text.slice(at), at: 0 }
    case 'ctrl+k':
      return { text: text.slice(0, at), at }
    case 'ctrl+w': {
      const kept = text.slice(0, at).replace(/\S+\s*$/, '')
      return { text: kept + text.slice(at), at: kept.length }
    }
    default:
      return typed === '' ? null : { text: text.slice(0, at) + typed + text.slice(at), at: at + typed.length }
  }
}
