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

/** A break between fields, as `"$@"` makes. */
const BREAK = Symbol('break')
type Pieces = (Piece | typeof BREAK)[]

/** One string, never split: assignments, redirection targets, here-documents, case subjects. */
export async function expandToString(word: Word, expander: Expander): Promise<string> {
  return plainText(await expandParts(word, expander))
}

export async function expandToPattern(word: Word, expander: Expander): Promise<PatternChars> {
  const chars: { char: string; quoted: boolean }[] = []
  for (const piece of await expandParts(word, expander)) {
    if (piece === BREAK) chars.push({ char: ' ', quoted: true })
    else for (const char of piece.text) chars.push({ char, quoted: piece.quoted })
  }
  return chars
}

/** The fields a command's words become. */
export async function expandToFields(words: readonly Word[], expander: Expander): Promise<string[]> {
  const fields: string[] = []
  for (const word of words) {
    const [only] = word
    // The common case costs nothing.
    if (word.length === 1 && only?.kind === 'text' && (only.quoted || !/[*?[~]/.test(only.text))) {
      fields.push(only.text)
      continue
    }
    for (const field of split(await expandParts(word, expander), expander.variables.get('IFS') ?? ' \t\n')) {
      const wild =
        expander.variables.expandsFileNames &&
        field.some(({ char, quoted }) => !quoted && (char === '*' || char === '?' || char === '['))
      const names = wild ? expander.glob(field) : []
      if (names.length > 0) fields.push(...names)
      else fields.push(field.map(({ char }) => char).join(''))
    }
  }
  return fields
}

function plainText(pieces: Pieces): string {
  return pieces.map((piece) => (piece === BREAK ? ' ' : piece.text)).join('')
}

async function expandParts(word: Word, expander: Expander): Promise<Pieces> {
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
      pieces.push({ text: await expander.capture(part.script), quoted: part.quoted, splits: !part.quoted })
    } else if (part.kind === 'arithmetic') {
      const source = await expandToString(part.expression, expander)
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
    } else pieces.push(...(await expandParameter(part, expander)))
  }
  return pieces
}

async function expandParameter(part: Extract<Part, { kind: 'param' }>, expander: Expander): Promise<Pieces> {
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
      return isMissing ? fallback(part, expander) : [piece(value)]
    case '+':
      return isMissing ? [piece('')] : fallback(part, expander)
    case '=': {
      if (!isMissing) return [piece(value)]
      const text = await expandToString(part.word ?? [], expander)
      variables.set(name, text)
      return [piece(text)]
    }
    case '?': {
      if (!isMissing) return [piece(value)]
      const text = await expandToString(part.word ?? [], expander)
      throw new ExpansionFailure(
        `${name}: ${text === '' ? `parameter ${operator.startsWith(':') ? 'null or ' : ''}not set` : text}`,
      )
    }
    default:
      return [piece(trim(value ?? '', operator, await expandToPattern(part.word ?? [], expander)))]
  }
}

async function fallback(part: Extract<Part, { kind: 'param' }>, expander: Expander): Promise<Pieces> {
  const pieces = await expandParts(part.word ?? [], expander)
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
function split(pieces: Pieces, separators: string): PatternChars[] {
  const fields: { char: string; quoted: boolean }[][] = []
  let current: { char: string; quoted: boolean }[] | null = null
  const isEmptyAt = pieces.length === 2 && pieces[0] === BREAK && pieces[1] === BREAK
  if (isEmptyAt) return []
  for (const piece of pieces) {
    if (piece === BREAK) {
      if (current !== null) fields.push(current)
      current = []
      continue
    }
    if (piece.quoted && current === null) current = []
    if (!piece.splits) {
      if (piece.text !== '') current ??= []
      for (const char of piece.text) current?.push({ char, quoted: piece.quoted })
      continue
    }
    for (const char of piece.text) {
      if (!separators.includes(char)) {
        current ??= []
        current.push({ char, quoted: false })
      } else {
        const isBlank = char === ' ' || char === '\t' || char === '\n'
        if (current !== null || !isBlank) fields.push(current ?? [])
        current = null
      }
    }
  }
  if (current !== null) fields.push(current)
  return fields
}

/** File names that match, for a pattern that may hold slashes. */
export function globToRegExp(pattern: PatternChars): RegExp {
  return new RegExp(`^${toRegExp(pattern, { slash: false })}$`)
}
