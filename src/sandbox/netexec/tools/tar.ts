/** tar as `kubectl cp` uses it: create to standard output, extract from standard input. */
import { FileErrorResult, resolvePath } from '../files.ts'
import type { Process, Program } from '../process.ts'
import { readAll } from '../process.ts'

const BLOCK = 512

export const tar: Program = async (process) => {
  const args = process.argv.slice(1)
  const mode = (args[0] ?? '').replace(/^-/, '')
  const words = args.slice(1)
  const directoryAt = words.indexOf('-C')
  const directory = directoryAt < 0 ? process.cwd : resolvePath(process.cwd, words[directoryAt + 1] ?? '.')
  const names = words.filter(
    (word, index) => !word.startsWith('-') && word !== '-' && (directoryAt < 0 || index !== directoryAt + 1),
  )
  const files = mode.includes('f') ? names.filter((name) => name !== '-') : names
  if (mode.includes('c')) return create(process, directory, files)
  if (mode.includes('x') || mode.includes('t')) return extract(process, directory, mode.includes('t'))
  process.stderr.write('tar: must specify one of -c, -x or -t\n')
  return 1
}

function create(process: Process, directory: string, names: readonly string[]): number {
  let status = 0
  const add = (path: string, name: string): void => {
    const { files } = process.container
    if (files.isDirectory(path)) {
      process.stdout.write(header(`${name}/`, 0, '5'))
      for (const entry of files.list(path) ?? []) add(resolvePath(path, entry), `${name}/${entry}`)
      return
    }
    const content = files.read(path)
    if (content instanceof FileErrorResult) {
      process.stderr.write(`tar: ${name}: ${content.text}\n`)
      status = 1
      return
    }
    process.stdout.write(
      header(name, content.length, '0') + content + '\0'.repeat((BLOCK - (content.length % BLOCK)) % BLOCK),
    )
  }
  for (const name of names) add(resolvePath(directory, name), name.replace(/^\/+/, ''))
  process.stdout.write('\0'.repeat(BLOCK * 2))
  return status
}

function header(name: string, size: number, type: '0' | '5'): string {
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`
  const before =
    name.slice(0, 100).padEnd(100, '\0') +
    octal(type === '5' ? 0o755 : 0o644, 8) +
    octal(0, 8) +
    octal(0, 8) +
    octal(size, 12) +
    octal(1_700_000_000, 12)
  const after = `${type}${'\0'.repeat(100)}ustar\x0000root${'\0'.repeat(28)}root${'\0'.repeat(28)}`
  const draft = (before + ' '.repeat(8) + after).padEnd(BLOCK, '\0')
  let sum = 0
  for (let at = 0; at < BLOCK; at++) sum += draft.charCodeAt(at)
  return `${before}${sum.toString(8).padStart(6, '0')}\0 ${after}`.padEnd(BLOCK, '\0')
}

async function extract(process: Process, directory: string, onlyLists: boolean): Promise<number> {
  const data = await readAll(process.stdin)
  const { files } = process.container
  let status = 0
  for (let at = 0; at + BLOCK <= data.length; ) {
    const name = data.slice(at, at + 100).replace(/\0[\s\S]*$/, '')
    if (name === '') break
    const size = Number.parseInt(data.slice(at + 124, at + 136), 8) || 0
    const type = data[at + 156]
    const content = data.slice(at + BLOCK, at + BLOCK + size)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    if (onlyLists) {
      process.stdout.write(`${name}\n`)
      continue
    }
    const path = resolvePath(directory, name)
    const failed =
      type === '5'
        ? files.isDirectory(path)
          ? null
          : files.makeDirectory(path)
        : type === '0' || type === '\0'
          ? files.write(path, content)
          : null
    if (failed !== null) {
      process.stderr.write(`tar: can't open '${name}': ${failed.text}\n`)
      status = 1
    }
  }
  return status
}
