/** Files and directories: ls, mkdir, rm, rmdir, touch, mv, cp, chmod, pwd, basename, dirname, stat, find, df, du, which. */
import { resolvePath } from '../files.ts'
import type { Process, Program } from '../process.ts'
import { readOptions } from './options.ts'

function fail({ argv, stderr }: Process, text: string): 1 {
  stderr.write(`${argv[0]}: ${text}\n`)
  return 1
}

const ls: Program = (process) => {
  const { stdout, container, cwd } = process
  const { flags, operands } = readOptions(process.argv.slice(1), { flags: 'laAh1RrtdFiSC', values: '' })
  const { files } = container
  let status = 0
  const names = operands.length === 0 ? ['.'] : operands
  for (const name of names) {
    const path = resolvePath(cwd, name)
    const entries =
      flags.has('d') || files.isFile(path)
        ? files.isFile(path) || files.isDirectory(path)
          ? [name]
          : null
        : files.list(path)
    if (entries === null) {
      status = 2
      fail(
        process,
        container.image.os === 'debian'
          ? `cannot access '${name}': No such file or directory`
          : `${name}: No such file or directory`,
      )
      continue
    }
    const shown = entries.filter(
      (entry) => flags.has('a') || flags.has('A') || !entry.startsWith('.') || entry === name,
    )
    if (names.length > 1) stdout.write(`${name}:\n`)
    if (flags.has('l')) {
      if (files.isDirectory(path)) stdout.write(`total ${shown.length * 4}\n`)
      for (const entry of shown)
        stdout.write(
          `${longLine(process, files.isDirectory(path) && !flags.has('d') ? resolvePath(path, entry) : path, entry)}\n`,
        )
    } else if (shown.length > 0)
      stdout.write(stdout.tty && !flags.has('1') ? `${columns(shown)}\n` : `${shown.join('\n')}\n`)
  }
  return status === 2 && container.image.os !== 'debian' ? 1 : status
}

function longLine({ container, clock }: Process, path: string, name: string): string {
  const isDirectory = container.files.isDirectory(path)
  const content = container.files.read(path)
  const size = isDirectory ? 4096 : typeof content === 'string' ? content.length : 0
  const owner = path.startsWith('/tmp/') && container.uid !== 0 ? String(container.uid) : 'root'
  const mode = isDirectory ? 'drwxr-xr-x' : /\/s?bin\//.test(path) ? '-rwxr-xr-x' : '-rw-r--r--'
  const date = clock
    .now()
    .toUTCString()
    .replace(/^\w+, (\d+) (\w+) \d+ (\d+:\d+):.*$/, '$2 $1 $3')
  return `${mode}    ${isDirectory ? 2 : 1} ${owner.padEnd(8)} ${owner.padEnd(8)} ${String(size).padStart(8)} ${date} ${name}`
}

function columns(names: readonly string[]): string {
  const width = Math.max(...names.map((name) => name.length)) + 2
  const perLine = Math.max(1, Math.floor(80 / width))
  const lines: string[] = []
  for (let at = 0; at < names.length; at += perLine) {
    lines.push(
      names
        .slice(at, at + perLine)
        .map((name) => name.padEnd(width))
        .join('')
        .trimEnd(),
    )
  }
  return lines.join('\n')
}

/** Applies to each operand; complaints in the form most tools use. */
function each(
  change: (process: Process, path: string, name: string, flags: Map<string, number>) => string | null,
): Program {
  return (process) => {
    const { flags, operands } = readOptions(process.argv.slice(1), { flags: 'pfrRvima', values: '' })
    if (operands.length === 0) return fail(process, 'missing operand')
    let status = 0
    for (const name of operands) {
      const complaint = change(process, resolvePath(process.cwd, name), name, flags)
      if (complaint !== null) status = fail(process, complaint)
    }
    return status
  }
}

const mkdir = each(({ container }, path, name, flags) => {
  if (container.files.isDirectory(path)) return flags.has('p') ? null : `can't create directory '${name}': File exists`
  const parent = path.slice(0, path.lastIndexOf('/')) || '/'
  if (!flags.has('p') && !container.files.isDirectory(parent))
    return `can't create directory '${name}': No such file or directory`
  for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
    const above = path.slice(0, at)
    const failed = container.files.isDirectory(above) ? null : container.files.makeDirectory(above)
    if (failed !== null) return `can't create directory '${above}': ${failed.text}`
  }
  const failed = container.files.makeDirectory(path)
  return failed === null ? null : `can't create directory '${name}': ${failed.text}`
})

const rm = each(({ container }, path, name, flags) => {
  if (container.files.isDirectory(path) && !flags.has('r') && !flags.has('R')) return `'${name}' is a directory`
  const failed = container.files.remove(path)
  return failed === null || (flags.has('f') && failed.kind === 'not-found')
    ? null
    : `can't remove '${name}': ${failed.text}`
})

