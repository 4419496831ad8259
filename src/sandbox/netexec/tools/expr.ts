import { fromBytes, type Program } from '../process.ts'

export const expr: Program = ({ argv, stdout }) => {
  const words = argv.slice(1)
  const [left = '', operator, right = ''] = words
  const numbers: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => Math.trunc(a / b),
    '%': (a, b) => a % b,
  }
  const apply = operator === undefined || !Object.hasOwn(numbers, operator) ? undefined : numbers[operator]
  const value =
    apply === undefined
      ? operator === '='
        ? left === right
          ? '1'
          : '0'
        : fromBytes(left)
      : String(apply(Number(left), Number(right)))
  stdout.write(`${value}\n`)
  return value === '0' || value === '' ? 1 : 0
}
