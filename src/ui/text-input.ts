import { graphemes } from '../text/width.ts'

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
      return { text: text.slice(0, before(value)) + text.slice(at), at: before(value) }
    case 'delete':
    case 'ctrl+d':
      return { text: text.slice(0, at) + text.slice(after(value)), at }
    case 'left':
    case 'ctrl+b':
      return { text, at: before(value) }
    case 'right':
    case 'ctrl+f':
      return { text, at: after(value) }
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

/** Whole characters, as one sees them: half of an emoji is none. */
function before({ text, at }: TextValue): number {
  return at - ([...graphemes(text.slice(0, at))].at(-1)?.text.length ?? 0)
}

function after({ text, at }: TextValue): number {
  return at + ([...graphemes(text.slice(at))][0]?.text.length ?? 0)
}
