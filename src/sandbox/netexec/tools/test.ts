/** `test` and `[` (XCU test). */
import { resolvePath } from '../files.ts'
import type { Container, Program } from '../process.ts'
import { matches } from '../shell/pattern.ts'

class TestMistake {
  constructor(readonly text: string) {}
}

export function evaluateTest(
  name: string,
  args: readonly string[],
  container: Container,
  cwd: string,
  complain: (text: string) => void,
): number {
  const words = [...args]
  const closing = name === '[[' ? ']]' : ']'
  if (name !== 'test' && words.pop() !== closing) {
    complain(`missing ${closing}`)
    return 2
  }
  let at = 0
  const number = (text: string): number => {
    if (/^\s*[-+]?\d+\s*$/.test(text)) return Number(text)
    throw new TestMistake(`${text}: bad number`)
  }
  const compare: Readonly<Record<string, (a: string, b: string) => boolean>> = {
    '=': (a, b) => a === b,
    '==': (a, b) =>
      name === '[['
        ? matches(
            [...b].map((char) => ({ char, quoted: false })),
            a,
          )
        : a === b,
    '!=': (a, b) => a !== b,
    '<': (a, b) => a < b,
    '>': (a, b) => a > b,
    '-eq': (a, b) => number(a) === number(b),
    '-ne': (a, b) => number(a) !== number(b),
    '-lt': (a, b) => number(a) < number(b),
    '-le': (a, b) => number(a) <= number(b),
    '-gt': (a, b) => number(a) > number(b),
    '-ge': (a, b) => number(a) >= number(b),
  }
  const { files } = container
  const path = (text: string): string => resolvePath(cwd, text)
  const content = (text: string): string => {
    const read = files.read(path(text))
    return typeof read === 'string' ? read : ''
  }
  const unary: Readonly<Record<string, (a: string) => boolean>> = {
    '-n': (a) => a !== '',
    '-z': (a) => a === '',
    '-e': (a) => files.isFile(path(a)) || files.isDirectory(path(a)),
    '-f': (a) => files.isFile(path(a)),
    '-d': (a) => files.isDirectory(path(a)),
    '-r': (a) => files.isFile(path(a)) || files.isDirectory(path(a)),
    '-w': (a) => files.isFile(path(a)) || files.isDirectory(path(a)),
    '-x': (a) => files.isDirectory(path(a)) || container.image.tools.has(a.slice(a.lastIndexOf('/') + 1)),
    '-s': (a) => content(a) !== '',
    '-L': () => false,
    '-h': () => false,
    '-t': () => false,
  }
  const primary = (): boolean => {
    const word = words[at]
    if (word === undefined) throw new TestMistake('argument expected')
    const operator = words[at + 1]
    if (operator !== undefined && Object.hasOwn(compare, operator) && words[at + 2] !== undefined) {
      at += 3
      return (compare[operator] as (a: string, b: string) => boolean)(word, words[at - 1] as string)
    }
    if (word === '!' && at + 1 < words.length) {
      at++
      return !primary()
    }
    if (word === '(' && at + 1 < words.length) {
      at++
      const value = either()
      at++
      return value
    }
    if (Object.hasOwn(unary, word) && at + 1 < words.length) {
      at += 2
      return (unary[word] as (a: string) => boolean)(words[at - 1] as string)
    }
    at++
    return word !== ''
  }
  const both = (): boolean => {
    let value = primary()
    while (words[at] === '-a') {
      at++
      value = primary() && value
    }
    return value
  }
  const either = (): boolean => {
    let value = both()
    while (words[at] === '-o') {
      at++
      value = both() || value
    }
    return value
  }
  if (words.length === 0) return 1
  try {
    const value = either()
    if (at < words.length) throw new TestMistake(`${words[at]}: unknown operand`)
    return value ? 0 : 1
  } catch (mistake) {
    if (!(mistake instanceof TestMistake)) throw mistake
    complain(mistake.text)
    return 2
  }
}

export const testProgram: Program = ({ argv, container, cwd, stderr }) =>
  evaluateTest(argv[0] ?? 'test', argv.slice(1), container, cwd, (text) => stderr.write(`${argv[0]}: ${text}\n`))
