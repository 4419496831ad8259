/** Small filters: cat, head, tail, wc, sort, uniq, cut, tee, seq, base64. */
import { resolvePath } from '../files.ts'
import { type Program, readAll, readLines } from '../process.ts'
import { echo } from './echo.ts'
import { expr } from './expr.ts'
import { linesOf, overInputs } from './inputs.ts'
import { readOptions } from './options.ts'
import { printFormatted } from './printf.ts'
import { testProgram } from './test.ts'
import { tr } from './tr.ts'
import { xargs } from './xargs.ts'

/** `-5` is `-n 5`. */
function withOldCount(args: readonly string[]): string[] {
  return args.flatMap((arg) => (/^-\d+$/.test(arg) ? ['-n', arg.slice(1)] : [arg]))
}

const cat: Program = async (process) => {
  const { operands } = readOptions(process.argv.slice(1), { flags: 'neAtTvuE', values: '' })
  if (operands.length === 0 || operands[0] === '-') {
    for (let piece = await process.stdin.read(); piece !== null; piece = await process.stdin.read())
      process.stdout.write(piece)
    return 0
  }
  return overInputs(process, operands, (text) => process.stdout.write(text))
}

const head: Program = async (process) => {
  const { values, operands } = readOptions(withOldCount(process.argv.slice(1)), { flags: 'qv', values: 'nc' })
  const bytes = values.get('c')
  const count = Number(values.get('n') ?? 10)
  if (operands.length === 0 && bytes === undefined && count >= 0) {
    let left = count
    if (left === 0) return 0
    for await (const line of readLines(process.stdin)) {
      process.stdout.write(`${line}\n`)
      if (--left <= 0) break
    }
    return 0
  }
  return overInputs(process, operands, (text, name) => {
    if (operands.length > 1) process.stdout.write(`==> ${name} <==\n`)
    if (bytes !== undefined) process.stdout.write(text.slice(0, Number(bytes)))
    else for (const line of linesOf(text).slice(0, count)) process.stdout.write(`${line}\n`)
  })
}

const tail: Program = async (process) => {
  const { values, operands, flags } = readOptions(withOldCount(process.argv.slice(1)), { flags: 'fFqv', values: 'ncs' })
  const wanted = values.get('n') ?? '10'
  const status = await overInputs(process, operands, (text) => {
    const bytes = values.get('c')
    if (bytes !== undefined) return process.stdout.write(text.slice(-Number(bytes)))
    const lines = linesOf(text)
    const shown = wanted.startsWith('+')
      ? lines.slice(Number(wanted) - 1)
      : Number(wanted) === 0
        ? []
        : lines.slice(-Math.abs(Number(wanted)))
    for (const line of shown) process.stdout.write(`${line}\n`)
  })
  if (flags.has('f') || flags.has('F')) for (;;) await process.clock.sleep(60_000, process.signal)
  return status
}

const wc: Program = (process) => {
  const { flags, operands } = readOptions(process.argv.slice(1), { flags: 'lwcm', values: '' })
  return overInputs(process, operands, (text, name) => {
    const counts = {
      l: text.split('\n').length - 1,
      w: text.split(/\s+/).filter((word) => word !== '').length,
      c: text.length,
    }
    const wanted = (['l', 'w', 'c'] as const).filter(
      (letter) => flags.size === 0 || flags.has(letter) || (letter === 'c' && flags.has('m')),
    )
    const shown =
      wanted.length === 1
        ? String(counts[wanted[0] as 'l'])
        : wanted.map((letter) => String(counts[letter]).padStart(9)).join('')
    process.stdout.write(`${shown}${name === '-' ? '' : ` ${name}`}\n`)
  })
}

const sort: Program = async (process) => {
  const { flags, values, operands } = readOptions(process.argv.slice(1), { flags: 'rnufhbVs', values: 'kto' })
  const lines: string[] = []
  const status = await overInputs(process, operands, (text) => void lines.push(...linesOf(text)))
  const column = Number((values.get('k') ?? '0').split(/[,.]/)[0]?.replace(/\D.*$/, '') ?? 0)
  const separator = values.get('t')
  const byNumber = flags.has('n') || flags.has('h') || /\dn/.test(values.get('k') ?? '')
  const key = (line: string): string =>
    column === 0
      ? line
      : ((separator === undefined ? line.trim().split(/\s+/) : line.split(separator))[column - 1] ?? '')
  const compare = (a: string, b: string): number => {
    const [left, right] = [key(a), key(b)]
    if (byNumber)
      return (Number.parseFloat(left) || 0) - (Number.parseFloat(right) || 0) || (a < b ? -1 : a > b ? 1 : 0)
    return left < right ? -1 : left > right ? 1 : a < b ? -1 : a > b ? 1 : 0
  }
  lines.sort(compare)
  if (flags.has('r')) lines.reverse()
  const shown = flags.has('u')
    ? lines.filter((line, index) => index === 0 || key(line) !== key(lines[index - 1] as string))
    : lines
  for (const line of shown) process.stdout.write(`${line}\n`)
  return status
}