const rmdir = each(({ container }, path, name) => {
  if ((container.files.list(path) ?? []).length > 0) return `'${name}': Directory not empty`
  const failed = container.files.remove(path)
  return failed === null ? null : `'${name}': ${failed.text}`
})

const touch = each(({ container }, path, name) => {
  const failed = container.files.isDirectory(path) ? null : container.files.write(path, '', true)
  return failed === null ? null : `${name}: ${failed.text}`
})

function copy(removes: boolean): Program {
  return (process) => {
    const { operands } = readOptions(process.argv.slice(1), { flags: 'rRfaipv', values: '' })
    const target = operands.pop()
    if (target === undefined || operands.length === 0) return fail(process, 'missing file operand')
    const { files } = process.container
    for (const name of operands) {
      const from = resolvePath(process.cwd, name)
      const content = files.read(from)
      if (typeof content !== 'string')
        return fail(process, `can't ${removes ? 'rename' : 'stat'} '${name}': ${content.text}`)
      const wanted = resolvePath(process.cwd, target)
      const to = files.isDirectory(wanted)
        ? `${wanted === '/' ? '' : wanted}/${name.slice(name.lastIndexOf('/') + 1)}`
        : wanted
      const failed = files.write(to, content) ?? (removes ? files.remove(from) : null)
      if (failed !== null) return fail(process, `can't create '${target}': ${failed.text}`)
    }
    return 0
  }
}

const find: Program = (process) => {
  const args = process.argv.slice(1)
  const start = args[0]?.startsWith('-') === false ? args[0] : '.'
  const nameAt = args.indexOf('-name')
  const pattern =
    nameAt < 0
      ? null
      : new RegExp(
          `^${(args[nameAt + 1] ?? '')
            .replace(/[.+^${}()|[\]\\]/g, '\\$&')
            .replace(/\*/g, '.*')
            .replace(/\?/g, '.')}$`,
        )
  const type = args[args.indexOf('-type') + 1]
  const { files } = process.container
  const walk = (path: string, shown: string): void => {
    const isDirectory = files.isDirectory(path)
    const base = shown.slice(shown.lastIndexOf('/') + 1)
    const wanted =
      (pattern === null || pattern.test(base)) && (!args.includes('-type') || (type === 'd') === isDirectory)
    if (wanted) process.stdout.write(`${shown}\n`)
    if (isDirectory)
      for (const entry of files.list(path) ?? [])
        walk(resolvePath(path, entry), `${shown === '/' ? '' : shown}/${entry}`)
  }
  const path = resolvePath(process.cwd, start)
  if (!files.isDirectory(path) && !files.isFile(path)) return fail(process, `${start}: No such file or directory`)
  walk(path, start)
  return 0
}

const stat = each(({ stdout, container }, path, name) => {
  if (!container.files.isFile(path) && !container.files.isDirectory(path))
    return `can't stat '${name}': No such file or directory`
  const content = container.files.read(path)
  stdout.write(
    `  File: ${name}\n  Size: ${typeof content === 'string' ? content.length : 4096}\t${typeof content === 'string' ? 'regular file' : 'directory'}\n`,
  )
  return null
})

const which: Program = ({ argv, stdout, container }) => {
  let status = 0
  for (const name of argv.slice(1)) {
    if (container.image.tools.has(name))
      stdout.write(`/${['curl', 'dig', 'host', 'jq', 'nslookup', 'wget'].includes(name) ? 'usr/bin' : 'bin'}/${name}\n`)
    else status = 1
  }
  return status
}

export const FILE_TOOLS: Readonly<Record<string, Program>> = {
  ls,
  mkdir,
  rm,
  rmdir,
  touch,
  cp: copy(false),
  mv: copy(true),
  find,
  stat,
  which,
  chmod: () => 0,
  pwd: ({ stdout, cwd }) => {
    stdout.write(`${cwd}\n`)
    return 0
  },
  basename: ({ argv, stdout }) => {
    const base = (argv[1] ?? '').replace(/\/+$/, '').split('/').pop() ?? ''
    stdout.write(`${argv[2] !== undefined && base.endsWith(argv[2]) ? base.slice(0, -argv[2].length) : base}\n`)
    return 0
  },
  dirname: ({ argv, stdout }) => {
    const path = (argv[1] ?? '').replace(/\/+$/, '')
    const slash = path.lastIndexOf('/')
    stdout.write(`${slash < 0 ? '.' : slash === 0 ? '/' : path.slice(0, slash)}\n`)
    return 0
  },
  df: ({ stdout }) => {
    stdout.write(
      'Filesystem           1K-blocks      Used Available Use% Mounted on\noverlay               61202244  12874012  45186904  22% /\n',
    )
    return 0
  },
  du: ({ stdout }) => {
    stdout.write('4\t.\n')
    return 0
  },
}
