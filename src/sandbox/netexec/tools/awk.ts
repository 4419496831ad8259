/** awk, the part of one-liners: an optional /regex/ or comparison, and `print` of fields, NR, NF, text; -F, -v. */
import { FileErrorResult, resolvePath } from '../files.ts'
import { type Process, type Program, readAll } from '../process.ts'
import { readEscapes } from './echo.ts'
import { readOptions } from './options.ts'
import { extendedToRegExp } from './regex.ts'

interface Rule {
  when: 'BEGIN' | 'END' | ((line: AwkLine) => boolean)
  print: string[][] | null
}

interface AwkLine {
  text: string
  fields: string[]
  number: number
  variables: Readonly<Record<string, string>>
}

class AwkMistake extends Error {}

export const awk: Program = async (process) => {
  const { values, operands } = readOptions(process.argv.slice(1), { flags: '', values: 'Fv', stopAtOperand: true })
  const [source, ...names] = operands
  if (source === undefined) {
    process.stderr.write('BusyBox v1.37.0 multi-call binary.\n\nUsage: awk [OPTIONS] [AWK_PROGRAM] [FILE]...\n')
    return 1
  }
  try {
    return await run(process, parse(source), values, names)
  } catch (mistake) {
    if (!(mistake instanceof AwkMistake)) throw mistake
    process.stderr.write(`awk: this sandbox does not simulate: ${mistake.message}\n`)
    return 2
  }
}

async function run(
  process: Process,
  rules: readonly Rule[],
  values: Map<string, string>,
  names: readonly string[],
): Promise<number> {
  const separator = values.get('F')
  const variables: Record<string, string> = {}
  const [variable = '', ...value] = (values.get('v') ?? '').split('=')
  if (variable !== '') variables[variable] = value.join('=')
  const emit = (rule: Rule, line: AwkLine): void => {
    if (rule.print === null) process.stdout.write(`${line.text}\n`)
    else
      process.stdout.write(
        `${rule.print.map((terms) => terms.map((term) => termValue(term, line)).join('')).join(' ')}\n`,
      )
  }
  const empty: AwkLine = { text: '', fields: [], number: 0, variables }
  for (const rule of rules) if (rule.when === 'BEGIN') emit(rule, empty)
  let number = 0
  for (const name of names.length === 0 ? ['-'] : names) {
    const content =
      name === '-' ? await readAll(process.stdin) : process.container.files.read(resolvePath(process.cwd, name))
    if (content instanceof FileErrorResult) {
      process.stderr.write(`awk: ${name}: ${content.text}\n`)
      return 2
    }
    for (const text of content.replace(/\n$/, '').split('\n')) {
      if (content === '') break
      number++
      const fields =
        separator === undefined || separator === ' '
          ? text
              .trim()
              .split(/\s+/)
              .filter((field) => field !== '')
          : separator.length === 1
            ? text.split(separator)
            : text.split(new RegExp(extendedToRegExp(separator)))
      const line: AwkLine = { text, fields, number, variables }
      for (const rule of rules) if (typeof rule.when === 'function' && rule.when(line)) emit(rule, line)
    }
  }
  for (const rule of rules) if (rule.when === 'END') emit(rule, { ...empty, number })
  return 0
}

function termValue(term: string, line: AwkLine): string {
  if (term.startsWith('"')) return readEscapes(term.slice(1, -1)).text
  if (term === 'NR') return String(line.number)
  if (term === 'NF') return String(line.fields.length)
  if (term === '$0') return line.text
  if (term === '$NF') return line.fields[line.fields.length - 1] ?? ''
  if (term.startsWith('$')) return line.fields[Number(term.slice(1)) - 1] ?? ''
  if (/^\d/.test(term)) return term
  return Object.hasOwn(line.variables, term) ? (line.variables[term] as string) : ''
}

function parse(source: string): Rule[] {
  const rules: Rule[] = []
  const pattern = /\s*(BEGIN|END|!?\/(?:\\.|[^/\\])*\/|[^{}]+?)?\s*(\{[^}]*\})?\s*;?/y
  while (pattern.lastIndex < source.trimEnd().length) {
    const before = pattern.lastIndex
    const found = pattern.exec(source)
    if (found === null || pattern.lastIndex === before) throw new AwkMistake(source.slice(before))
    rules.push({
      when: condition(found[1]?.trim()),
      print: found[2] === undefined ? null : action(found[2].slice(1, -1)),
    })
  }
  return rules
}

function condition(text: string | undefined): Rule['when'] {
  if (text === undefined || text === '') return () => true
  if (text === 'BEGIN' || text === 'END') return text
  const regex = /^(!?)\/(.*)\/$/.exec(text)
  if (regex !== null) {
    const matcher = new RegExp(extendedToRegExp(regex[2] as string))
    return (line) => matcher.test(line.text) !== (regex[1] === '!')
  }
  const comparison = /^(\$\w+|NR|NF)\s*(==|!=|>=|<=|>|<|~)\s*("[^"]*"|\/.*\/|-?[\d.]+)$/.exec(text)
  if (comparison === null) throw new AwkMistake(text)
  const [, left = '', operator = '', right = ''] = comparison
  if (operator === '~') {
    const matcher = new RegExp(extendedToRegExp(right.slice(1, -1)))
    return (line) => matcher.test(termValue(left, line))
  }
  return (line) => {
    const a = termValue(left, line)
    const b = right.startsWith('"') ? right.slice(1, -1) : right
    const order = right.startsWith('"') ? (a < b ? -1 : a > b ? 1 : 0) : Number(a) - Number(b)
    return (
      { '==': order === 0, '!=': order !== 0, '>': order > 0, '<': order < 0, '>=': order >= 0, '<=': order <= 0 }[
        operator
      ] ?? false
    )
  }
}

function action(text: string): string[][] | null {
  const found = /^\s*print\s*(.*?)\s*;?\s*$/.exec(text)
  if (found === null) throw new AwkMistake(text)
  const list = found[1] as string
  if (list === '') return null
  const groups: string[][] = [[]]
  const token = /\s*(,|"(?:\\.|[^"\\])*"|\$\w+|[A-Za-z_]\w*|\d+)/y
  while (token.lastIndex < list.length) {
    const each = token.exec(list)
    if (each === null) throw new AwkMistake(list)
    if (each[1] === ',') groups.push([])
    else groups[groups.length - 1]?.push(each[1] as string)
  }
  return groups
}