const uniq: Program = async (process) => {
  const { flags, operands } = readOptions(process.argv.slice(1), { flags: 'cdui', values: 'fsw' })
  const groups: { line: string; count: number }[] = []
  const status = await overInputs(process, operands.slice(0, 1), (text) => {
    for (const line of linesOf(text)) {
      const last = groups[groups.length - 1]
      if (last?.line === line) last.count++
      else groups.push({ line, count: 1 })
    }
  })
  for (const { line, count } of groups) {
    if ((flags.has('d') && count < 2) || (flags.has('u') && count > 1)) continue
    process.stdout.write(`${flags.has('c') ? `${String(count).padStart(7)} ` : ''}${line}\n`)
  }
  return status
}

const cut: Program = (process) => {
  const { values, flags, operands } = readOptions(process.argv.slice(1), { flags: 'sn', values: 'dfcb' })
  const separator = values.get('d') ?? '\t'
  const fields = values.get('f')
  const list = fields ?? values.get('c') ?? values.get('b')
  if (list === undefined) {
    process.stderr.write('cut: expected a list of bytes, characters, or fields\n')
    return 1
  }
  const wanted = (n: number): boolean =>
    list.split(',').some((range) => {
      const [from = '', to] = range.split('-')
      return to === undefined
        ? n === Number(from)
        : n >= Number(from || 1) && n <= Number(to || Number.POSITIVE_INFINITY)
    })
  return overInputs(process, operands, (text) => {
    for (const line of linesOf(text)) {
      if (fields === undefined) process.stdout.write(`${[...line].filter((_, index) => wanted(index + 1)).join('')}\n`)
      else if (!line.includes(separator)) flags.has('s') || process.stdout.write(`${line}\n`)
      else
        process.stdout.write(
          `${line
            .split(separator)
            .filter((_, index) => wanted(index + 1))
            .join(separator)}\n`,
        )
    }
  })
}

const tee: Program = async (process) => {
  const { flags, operands } = readOptions(process.argv.slice(1), { flags: 'ai', values: '' })
  const text = await readAll(process.stdin)
  process.stdout.write(text)
  let status = 0
  for (const name of operands) {
    const failed = process.container.files.write(resolvePath(process.cwd, name), text, flags.has('a'))
    if (failed === null) continue
    process.stderr.write(`tee: ${name}: ${failed.text}\n`)
    status = 1
  }
  return status
}

const seq: Program = ({ argv, stdout }) => {
  const numbers = argv
    .slice(1)
    .filter((arg) => /^-?[\d.]+$/.test(arg))
    .map(Number)
  const [first, step, last] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers
  if (first === undefined || step === undefined || last === undefined || step === 0) return 1
  let text = ''
  for (let n = first, count = 0; (step > 0 ? n <= last : n >= last) && count < 100_000; n += step, count++)
    text += `${n}\n`
  stdout.write(text)
  return 0
}

const base64: Program = async (process) => {
  const { flags, operands } = readOptions(process.argv.slice(1), { flags: 'di', values: 'w' })
  return overInputs(process, operands, (text) => {
    if (flags.has('d')) process.stdout.write(Buffer.from(text, 'base64').toString('latin1'))
    else
      process.stdout.write(
        `${Buffer.from(text, 'latin1')
          .toString('base64')
          .replace(/.{76}(?=.)/g, '$&\n')}\n`,
      )
  })
}

const yes: Program = async ({ argv, stdout, signal }) => {
  const line = `${argv.length > 1 ? argv.slice(1).join(' ') : 'y'}\n`
  for (;;) {
    if (signal.aborted) throw signal.reason
    stdout.write(line.repeat(64))
    // At a person's pace: nothing here holds back a writer whose client does not read.
    await new Promise<void>((resolve) => setTimeout(resolve, 5))
  }
}

export const TEXT_TOOLS: Readonly<Record<string, Program>> = {
  cat,
  head,
  tail,
  wc,
  sort,
  uniq,
  cut,
  tr,
  tee,
  seq,
  xargs,
  base64,
  yes,
  more: cat,
  less: cat,
  test: testProgram,
  '[': testProgram,
  echo: ({ argv, stdout, container }) => {
    stdout.write(echo(argv.slice(1), container.image.shell === 'none' ? 'ash' : container.image.shell))
    return 0
  },
  printf: ({ argv, stdout, stderr }) =>
    printFormatted(
      argv.slice(1),
      (text) => stdout.write(text),
      (text) => stderr.write(`printf: ${text}\n`),
    ),
  expr,
}
