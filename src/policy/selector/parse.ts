import { all, oneOf, type SelectorNode } from './ast.ts'
import { SelectorSyntaxError, type Token, tokenize } from './tokenize.ts'

/** Deeper nesting is refused instead of exhausting the stack. */
const maxDepth = 500

/**
 * Parses a selector of Calico's language; throws SelectorSyntaxError. Blank text is `all()`. `&&` binds tighter than
 * `||`, `!` binds to one operation.
 */
export function parseSelector(text: string): SelectorNode {
  const tokens = tokenize(text)
  if (tokens[0]?.kind === 'eof') return all
  const reader = new Reader(tokens)
  const node = parseOr(reader, 0)
  reader.expect('eof')
  return node
}

/** The same as a value: for text that may be wrong and must not stop the caller. */
export function tryParseSelector(text: string): { node: SelectorNode } | { error: SelectorSyntaxError } {
  try {
    return { node: parseSelector(text) }
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return { error }
    throw error
  }
}

class Reader {
  private readonly tokens: readonly Token[]
  private index = 0
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  get next(): Token {
    return this.tokens[this.index]!
  }

  take(): Token {
    const token = this.next
    if (token.kind !== 'eof') this.index++
    return token
  }

  accept(kind: Token['kind']): boolean {
    if (this.next.kind !== kind) return false
    this.take()
    return true
  }

  expect(kind: Token['kind']): Token {
    const token = this.take()
    if (token.kind !== kind) throw unexpected(token, kind)
    return token
  }
}

function unexpected(token: Token, wanted: string): SelectorSyntaxError {
  const found = token.kind === 'eof' ? 'the end' : (token.value ?? token.kind)
  return new SelectorSyntaxError(`expected ${wanted}, found ${found}`, token.at)
}

function parseOr(reader: Reader, depth: number): SelectorNode {
  const operands = [parseAnd(reader, depth)]
  while (reader.accept('||')) operands.push(parseAnd(reader, depth))
  return operands.length === 1 ? operands[0]! : { kind: 'or', operands }
}

function parseAnd(reader: Reader, depth: number): SelectorNode {
  const operands = [parseOperation(reader, depth)]
  while (reader.accept('&&')) operands.push(parseOperation(reader, depth))
  return operands.length === 1 ? operands[0]! : { kind: 'and', operands }
}

function parseOperation(reader: Reader, depth: number): SelectorNode {
  if (depth > maxDepth) throw new SelectorSyntaxError('nested too deeply', reader.next.at)
  const token = reader.take()
  switch (token.kind) {
    case '!':
      return { kind: 'not', operand: parseOperation(reader, depth + 1) }
    case 'has':
      return { kind: 'has', label: token.value! }
    case 'all()':
      return all
    case 'global()':
      return { kind: 'global' }
    case '(': {
      const inner = parseOr(reader, depth + 1)
      reader.expect(')')
      return inner
    }
    case 'label':
      return parseComparison(reader, token.value!)
    default:
      throw unexpected(token, 'an operation')
  }
}

function parseComparison(reader: Reader, label: string): SelectorNode {
  const operator = reader.take()
  const value = () => reader.expect('string').value!
  switch (operator.kind) {
    case '==':
      return { kind: 'eq', label, value: value() }
    case '!=':
      return { kind: 'ne', label, value: value() }
    case 'contains':
      return { kind: 'contains', label, value: value() }
    case 'starts with':
      return { kind: 'starts', label, value: value() }
    case 'ends with':
      return { kind: 'ends', label, value: value() }
    case 'in':
      return oneOf(label, parseSet(reader))
    case 'not in':
      return oneOf(label, parseSet(reader), true)
    default:
      throw unexpected(operator, `an operator after ${label}`)
  }
}

/** `{}` and a trailing comma are valid, `{,}` is not. */
function parseSet(reader: Reader): string[] {
  const values: string[] = []
  reader.expect('{')
  while (!reader.accept('}')) {
    values.push(reader.expect('string').value!)
    if (reader.accept(',')) continue
    reader.expect('}')
    break
  }
  return values
}
