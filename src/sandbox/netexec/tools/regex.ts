/** POSIX regular expressions to JavaScript's. Repetition of a repetition is refused: it could run for ever. */
import { CHARACTER_CLASSES } from '../character-classes.ts'

const MAX_LENGTH = 512

class RegexTooHard extends Error {}

export function literalToRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

export function extendedToRegExp(pattern: string): string {
  return convert(pattern, true)
}

/** In basic expressions `\(`, `\)`, `\{`, `\}`, `\|`, `\+`, `\?` are the operators and the bare ones stand for themselves. */
export function basicToRegExp(pattern: string): string {
  return convert(pattern, false)
}

function convert(pattern: string, extended: boolean): string {
  if (pattern.length > MAX_LENGTH) throw new RegexTooHard('pattern too long')
  let out = ''
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string
    if (char === '[') {
      const [text, end] = bracket(pattern, i)
      out += text
      i = end
    } else if (char === '\\') {
      const next = pattern[++i] ?? '\\'
      if (!extended && '(){}|+?'.includes(next)) out += next
      else if (next === '<' || next === '>') out += '\\b'
      else if (/[wWsSbB1-9]/.test(next)) out += `\\${next}`
      else out += literalToRegExp(next)
    } else if (!extended && '(){}|+?'.includes(char)) out += `\\${char}`
    else if (!extended && char === '*' && (out === '' || out === '^')) out += '\\*'
    else out += char === '/' ? '\\/' : char
  }
  // Nested quantifiers are what makes a backtracking matcher explode.
  if (/[*+}]\)[*+{]/.test(out)) throw new RegexTooHard('nested repetition')
  new RegExp(out)
  return out
}

function bracket(pattern: string, open: number): [text: string, end: number] {
  let at = open + 1
  if (pattern[at] === '^') at++
  if (pattern[at] === ']') at++
  while (at < pattern.length && pattern[at] !== ']') {
    if (pattern.startsWith('[:', at)) at = pattern.indexOf(':]', at) + 1 || pattern.length
    at++
  }
  if (at >= pattern.length) throw new RegexTooHard('unmatched [')
  const inner = pattern.slice(open + 1, at)
  const negated = inner.startsWith('^')
  const body = (negated ? inner.slice(1) : inner).replace(
    /\[:(\w+):\]/g,
    (all, name: string) => `\u0000${CHARACTER_CLASSES[name] ?? all}`,
  )
  const escaped = body
    .split('\u0000')
    .map((piece, index) => (index === 0 ? escapeSet(piece) : piece))
    .join('')
  return [`[${negated ? '^' : ''}${escaped}]`, at]
}

function escapeSet(text: string): string {
  return text.replace(/[\\\][]/g, '\\$&')
}
