/**
 * Shell text to commands, one complete line at a time: a real shell runs what stands before a mistake before it sees
 * the mistake. Grammar: POSIX.1 Shell Command Language, 2.10.
 */
import type { AndOr, Assignment, Command, Pipeline, Redirect, Script, Word } from './ast.ts'
import { type Token, Tokens } from './tokens.ts'

const ENDS_LIST = new Set([')', ';;'])
const CLOSING_WORDS = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}'])

const MAX_DEPTH = 200

export class Parser {
  readonly #tokens: Tokens

  #depth: number

  constructor(source: string, line = 1, depth = 0) {
    this.#depth = depth
    this.#tokens = new Tokens(source, line, (inner, at) => new Parser(inner, at, this.#depth + 1).all())
  }

  get line(): number {
    return this.#tokens.line
  }

  /** Everything that is left. */
  all(): Script {
    const script: AndOr[] = []
    for (let next = this.next(); next !== null; next = this.next()) script.push(...next)
    return script
  }

  /** The commands of the next line that has some; null at the end. */
  next(): Script | null {
    this.#skipNewlines()
    if (this.#tokens.peek().type === 'end') return null
    const script: AndOr[] = []
    for (;;) {
      script.push(this.#andOr())
      const token = this.#tokens.peek()
      if (token.type === 'newline' || token.type === 'end') {
        this.#tokens.take()
        return script
      }
      if (!isOperator(token, ';') && !isOperator(token, '&')) throw this.#tokens.unexpected(token)
      this.#separator(script)
      const after = this.#tokens.peek()
      if (after.type === 'newline' || after.type === 'end') {
        this.#tokens.take()
        return script
      }
    }
  }

  #separator(script: AndOr[]): void {
    const token = this.#tokens.take()
    const last = script[script.length - 1]
    if (last !== undefined && token.text === '&') last.background = true
  }

  /** Commands up to a closing word or operator, which stays. */
  #list(expecting: string): Script {
    const script: AndOr[] = []
    for (;;) {
      this.#skipNewlines()
      const token = this.#tokens.peek()
      if (token.type === 'end') throw this.#tokens.unexpected(token, expecting)
      if (this.#closes(token)) {
        if (script.length === 0) throw this.#tokens.unexpected(token)
        return script
      }
      script.push(this.#andOr())
      const after = this.#tokens.peek()
      if (isOperator(after, ';') || isOperator(after, '&')) this.#separator(script)
      else if (after.type !== 'newline' && !this.#closes(after)) throw this.#tokens.unexpected(after, expecting)
    }
  }

  #closes(token: Token): boolean {
    if (token.type === 'operator') return ENDS_LIST.has(token.text)
    return token.type === 'word' && token.plain !== null && CLOSING_WORDS.has(token.plain)
  }

  #andOr(): AndOr {
    const first = this.#pipeline()
    const rest: AndOr['rest'] = []
    for (;;) {
      const token = this.#tokens.peek()
      if (token.type !== 'operator' || (token.text !== '&&' && token.text !== '||')) break
      this.#tokens.take()
      this.#skipNewlines()
      rest.push({ operator: token.text, pipeline: this.#pipeline() })
    }
    return { first, rest, background: false }
  }

  #pipeline(): Pipeline {
    let negated = false
    while (this.#plain() === '!') {
      this.#tokens.take()
      negated = !negated
    }
    const commands = [this.#command()]
    while (isOperator(this.#tokens.peek(), '|')) {
      this.#tokens.take()
      this.#skipNewlines()
      commands.push(this.#command())
    }
    return { negated, commands }
  }

  #command(): Command {
    // Real shells run out of stack here as well.
    if (++this.#depth > MAX_DEPTH) throw this.#tokens.unexpected(this.#tokens.peek())
    const command = this.#anyCommand()
    this.#depth--
    return command
  }

  #anyCommand(): Command {
    const token = this.#tokens.peek()
    if (isOperator(token, '(')) {
      this.#tokens.take()
      const body = this.#list(')')
      this.#tokens.expectOperator(')')
      return { kind: 'subshell', body, redirects: this.#redirects() }
    }
    switch (this.#plain()) {
      case '{': {
        this.#tokens.take()
        const body = this.#list('}')
        this.#expectWord('}')
        return { kind: 'group', body, redirects: this.#redirects() }
      }
      case 'if':
        return this.#if()
      case 'for':
        return this.#for()
      case 'while':
      case 'until':
        return this.#while()
      case 'case':
        return this.#case()
      default:
        return this.#simple()
    }
  }

  #if(): Command {
    const branches: { condition: Script; body: Script }[] = []
    let otherwise: Script | null = null
    this.#tokens.take()
    for (;;) {
      const condition = this.#list('then')
      this.#expectWord('then')
      branches.push({ condition, body: this.#list('fi') })
      const word = this.#plain()
      this.#tokens.take()
      if (word === 'elif') continue
      if (word === 'else') {
        otherwise = this.#list('fi')
        this.#expectWord('fi')
      } else if (word !== 'fi') throw this.#tokens.unexpected(this.#tokens.last, 'fi')
      return { kind: 'if', branches, otherwise, redirects: this.#redirects() }
    }
  }

  #for(): Command {
    this.#tokens.take()
    const name = this.#tokens.take()
    if (name.type !== 'word' || name.plain === null || !/^[A-Za-z_]\w*$/.test(name.plain))
      throw this.#tokens.unexpected(name, 'for-variable')
    this.#skipNewlines()
    let words: Word[] | null = null
    if (this.#plain() === 'in') {
      this.#tokens.take()
      words = []
      for (let token = this.#tokens.peek(); token.type === 'word'; token = this.#tokens.peek()) {
        words.push(token.word)
        this.#tokens.take()
      }
    }
    if (isOperator(this.#tokens.peek(), ';')) this.#tokens.take()
    this.#skipNewlines()
    return { kind: 'for', variable: name.plain, words, body: this.#doGroup(), redirects: this.#redirects() }
  }

  #while(): Command {
    const until = this.#plain() === 'until'
    this.#tokens.take()
    const condition = this.#list('do')
    return { kind: 'while', until, condition, body: this.#doGroup(), redirects: this.#redirects() }
  }

  #doGroup(): Script {
    this.#expectWord('do')
    const body = this.#list('done')
    this.#expectWord('done')
    return body
  }

  #case(): Command {
    this.#tokens.take()
    const subject = this.#tokens.take()
    if (subject.type !== 'word') throw this.#tokens.unexpected(subject)
    this.#skipNewlines()
    this.#expectWord('in')
    const arms: { patterns: Word[]; body: Script }[] = []
    for (;;) {
      this.#skipNewlines()
      if (this.#plain() === 'esac') break
      if (isOperator(this.#tokens.peek(), '(')) this.#tokens.take()
      const patterns: Word[] = []
      for (;;) {
        const pattern = this.#tokens.take()
        if (pattern.type !== 'word') throw this.#tokens.unexpected(pattern)
        patterns.push(pattern.word)
        if (!isOperator(this.#tokens.peek(), '|')) break
        this.#tokens.take()
      }
      this.#tokens.expectOperator(')')
      this.#skipNewlines()
      const empty = isOperator(this.#tokens.peek(), ';;') || this.#plain() === 'esac'
      arms.push({ patterns, body: empty ? [] : this.#list('esac') })
      if (isOperator(this.#tokens.peek(), ';;')) this.#tokens.take()
    }
    this.#expectWord('esac')
    return { kind: 'case', subject: subject.word, arms, redirects: this.#redirects() }
  }

  #simple(): Command {
    const assignments: Assignment[] = []
    const words: Word[] = []
    const redirects: Redirect[] = []
    const { line } = this.#tokens
    for (;;) {
      const redirect = this.#tokens.takeRedirect()
      if (redirect !== null) {
        redirects.push(redirect)
        continue
      }
      const token = this.#tokens.peek()
      if (token.type === 'word') {
        const assignment = words.length === 0 ? toAssignment(token.word) : null
        if (assignment !== null) assignments.push(assignment)
        else words.push(token.word)
        this.#tokens.take()
        continue
      }
      if (isOperator(token, '(') && words.length === 1 && assignments.length === 0 && redirects.length === 0)
        return this.#function(words[0] as Word)
      if (words.length + assignments.length + redirects.length === 0 || isOperator(token, '('))
        throw this.#tokens.unexpected(token)
      return { kind: 'simple', assignments, words, redirects, line }
    }
  }

  #function(nameWord: Word): Command {
    const [part] = nameWord
    if (nameWord.length !== 1 || part?.kind !== 'text' || part.quoted)
      throw this.#tokens.unexpected(this.#tokens.peek())
    this.#tokens.take()
    this.#tokens.expectOperator(')')
    this.#skipNewlines()
    return { kind: 'function', name: part.text, body: this.#command() }
  }

  #redirects(): Redirect[] {
    const found: Redirect[] = []
    for (let next = this.#tokens.takeRedirect(); next !== null; next = this.#tokens.takeRedirect()) found.push(next)
    return found
  }

  #plain(): string | null {
    const token = this.#tokens.peek()
    return token.type === 'word' ? token.plain : null
  }

  #expectWord(word: string): void {
    const token = this.#tokens.take()
    if (token.type !== 'word' || token.plain !== word) throw this.#tokens.unexpected(token, word)
  }

  #skipNewlines(): void {
    while (this.#tokens.peek().type === 'newline') this.#tokens.take()
  }
}

function isOperator(token: Token, text: string): boolean {
  return token.type === 'operator' && token.text === text
}

function toAssignment(word: Word): Assignment | null {
  const [first, ...rest] = word
  if (first?.kind !== 'text' || first.quoted) return null
  const found = /^([A-Za-z_]\w*)=/.exec(first.text)
  if (found === null) return null
  const tail = first.text.slice(found[0].length)
  return { name: found[1] as string, value: [...(tail === '' ? [] : [{ ...first, text: tail }]), ...rest] }
}
