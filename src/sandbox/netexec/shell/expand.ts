/** Word expansion (POSIX.1 2.6): parameters, commands, arithmetic, then field splitting, file names, quote removal. */
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts'
import type { Part, Script, Word } from './ast.ts'
import { matches, type PatternChars, toRegExp } from './pattern.ts'

export interface Variables {
  get(name: string): string | undefined
  set(name: string, value: string): void
  /** Positional parameters, `$1` first. */
  positional(): readonly string[]
  special(name: string): string | undefined
  /** `set -u`. */
  readonly failsOnUnset: boolean
  readonly expandsFileNames: boolean
}

export interface Expander {
  variables: Variables
  /** Runs a command substitution and returns its output without the final newlines. */
  capture(script: Script): Promise<string>
  /** Names that match a pattern, for file name expansion. */
  glob(pattern: PatternChars): string[]
}

/** Ends the shell with a message: `${x:?}` and unset variables under `set -u`. */
export class ExpansionFailure {
  constructor(
    readonly text: string,
    readonly kind: 'unset' | 'given' | 'arithmetic' = 'given',
  ) {}

  get bashStatus(): number {
    return this.kind === 'arithmetic' ? 1 : 127
  }

  textFor(shell: 'ash' | 'dash' | 'bash'): string {
    if (this.kind === 'unset' && shell === 'bash') return this.text.replace('parameter not set', 'unbound variable')
    return this.kind === 'arithmetic' && shell === 'dash' ? `arithmetic expression: ${this.text}` : this.text
  }
}

/** A piece of a field: literal characters, or what came from an expansion and may be split. */
interface Piece {
  text: string
  quoted: boolean
  splits: boolean
}

type Field = readonly Pick<Piece, 'text' | 'quoted'>[]

/** A break between fields, as `"$@"` makes. */
const BREAK = Symbol('break')
type Pieces = (Piece | typeof BREAK)[]

/**
 * An expansion stops only where a command substitution must run first, and yields it. Most words have none: they are
 * expanded at once, for a promise per word costs more than the word.
 */
type Steps<T> = Generator<Script, T, string>

function carryOut<T>(steps: Steps<T>, expander: Expander): T | Promise<T> {
  const first = steps.next()
  return first.done ? first.value : carryOn(steps, first.value, expander)
}

async function carryOn<T>(steps: Steps<T>, script: Script, expander: Expander): Promise<T> {
  let step = steps.next(await expander.capture(script))
  while (!step.done) step = steps.next(await expander.capture(step.value))
  return step.value
}

/** One string, never split: assignments, redirection targets, here-documents, case subjects. */
export function expandToString(word: Word, expander: Expander): string | Promise<string> {
  return carryOut(asString(word, expander), expander)
}

export function expandToPattern(word: Word, expander: Expander): PatternChars | Promise<PatternChars> {
  return carryOut(asPattern(word, expander), expander)
}

/** The fields a command's words become. */
export function expandToFields(words: readonly Word[], expander: Expander): string[] | Promise<string[]> {
  return carryOut(asFields(words, expander), expander)
}

function* asString(word: Word, expander: Expander): Steps<string> {
  return plainText(yield* expandParts(word, expander))
}

function* asPattern(word: Word, expander: Expander): Steps<PatternChars> {
  const pieces = yield* expandParts(word, expander)
  return charsOf(pieces.map((piece) => (piece === BREAK ? { text: ' ', quoted: true } : piece)))
}

