/** Shell patterns (POSIX.1 2.13): `*`, `?`, `[...]`, as used by case, `${x%...}` and file names. */
import { CHARACTER_CLASSES } from '../character-classes.ts'

/** Each character with whether it was quoted: quoted ones stand for themselves. */
export type PatternChars = readonly { char: string; quoted: boolean }[]

export function toRegExp(pattern: PatternChars, { greedy = true, slash = true } = {}): string {
  let out = ''
  for (let i = 0; i < pattern.length; i++) {
    const { char, quoted } = pattern[i] as { char: string; quoted: boolean }
    if (quoted) out += literal(char)
    else if (char === '*') out += `${slash ? '[\\s\\S]' : '[^/]'}*${greedy ? '' : '?'}`
    else if (char === '?') out += slash ? '[\\s\\S]' : '[^/]'
    else if (char === '[') {
      const end = closing(pattern, i)
      if (end < 0) out += '\\['
      else {
        const inner = pattern
          .slice(i + 1, end)
          .map((each) => each.char)
          .join('')
        out += bracket(inner)
        i = end
      }
    } else out += literal(char)
  }
  return out
}

export function matches(pattern: PatternChars, text: string): boolean {
  return new RegExp(`^${toRegExp(pattern)}$`).test(text)
}

function closing(pattern: PatternChars, open: number): number {
  for (let i = open + 2; i < pattern.length; i++) if (pattern[i]?.char === ']' && pattern[i]?.quoted === false) return i
  return -1
}

function bracket(inner: string): string {
  const negated = inner.startsWith('!') || inner.startsWith('^')
  const body = (negated ? inner.slice(1) : inner)
    .replace(/[\\\]]/g, '\\$&')
    .replace(/\[:(\w+):\\?\]/g, (all, name: string) => CHARACTER_CLASSES[name] ?? all)
  return `[${negated ? '^' : ''}${body}]`
}

function literal(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
