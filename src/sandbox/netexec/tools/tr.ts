import type { Program } from '../process.ts'
import { readOptions } from './options.ts'

const SETS: Readonly<Record<string, string>> = {
  '[:lower:]': 'a-z',
  '[:upper:]': 'A-Z',
  '[:digit:]': '0-9',
  '[:space:]': ' \\t\\n\\r',
  '[:alpha:]': 'A-Za-z',
  '[:alnum:]': 'A-Za-z0-9',
}

/** `a-z`, escapes and classes spelled out. */
function characters(set: string): string[] {
  const named = Object.entries(SETS).reduce((text, [name, range]) => text.replaceAll(name, range), set)
  const plain = named.replace(/\\([nrt\\])/g, (_, c: string) => ({ n: '\n', r: '\r', t: '\t', '\\': '\\' })[c] ?? c)
  const found: string[] = []
  for (let at = 0; at < plain.length; at++) {
    if (plain[at + 1] === '-' && plain[at + 2] !== undefined) {
      for (let code = plain.charCodeAt(at); code <= plain.charCodeAt(at + 2); code++)
        found.push(String.fromCharCode(code))
      at += 2
    } else found.push(plain[at] as string)
  }
  return found
}

export const tr: Program = async (process) => {
  const { flags, operands } = readOptions(process.argv.slice(1), { flags: 'dsc', values: '', stopAtOperand: true })
  const [first = '', second] = operands
  const from = characters(first)
  const to = second === undefined ? [] : characters(second)
  const inSet = (char: string): boolean => from.includes(char) !== flags.has('c')
  let last = ''
  const convert = (text: string): string => {
    let out = ''
    for (const char of text) {
      const hit = inSet(char)
      if (hit && flags.has('d')) continue
      const mapped =
        hit && to.length > 0
          ? ((flags.has('c') ? to[to.length - 1] : (to[from.indexOf(char)] ?? to[to.length - 1])) as string)
          : char
      const squeezes = flags.has('s') && mapped === last && (to.length > 0 ? to.includes(mapped) : hit)
      if (!squeezes) out += mapped
      last = mapped
    }
    return out
  }
  for (let piece = await process.stdin.read(); piece !== null; piece = await process.stdin.read())
    process.stdout.write(convert(piece))
  return 0
}