function* asFields(words: readonly Word[], expander: Expander): Steps<string[]> {
  const fields: string[] = []
  for (const word of words) {
    const [only] = word
    // The common case costs nothing.
    if (word.length === 1 && only?.kind === 'text' && (only.quoted || !/[*?[~]/.test(only.text))) {
      fields.push(only.text)
      continue
    }
    const pieces = yield* expandParts(word, expander)
    for (const field of split(pieces, expander.variables.get('IFS') ?? ' \t\n')) {
      const wild =
        expander.variables.expandsFileNames && field.some(({ text, quoted }) => !quoted && /[*?[]/.test(text))
      const names = wild ? expander.glob(charsOf(field)) : []
      if (names.length > 0) fields.push(...names)
      else fields.push(field.map(({ text }) => text).join(''))
    }
  }
  return fields
}

function plainText(pieces: Pieces): string {
  return pieces.map((piece) => (piece === BREAK ? ' ' : piece.text)).join('')
}

function charsOf(field: Field): PatternChars {
  return field.flatMap(({ text, quoted }) => [...text].map((char) => ({ char, quoted })))
}

function* expandParts(word: Word, expander: Expander): Steps<Pieces> {
  const pieces: Pieces = []
  for (const [index, part] of word.entries()) {
    if (part.kind === 'text') {
      const home =
        index === 0 && !part.quoted && /^~(?=\/|$)/.test(part.text) ? expander.variables.get('HOME') : undefined
      pieces.push({
        text: home === undefined ? part.text : home + part.text.slice(1),
        quoted: part.quoted,
        splits: false,
      })
    } else if (part.kind === 'command') {
      pieces.push({ text: yield part.script, quoted: part.quoted, splits: !part.quoted })
    } else if (part.kind === 'arithmetic') {
      const source = yield* asString(part.expression, expander)
      const { variables } = expander
      try {
        const value = evaluateArithmetic(
          source,
          (name) => variables.get(name) ?? '',
          (name, text) => variables.set(name, text),
        )
        pieces.push({ text: String(value), quoted: part.quoted, splits: !part.quoted })
      } catch (error) {
        throw error instanceof ArithmeticError ? new ExpansionFailure(error.text, 'arithmetic') : error
      }
    } else pieces.push(...(yield* expandParameter(part, expander)))
  }
  return pieces
}

function* expandParameter(part: Extract<Part, { kind: 'param' }>, expander: Expander): Steps<Pieces> {
  const { variables } = expander
  const { name, quoted } = part
  const piece = (text: string): Piece => ({ text, quoted, splits: !quoted })
  if ((name === '@' || name === '*') && part.operator === '') return expandPositional(name, quoted, variables)
  const value = parameterValue(name, variables)
  const { operator } = part
  const isMissing = value === undefined || (operator.startsWith(':') && value === '')
  switch (operator.replace(':', '')) {
    case '':
      if (value === undefined && variables.failsOnUnset)
        throw new ExpansionFailure(`${name}: parameter not set`, 'unset')
      return [piece(value ?? '')]
    case 'length':
      return [piece(String(name === '@' || name === '*' ? variables.positional().length : (value ?? '').length))]
    case '-':
      return isMissing ? yield* fallback(part, expander) : [piece(value)]
    case '+':
      return isMissing ? [piece('')] : yield* fallback(part, expander)
    case '=': {
      if (!isMissing) return [piece(value)]
      const text = yield* asString(part.word ?? [], expander)
      variables.set(name, text)
      return [piece(text)]
    }
    case '?': {
      if (!isMissing) return [piece(value)]
      const text = yield* asString(part.word ?? [], expander)
      throw new ExpansionFailure(
        `${name}: ${text === '' ? `parameter ${operator.startsWith(':') ? 'null or ' : ''}not set` : text}`,
      )
    }
    default:
      return [piece(trim(value ?? '', operator, yield* asPattern(part.word ?? [], expander)))]
  }
}

function* fallback(part: Extract<Part, { kind: 'param' }>, expander: Expander): Steps<Pieces> {
  const pieces = yield* expandParts(part.word ?? [], expander)
  return part.quoted ? pieces : pieces.map((each) => (each === BREAK || each.quoted ? each : { ...each, splits: true }))
}

function expandPositional(name: string, quoted: boolean, variables: Variables): Pieces {
  const values = variables.positional()
  if (quoted && name === '*') {
    const separator = variables.get('IFS') ?? ' '
    return [{ text: values.join(separator.slice(0, 1)), quoted, splits: false }]
  }
  if (values.length === 0) return quoted ? [BREAK, BREAK] : []
  return values.flatMap(
    (text, index): Pieces =>
      index === 0 ? [{ text, quoted, splits: !quoted }] : [BREAK, { text, quoted, splits: !quoted }],
  )
}

function parameterValue(name: string, variables: Variables): string | undefined {
  if (/^[1-9]\d*$/.test(name)) return variables.positional()[Number(name) - 1]
  if (name === '@' || name === '*')
    return variables.positional().length === 0 ? undefined : variables.positional().join(' ')
  return /^[A-Za-z_]/.test(name) ? variables.get(name) : variables.special(name)
}

/** `${x%pattern}` and its kin: the shortest or longest match at either end goes. */
function trim(value: string, operator: string, pattern: PatternChars): string {
  if (operator === '#' || operator === '##') {
    const lengths = [...Array(value.length + 1).keys()]
    const wanted = operator === '#' ? lengths : lengths.reverse()
    const found = wanted.find((length) => matches(pattern, value.slice(0, length)))
    return found === undefined ? value : value.slice(found)
  }
  const starts = [...Array(value.length + 1).keys()]
  const wanted = operator === '%' ? starts.reverse() : starts
  const found = wanted.find((start) => matches(pattern, value.slice(start)))
  return found === undefined ? value : value.slice(0, found)
}

/** Field splitting (2.6.5): only what an expansion brought in is split; an empty quoted word stays a field. */
function split(pieces: Pieces, separators: string): Field[] {
  const fields: Field[] = []
  let current: { text: string; quoted: boolean }[] | null = null
  const isEmptyAt = pieces.length === 2 && pieces[0] === BREAK && pieces[1] === BREAK
  if (isEmptyAt) return []
  for (const piece of pieces) {
    if (piece === BREAK) {
      if (current !== null) fields.push(current)
      current = []
      continue
    }
    const { text, quoted } = piece
    if (quoted && current === null) current = []
    if (!piece.splits) {
      if (text !== '') current ??= []
      current?.push({ text, quoted })
      continue
    }
    for (let start = 0, at = 0; at <= text.length; at++) {
      const char = text.charAt(at)
      if (at < text.length && !separators.includes(char)) continue
      if (at > start) {
        current ??= []
        current.push({ text: text.slice(start, at), quoted: false })
      }
      start = at + 1
      if (at === text.length) break
      const isBlank = char === ' ' || char === '\t' || char === '\n'
      if (current !== null || !isBlank) fields.push(current ?? [])
      current = null
    }
  }
  if (current !== null) fields.push(current)
  return fields
}

/** File names that match, for a pattern that may hold slashes. */
export function globToRegExp(pattern: PatternChars): RegExp {
  return new RegExp(`^${toRegExp(pattern, { slash: false })}$`)
}
