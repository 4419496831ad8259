/** Words, operators and here-documents of the shell language (POSIX.1 2.3), read on demand. */
import type { Part, Redirect, Script, Word } from './ast.ts'

export type Token =
  | {
      type: 'word'
      word: Word /** Its text when nothing in it is quoted or expanded: reserved words look like this. */
      plain: string | null
      text: string
    }
  | { type: 'operator'; text: string }
  | { type: 'newline'; text: string }
  | { type: 'end'; text: string }

/** A mistake in the text; each shell words it in its own way. */
export class SyntaxProblem {
  constructor(
    readonly kind: 'unexpected' | 'unterminated-quote' | 'bad-substitution',
    readonly token: string,
    readonly expecting: string | null,
    readonly line: number,
  ) {}
}

const OPERATORS = ['&&', '||', ';;', '&>', '<<-', '<<', '>>', '<&', '>&', '<>', '>|', '&', '|', ';', '(', ')', '<', '>']
const META = new Set(' \t\n&|;()<>')
const SPECIAL_NAME = /[@*#?$!0-9-]/

export class Tokens {
  line: number
  last: Token = { type: 'end', text: '' }
  #at = 0
  #next: { token: Token; fd: number | null } | null = null
  #pendingHere: { redirect: { target: Word }; delimiter: string; quoted: boolean; stripTabs: boolean }[] = []
  readonly #source: string
  readonly #parse: (inner: string, line: number) => Script

  constructor(source: string, line: number, parse: (inner: string, line: number) => Script) {
    this.#source = source
    this.line = line
    this.#parse = parse
  }

  peek(): Token {
    this.#next ??= this.#read()
    return this.#next.token
  }

  take(): Token {
    const token = this.peek()
    this.#next = null
    this.last = token
    return token
  }

  expectOperator(text: string): void {
    const token = this.take()
    if (token.type !== 'operator' || token.text !== text) throw this.unexpected(token, text)
  }

  unexpected(token: Token, expecting: string | null = null): SyntaxProblem {
    const text = token.type === 'end' ? 'end of file' : token.type === 'newline' ? 'newline' : token.text
    return new SyntaxProblem('unexpected', text, expecting, this.line)
  }

  /** A redirection with its target, or null when something else comes. */
  takeRedirect(): Redirect | null {
    const token = this.peek()
    const fd = this.#next?.fd ?? null
    if (token.type !== 'operator' || !/^[<>]|^&>$/.test(token.text)) return null
    this.take()
    const target = this.take()
    if (target.type !== 'word') throw this.unexpected(target)
    const operator = token.text.startsWith('<<') ? '<<' : (token.text as Redirect['operator'])
    const redirect = { fd: fd ?? (token.text.startsWith('<') ? 0 : 1), operator, target: target.word }
    if (operator === '<<') {
      const quoted = target.word.some((part) => part.kind === 'text' && part.quoted)
      const delimiter = target.word.map((part) => (part.kind === 'text' ? part.text : '')).join('')
      this.#pendingHere.push({ redirect, delimiter, quoted, stripTabs: token.text === '<<-' })
      if (this.#next === null && this.#source[this.#at] === undefined) this.#readHereDocuments()
    }
    return redirect
  }

  #read(): { token: Token; fd: number | null } {
    this.#skipBlanks()
    const char = this.#source[this.#at]
    if (char === undefined) return { token: { type: 'end', text: '' }, fd: null }
    if (char === '\n') {
      this.#at++
      this.line++
      if (this.#pendingHere.length > 0) this.#readHereDocuments()
      return { token: { type: 'newline', text: '\n' }, fd: null }
    }
    const number = /^(\d)(?=[<>])/.exec(this.#source.slice(this.#at, this.#at + 2))
    if (number !== null) this.#at++
    const operator = OPERATORS.find((each) => this.#source.startsWith(each, this.#at))
    if (operator !== undefined) {
      this.#at += operator.length
      return { token: { type: 'operator', text: operator }, fd: number === null ? null : Number(number[1]) }
    }
    const start = this.#at
    const word = this.#word((c) => META.has(c))
    const text = this.#source.slice(start, this.#at)
    const [only] = word
    const plain = word.length === 1 && only?.kind === 'text' && !only.quoted ? only.text : null
    return { token: { type: 'word', word, plain, text }, fd: null }
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.#source[this.#at]
      if (char === ' ' || char === '\t' || char === '\r') this.#at++
      else if (char === '\\' && this.#source[this.#at + 1] === '\n') this.#at += 2
      else if (char === '#') while (this.#source[this.#at] !== undefined && this.#source[this.#at] !== '\n') this.#at++
      else return
    }
  }

  #readHereDocuments(): void {
    for (const { redirect, delimiter, quoted, stripTabs } of this.#pendingHere.splice(0)) {
      let body = ''
      while (this.#at < this.#source.length) {
        const end = this.#source.indexOf('\n', this.#at)
        let text = this.#source.slice(this.#at, end < 0 ? undefined : end)
        this.#at = end < 0 ? this.#source.length : end + 1
        this.line++
        if (stripTabs) text = text.replace(/^\t+/, '')
        if (text === delimiter) break
        body += `${text}\n`
      }
      redirect.target = quoted ? [{ kind: 'text', text: body, quoted: true }] : hereWord(body, this.line, this.#parse)
    }
  }

  /** Reads a word up to a character that ends it. */
  #word(ends: (char: string) => boolean): Part[] {
    const parts: Part[] = []
    let text = ''
    const flush = (): void => {
      if (text !== '') parts.push({ kind: 'text', text, quoted: false })
      text = ''
    }
    for (;;) {
      const char = this.#source[this.#at]
      if (char === undefined || ends(char)) break
      if (char === '\\') {
        const next = this.#source[this.#at + 1]
        this.#at += 2
        if (next === '\n') continue
        flush()
        parts.push({ kind: 'text', text: next ?? '\\', quoted: true })
      } else if (char === "'") {
        flush()
        const end = this.#source.indexOf("'", this.#at + 1)
        if (end < 0) throw new SyntaxProblem('unterminated-quote', "'", null, this.line)
        const inner = this.#source.slice(this.#at + 1, end)
        parts.push({ kind: 'text', text: inner, quoted: true })
        this.line += inner.split('\n').length - 1
        this.#at = end + 1
      } else if (char === '"') {
        flush()
        this.#at++
        parts.push(...this.#doubleQuoted('"'))
        this.#at++
      } else if (char === '$' || char === '`') {
        const part = this.#expansion(false)
        if (part === null) text += char
        else {
          flush()
          parts.push(part)
        }
      } else {
        if (char === '\n') this.line++
        text += char
        this.#at++
      }
    }
    flush()
    return parts
  }

  /** The inside of "..." (or of a here-document, where nothing closes it). */
  #doubleQuoted(closing: string | null): Part[] {
    const parts: Part[] = []
    let text = ''
    const flush = (force = false): void => {
      if (text !== '' || force) parts.push({ kind: 'text', text, quoted: true })
      text = ''
    }
    for (;;) {
      const char = this.#source[this.#at]
      if (char === undefined) {
        if (closing === null) break
        throw new SyntaxProblem('unterminated-quote', closing, null, this.line)
      }
      if (char === closing) break
      if (char === '\\') {
        const next = this.#source[this.#at + 1] ?? ''
        this.#at += 2
        if (next === '\n') continue
        const escapes = closing === null ? '$`\\' : '$`"\\'
        text += escapes.includes(next) && next !== '' ? next : `\\${next}`
      } else if (char === '$' || char === '`') {
        const part = this.#expansion(true)
        if (part === null) text += char
        else {
          flush()
          parts.push(part)
        }
      } else {
        if (char === '\n') this.line++
        text += char
        this.#at++
      }
    }
    flush(parts.length === 0)
    return parts
  }

  /** What a `$` or backquote starts; null for a lone `$` (already passed). */
  #expansion(quoted: boolean): Part | null {
    const source = this.#source
    if (source[this.#at] === '`') return this.#backquoted(quoted)
    const next = source[this.#at + 1] ?? ''
    if (source.startsWith('$((', this.#at)) {
      const end = this.#matchArithmetic()
      if (end !== null) {
        const inner = source.slice(this.#at + 3, end)
        this.#at = end + 2
        return { kind: 'arithmetic', expression: hereWord(inner, this.line, this.#parse), quoted }
      }
    }
    if (next === '(') return this.#commandSubstitution(quoted)
    if (next === '{') return this.#braced(quoted)
    const name =
      /^[A-Za-z_]\w*/.exec(source.slice(this.#at + 1, this.#at + 256))?.[0] ?? (SPECIAL_NAME.test(next) ? next : '')
    this.#at += 1 + name.length
    return name === '' ? null : { kind: 'param', name, operator: '', word: null, quoted }
  }

  #backquoted(quoted: boolean): Part {
    let inner = ''
    let at = this.#at + 1
    for (; this.#source[at] !== '`'; at++) {
      if (this.#source[at] === undefined) throw new SyntaxProblem('unterminated-quote', '`', null, this.line)
      if (this.#source[at] === '\\' && '$`\\'.includes(this.#source[at + 1] ?? ' ')) at++
      inner += this.#source[at]
    }
    this.#at = at + 1
    return { kind: 'command', script: this.#parse(inner, this.line), quoted }
  }

  #commandSubstitution(quoted: boolean): Part {
    const start = this.#at + 2
    const end = closingParenthesis(this.#source, start)
    if (end === null) throw new SyntaxProblem('unexpected', 'end of file', ')', this.line)
    this.#at = end + 1
    return { kind: 'command', script: this.#parse(this.#source.slice(start, end), this.line), quoted }
  }

  #matchArithmetic(): number | null {
    let depth = 0
    for (let at = this.#at + 3; at < this.#source.length; at++) {
      const char = this.#source[at]
      if (char === '(') depth++
      else if (char === ')') {
        if (depth === 0) return this.#source[at + 1] === ')' ? at : null
        depth--
      }
    }
    return null
  }

  #braced(quoted: boolean): Part {
    this.#at += 2
    const rest = this.#source.slice(this.#at, this.#at + 256)
    const length = /^#([A-Za-z_]\w*|[@*#?$!0-9-])\}/.exec(rest)
    if (length !== null) {
      this.#at += length[0].length
      return { kind: 'param', name: length[1] as string, operator: 'length', word: null, quoted }
    }
    const found = /^([A-Za-z_]\w*|\d+|[@*#?$!-])(:?[-=?+]|%%|%|##|#|)/.exec(rest)
    if (found === null) throw new SyntaxProblem('bad-substitution', rest, null, this.line)
    const [all, name = '', operator = ''] = found
    this.#at += all.length
    if (operator === '') {
      if (this.#source[this.#at] !== '}') throw new SyntaxProblem('bad-substitution', rest, null, this.line)
      this.#at++
      return { kind: 'param', name, operator: '', word: null, quoted }
    }
    const isPattern = operator.startsWith('%') || operator.startsWith('#')
    const word = quoted && !isPattern ? this.#doubleQuotedUntilBrace() : this.#word((char) => char === '}')
    if (this.#source[this.#at] !== '}') throw new SyntaxProblem('unexpected', 'end of file', '}', this.line)
    this.#at++
    return { kind: 'param', name, operator, word, quoted }
  }

  #doubleQuotedUntilBrace(): Part[] {
    return this.#doubleQuoted('}')
  }

  /** For here-documents and arithmetic: the whole source as if between double quotes. */
  wholeAsQuoted(): Word {
    return this.#doubleQuoted(null)
  }
}

function hereWord(body: string, line: number, parse: (inner: string, line: number) => Script): Word {
  return new Tokens(body, line, parse).wholeAsQuoted()
}

/** The `)` that closes a `$(` whose inside starts at `start`; quotes and nested parentheses are passed over. */
function closingParenthesis(source: string, start: number): number | null {
  let depth = 0
  for (let at = start; at < source.length; at++) {
    const char = source[at]
    if (char === '\\') at++
    else if (char === "'") {
      at = source.indexOf("'", at + 1)
      if (at < 0) return null
    } else if (char === '"') {
      at = closingQuote(source, at + 1)
      if (at < 0) return null
    } else if (char === '(') depth++
    else if (char === ')') {
      if (depth === 0) return at
      depth--
    }
  }
  return null
}

function closingQuote(source: string, start: number): number {
  for (let at = start; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === '"') return at
    else if (source.startsWith('$(', at)) {
      const end = closingParenthesis(source, at + 2)
      if (end === null) return -1
      at = end
    }
  }
  return -1
}
