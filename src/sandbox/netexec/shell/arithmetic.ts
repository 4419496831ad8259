/** `$((...))`: integers, C operators, assignment to variables. */

export class ArithmeticError {
  constructor(readonly text: string) {}
}

const BINARY: Readonly<Record<string, [precedence: number, apply: (a: number, b: number) => number]>> = {
  '||': [1, (a, b) => (a !== 0 || b !== 0 ? 1 : 0)],
  '&&': [2, (a, b) => (a !== 0 && b !== 0 ? 1 : 0)],
  '|': [3, (a, b) => a | b],
  '^': [4, (a, b) => a ^ b],
  '&': [5, (a, b) => a & b],
  '==': [6, (a, b) => (a === b ? 1 : 0)],
  '!=': [6, (a, b) => (a !== b ? 1 : 0)],
  '<': [7, (a, b) => (a < b ? 1 : 0)],
  '<=': [7, (a, b) => (a <= b ? 1 : 0)],
  '>': [7, (a, b) => (a > b ? 1 : 0)],
  '>=': [7, (a, b) => (a >= b ? 1 : 0)],
  '<<': [8, (a, b) => a * 2 ** b],
  '>>': [8, (a, b) => Math.floor(a / 2 ** b)],
  '+': [9, (a, b) => a + b],
  '-': [9, (a, b) => a - b],
  '*': [10, (a, b) => a * b],
  '/': [10, (a, b) => divide(a, b, (x, y) => Math.trunc(x / y))],
  '%': [10, (a, b) => divide(a, b, (x, y) => x % y)],
}

function divide(a: number, b: number, apply: (a: number, b: number) => number): number {
  if (b === 0) throw new ArithmeticError('divide by zero')
  return apply(a, b)
}

const TOKEN =
  /\s*(0x[0-9a-fA-F]+|\d+|[A-Za-z_]\w*|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>=!~&|^?:(),])/y

export function evaluateArithmetic(
  source: string,
  get: (name: string) => string,
  set: (name: string, value: string) => void,
): number {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  const trimmed = source.trimEnd()
  while (TOKEN.lastIndex < trimmed.length) {
    const found = TOKEN.exec(trimmed)
    if (found === null) throw new ArithmeticError(`arithmetic syntax error`)
    tokens.push(found[1] as string)
  }
  if (tokens.length === 0) return 0
  let at = 0
  const number = (text: string): number => {
    const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text)
    if (!Number.isFinite(value)) throw new ArithmeticError('arithmetic syntax error')
    return value
  }
  const variable = (name: string): number => (get(name).trim() === '' ? 0 : number(get(name).trim()))

  const primary = (): number => {
    const token = tokens[at++]
    if (token === undefined) throw new ArithmeticError('arithmetic syntax error')
    if (token === '(') {
      const value = assignment()
      if (tokens[at++] !== ')') throw new ArithmeticError('arithmetic syntax error')
      return value
    }
    if (token === '-') return -primary()
    if (token === '+') return primary()
    if (token === '!') return primary() === 0 ? 1 : 0
    if (token === '~') return ~primary()
    if (token === '++' || token === '--') {
      const name = tokens[at++] ?? ''
      const value = variable(name) + (token === '++' ? 1 : -1)
      set(name, String(value))
      return value
    }
    if (/^\d/.test(token)) return number(token)
    if (!/^[A-Za-z_]/.test(token)) throw new ArithmeticError('arithmetic syntax error')
    const value = variable(token)
    if (tokens[at] === '++' || tokens[at] === '--') set(token, String(value + (tokens[at++] === '++' ? 1 : -1)))
    return value
  }
  const binary = (least: number): number => {
    let left = primary()
    for (;;) {
      const operator = tokens[at] ?? ''
      const found = Object.hasOwn(BINARY, operator) ? BINARY[operator] : undefined
      if (found === undefined || found[0] < least) return left
      at++
      left = found[1](left, binary(found[0] + 1))
    }
  }
  const conditional = (): number => {
    const condition = binary(1)
    if (tokens[at] !== '?') return condition
    at++
    const yes = assignment()
    if (tokens[at++] !== ':') throw new ArithmeticError('arithmetic syntax error')
    const no = conditional()
    return condition !== 0 ? yes : no
  }
  const assignment = (): number => {
    const [name = '', operator = ''] = [tokens[at], tokens[at + 1]]
    if (!/^[A-Za-z_]/.test(name) || !/^([-+*/%&|^]|<<|>>)?=$/.test(operator)) return conditional()
    at += 2
    const right = assignment()
    const value =
      operator === '=' ? right : (BINARY[operator.slice(0, -1)] as (typeof BINARY)[string])[1](variable(name), right)
    set(name, String(value))
    return value
  }
  const value = assignment()
  if (at < tokens.length) throw new ArithmeticError('arithmetic syntax error')
  return value
}
