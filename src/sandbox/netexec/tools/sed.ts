/** sed, the part people use in one-liners: s///, d, p, -n, -E, -e, line numbers, `$` and /regex/ addresses, ranges. */
import { FileErrorResult, resolvePath } from '../files.ts'
import { type Program, readAll } from '../process.ts'
import { readOptions } from './options.ts'
import { basicToRegExp, extendedToRegExp } from './regex.ts'

type Address = { kind: 'line'; number: number } | { kind: 'last' } | { kind: 'match'; regex: RegExp }

type SedCommand =
  | { kind: 'd' }
  | { kind: 'p' }
  | { kind: 'q' }
  | { kind: 's'; regex: RegExp; replacement: string; global: boolean; print: boolean; nth: number }

interface Step {
  from: Address | null
  to: Address | null
  negated: boolean
  active: boolean
  command: SedCommand
}

class SedMistake extends Error {}

export const sed: Program = async (process) => {
  const { argv, stdout, stderr, stdin, container, cwd } = process
  const { flags, values, operands } = readOptions(argv.slice(1), { flags: 'nErsiz', values: 'e' })
  const script = values.get('e') ?? operands.shift()
  if (script === undefined) {
    stderr.write(
      'BusyBox v1.37.0 multi-call binary.\n\nUsage: sed [-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\n',
    )
    return 1
  }
  let steps: Step[]
  try {
    steps = parse(script, flags.has('E') || flags.has('r'))
  } catch (mistake) {
    stderr.write(`sed: ${mistake instanceof SedMistake ? mistake.message : 'bad regex'}\n`)
    return 1
  }
  let text = ''
  let status = 0
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const content = name === '-' ? await readAll(stdin) : container.files.read(resolvePath(cwd, name))
    if (content instanceof FileErrorResult) {
      stderr.write(`sed: ${name}: ${content.text}\n`)
      status = 1
    } else text += content
  }
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  for (const [index, original] of lines.entries()) {
    const result = apply(steps, original, index + 1, index === lines.length - 1, (shown) => stdout.write(`${shown}\n`))
    if (result.line !== null && !flags.has('n')) stdout.write(`${result.line}\n`)
    if (result.quits) break
  }
  return status
}

function apply(
  steps: readonly Step[],
  original: string,
  number: number,
  isLast: boolean,
  print: (text: string) => void,
): { line: string | null; quits: boolean } {
  let line = original
  for (const step of steps) {
    if (selects(step, line, number, isLast) === step.negated) continue
    const { command } = step
    if (command.kind === 'd') return { line: null, quits: false }
    if (command.kind === 'q') return { line, quits: true }
    if (command.kind === 'p') print(line)
    else if (command.kind === 's') {
      let count = 0
      const next = line.replace(command.regex, (...found: unknown[]) => {
        count++
        const groups = found.slice(0, -2) as string[]
        if (count < command.nth || (!command.global && count > command.nth)) return groups[0] as string
        return command.replacement.replace(/\\([0-9n&\\/])|&/g, (all, code: string | undefined) => {
          if (code === undefined) return groups[0] as string
          if (code === 'n') return '\n'
          return /\d/.test(code) ? (groups[Number(code)] ?? '') : code === '&' ? '&' : all.slice(1)
        })
      })
      if (next !== line && command.print) print(next)
      line = next
    }
  }
  return { line, quits: false }
}

function selects(step: Step, line: string, number: number, isLast: boolean): boolean {
  const hits = (address: Address): boolean =>
    address.kind === 'line'
      ? address.number === number
      : address.kind === 'last'
        ? isLast
        : new RegExp(address.regex.source).test(line)
  if (step.from === null) return true
  if (step.to === null) return hits(step.from)
  if (step.active) {
    step.active = !(step.to.kind === 'line' ? number >= step.to.number : hits(step.to))
    return true
  }
  if (!hits(step.from)) return false
  step.active = !(step.to.kind === 'line' && step.to.number <= number)
  return true
}

function parse(script: string, extended: boolean): Step[] {
  const steps: Step[] = []
  let at = 0
  const regex = (source: string, flags: string): RegExp =>
    new RegExp(extended ? extendedToRegExp(source) : basicToRegExp(source), flags)
  const until = (end: string): string => {
    let text = ''
    for (; script[at] !== end; at++) {
      if (script[at] === undefined) throw new SedMistake('unmatched delimiter')
      if (script[at] === '\\' && script[at + 1] === end) {
        text += end
        at++
      } else if (script[at] === '\\') text += `\\${script[++at] ?? ''}`
      else text += script[at]
    }
    at++
    return text
  }
  const address = (): Address | null => {
    const number = /^\d+/.exec(script.slice(at))
    if (number !== null) {
      at += number[0].length
      return { kind: 'line', number: Number(number[0]) }
    }
    if (script[at] === '$') {
      at++
      return { kind: 'last' }
    }
    if (script[at] !== '/') return null
    at++
    return { kind: 'match', regex: regex(until('/'), '') }
  }
  while (at < script.length) {
    if (/[\s;]/.test(script[at] as string)) {
      at++
      continue
    }
    const from = address()
    let to: Address | null = null
    if (script[at] === ',') {
      at++
      to = address()
    }
    while (script[at] === ' ') at++
    const negated = script[at] === '!'
    if (negated) at++
    const kind = script[at++]
    if (kind === 'd' || kind === 'p' || kind === 'q')
      steps.push({ from, to, negated, active: false, command: { kind } as SedCommand })
    else if (kind === 's') {
      const delimiter = script[at++] ?? '/'
      const source = until(delimiter)
      const replacement = until(delimiter)
      const flags = /^[gpiI0-9]*/.exec(script.slice(at))?.[0] ?? ''
      at += flags.length
      steps.push({
        from,
        to,
        negated,
        active: false,
        command: {
          kind: 's',
          regex: regex(source, /i/i.test(flags) ? 'gi' : 'g'),
          replacement,
          global: flags.includes('g'),
          print: flags.includes('p'),
          nth: Number(/\d+/.exec(flags)?.[0] ?? 1),
        },
      })
    } else throw new SedMistake(`unsupported command ${kind ?? ''}`)
  }
  return steps
}
