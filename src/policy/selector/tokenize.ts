/** Cuts a selector into tokens. Words are operators only directly after a label name, so `in in {"in"}` is valid. */
type TokenKind =
  | 'label'
  | 'string'
  | '=='
  | '!='
  | 'in'
  | 'not in'
  | 'contains'
  | 'starts with'
  | 'ends with'
  | 'has'
  | 'all()'
  | 'global()'
  | '('
  | ')'
  | '{'
  | '}'
  | ','
  | '!'
  | '&&'
  | '||'
  | 'eof'

export interface Token {
  kind: TokenKind
  /** Of `label`, `string` and `has` (the label name). */
  value?: string
  /** 0-based offset in the text. */
  at: number
}

export class SelectorSyntaxError extends Error {
  /** 0-based offset in the selector text. */
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.name = 'SelectorSyntaxError'
    this.at = at
  }
}

/** Longer label names are refused by Calico's tokenizer. */
const maxLabelLength = 512

const spaces = /[ \t]*/y
const labelName = /[A-Za-z0-9_./-]+/y
const wordAfterLabel: [TokenKind, RegExp][] = [
  ['contains', /contains(?![A-Za-z0-9_])/y],
  ['starts with', /starts[ \t]*with(?![A-Za-z0-9_])/y],
  ['ends with', /ends[ \t]*with(?![A-Za-z0-9_])/y],
  ['not in', /not[ \t]*in(?![A-Za-z0-9_])/y],
  ['in', /in(?![A-Za-z0-9_])/y],
]
/** No space is allowed before the parenthesis; inside it is. */
const calls: [TokenKind, RegExp][] = [
  ['has', /has\([ \t]*([A-Za-z0-9_./-]+)[ \t]*\)/y],
  ['all()', /all\([ \t]*\)/y],
  ['global()', /global\([ \t]*\)/y],
]
const signs: readonly TokenKind[] = ['==', '!=', '&&', '||', '(', ')', '{', '}', ',', '!']

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    at += matchAt(spaces, text, at)![0].length
    if (at >= text.length) {
      tokens.push({ kind: 'eof', at })
      return tokens
    }
    const [token, end] = nextToken(text, at, tokens.at(-1)?.kind === 'label')
    tokens.push(token)
    at = end
  }
}

function nextToken(text: string, at: number, afterLabel: boolean): [Token, number] {
  const quote = text[at]
  if (quote === '"' || quote === "'") {
    // No escapes: the string ends at the next quote of its own kind.
    const end = text.indexOf(quote, at + 1)
    if (end < 0) throw new SelectorSyntaxError('unterminated string', at)
    return [{ kind: 'string', value: text.slice(at + 1, end), at }, end + 1]
  }
  for (const sign of signs) {
    if (text.startsWith(sign, at)) return [{ kind: sign, at }, at + sign.length]
  }
  if (afterLabel) {
    for (const [kind, pattern] of wordAfterLabel) {
      const found = matchAt(pattern, text, at)
      if (found) return [{ kind, at }, at + found[0].length]
    }
  }
  for (const [kind, pattern] of calls) {
    const found = matchAt(pattern, text, at)
    if (!found) continue
    if (found[1] === undefined) return [{ kind, at }, at + found[0].length]
    return [{ kind, value: checkedLabel(found[1], at), at }, at + found[0].length]
  }
  const label = matchAt(labelName, text, at)
  if (label) return [{ kind: 'label', value: checkedLabel(label[0], at), at }, at + label[0].length]
  throw new SelectorSyntaxError(`unexpected character ${JSON.stringify(text[at])}`, at)
}

function checkedLabel(name: string, at: number): string {
  if (name.length > maxLabelLength) throw new SelectorSyntaxError('label name longer than 512 characters', at)
  return name
}
