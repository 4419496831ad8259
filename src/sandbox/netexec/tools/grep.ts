/** grep with the options people type at pods: -i -v -c -n -q -o -E -F -w -x -e -h -l -s -m. */
import { FileErrorResult, resolvePath } from '../files.ts'
import { type Process, type Program, type Reader, readerOf, readLines } from '../process.ts'
import { readOptions } from './options.ts'
import { basicToRegExp, extendedToRegExp, literalToRegExp } from './regex.ts'

export const grep: Program = async (process) => {
  const { argv, stderr } = process
  const options = readOptions(
    argv
      .slice(1)
      .map((arg) => (arg === '--color' || arg.startsWith('--color=') ? '-s' : arg === '--line-buffered' ? '-s' : arg)),
    { flags: 'ivcnqoEFGwxhHlLsra', values: 'emABC' },
  )
  const { flags, values } = options
  if (options.mistake !== null) {
    stderr.write(`grep: unrecognized option: ${options.mistake.option}\n`)
    return 2
  }
  const operands = [...options.operands]
  const pattern = values.get('e') ?? operands.shift()
  if (pattern === undefined) {
    stderr.write(
      'BusyBox v1.37.0 multi-call binary.\n\nUsage: grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n',
    )
    return 2
  }
  let source: RegExp
  try {
    source = toMatcher(pattern, flags)
  } catch {
    stderr.write(`grep: bad regex '${pattern}'\n`)
    return 2
  }
  let status = 1
  const names = operands.length === 0 ? ['-'] : operands
  for (const name of names) {
    const reader = open(process, name)
    if (reader instanceof FileErrorResult) {
      if (!flags.has('s')) stderr.write(`grep: ${name}: ${reader.text}\n`)
      status = 2
      continue
    }
    const matched = await search(process, reader, source, {
      flags,
      name: (names.length > 1 || flags.has('H')) && !flags.has('h') ? `${name}:` : '',
      file: name,
      most: Number(values.get('m') ?? Number.POSITIVE_INFINITY),
    })
    if (matched && status !== 2) status = 0
    if (matched && flags.has('q')) return 0
  }
  return status
}

function toMatcher(pattern: string, flags: Map<string, number>): RegExp {
  const alternatives = pattern
    .split('\n')
    .map((each) =>
      flags.has('F') ? literalToRegExp(each) : flags.has('E') ? extendedToRegExp(each) : basicToRegExp(each),
    )
  let source =
    alternatives.length === 1 ? (alternatives[0] as string) : alternatives.map((each) => `(?:${each})`).join('|')
  if (flags.has('w')) source = `(?<!\\w)(?:${source})(?!\\w)`
  if (flags.has('x')) source = `^(?:${source})$`
  return new RegExp(source, flags.has('i') ? 'gi' : 'g')
}

function open({ stdin, container, cwd }: Process, name: string): Reader | FileErrorResult {
  if (name === '-') return stdin
  const content = container.files.read(resolvePath(cwd, name))
  if (content instanceof FileErrorResult) return content
  return readerOf(content)
}

interface Search {
  flags: Map<string, number>
  name: string
  file: string
  most: number
}

async function search(
  { stdout }: Process,
  reader: Reader,
  matcher: RegExp,
  { flags, name, file, most }: Search,
): Promise<boolean> {
  let count = 0
  let number = 0
  for await (const line of readLines(reader)) {
    number++
    matcher.lastIndex = 0
    if (matcher.test(line) === flags.has('v')) continue
    count++
    if (flags.has('q')) return true
    if (flags.has('l') || flags.has('c') || flags.has('L')) continue
    const prefix = `${name}${flags.has('n') ? `${number}:` : ''}`
    if (flags.has('o') && !flags.has('v')) {
      matcher.lastIndex = 0
      for (const [found] of line.matchAll(matcher)) if (found !== '') stdout.write(`${prefix}${found}\n`)
    } else stdout.write(`${prefix}${line}\n`)
    if (count >= most) break
  }
  if (flags.has('c')) stdout.write(`${name}${count}\n`)
  if ((flags.has('l') && count > 0) || (flags.has('L') && count === 0))
    stdout.write(`${file === '-' ? '(standard input)' : file}\n`)
  return count > 0
}
