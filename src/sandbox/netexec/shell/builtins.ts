/** Commands the shell carries out itself (POSIX.1 2.14 and XCU 1.7). */
import { resolvePath } from '../files.ts'
import { NOWHERE } from '../process.ts'
import { echo } from '../tools/echo.ts'
import { printFormatted } from '../tools/printf.ts'
import { findProgram } from '../tools/registry.ts'
import { evaluateTest } from '../tools/test.ts'
import { ExitShell, type Files, LoopControl, ReturnFromFunction } from './control.ts'
import type { Interpreter } from './interpreter.ts'
import { notFound, problem } from './messages.ts'
import type { ShellState } from './state.ts'

export interface BuiltinCall {
  name: string
  args: string[]
  state: ShellState
  files: Files
  interpreter: Interpreter
  line: number
}

export type Builtin = (call: BuiltinCall) => number | Promise<number>

/** Their assignments last, functions cannot hide them. */
export const SPECIAL_BUILTINS: ReadonlySet<string> = new Set([
  ':',
  '.',
  'break',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'times',
  'trap',
  'unset',
])

const out = ({ files }: BuiltinCall, text: string): void => files.outputs.get(1)?.write(text)
const complain = ({ files, state, line, name }: BuiltinCall, text: string): void =>
  files.outputs.get(2)?.write(problem(state.speaker, line, `${name}: ${text}`))

function numeric(call: BuiltinCall, fallback: number): number {
  const [text] = call.args
  if (text === undefined) return fallback
  if (/^\d+$/.test(text)) return Number(text)
  complain(call, `Illegal number: ${text}`)
  throw new ExitShell(2)
}

function declare(call: BuiltinCall, mark: (name: string) => void): number {
  for (const arg of call.args) {
    const [name = '', ...value] = arg.split('=')
    if (arg === '-p') continue
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      complain(call, `${name}: bad variable name`)
      return 2
    }
    if (value.length > 0) call.state.set(name, value.join('='))
    mark(name)
  }
  return 0
}

function listVariables(call: BuiltinCall, names: Iterable<string>, lead: string): number {
  for (const name of [...names].sort())
    out(call, `${lead}${name}='${(call.state.get(name) ?? '').replaceAll("'", `'"'"'`)}'\n`)
  return 0
}

const read: Builtin = async (call) => {
  const names = call.args.filter((arg) => !arg.startsWith('-'))
  const raw = call.args.includes('-r')
  const { stdin } = call.files
  const source = lineSource(stdin)
  const line = await source()
  const text = raw ? (line ?? '') : (line ?? '').replace(/\\(.)/g, '$1')
  const wanted = names.length === 0 ? ['REPLY'] : names
  let rest = text.replace(/^[ \t]+|[ \t]+$/g, '')
  for (const [index, name] of wanted.entries()) {
    const gap = /[ \t]+/.exec(rest)
    if (index === wanted.length - 1 || gap === null) {
      call.state.set(name, rest)
      rest = ''
    } else {
      call.state.set(name, rest.slice(0, gap.index))
      rest = rest.slice(gap.index + gap[0].length)
    }
  }
  return line === null ? 1 : 0
}

/** Lines of a reader that several `read` commands share: what one leaves over the next one gets. */
const leftovers = new WeakMap<object, string>()
function lineSource(reader: Files['stdin']): () => Promise<string | null> {
  return async () => {
    let text = leftovers.get(reader) ?? ''
    while (!text.includes('\n')) {
      const piece = await reader.read()
      if (piece === null) break
      text += piece
    }
    const end = text.indexOf('\n')
    leftovers.set(reader, end < 0 ? '' : text.slice(end + 1))
    if (end < 0 && text === '') return null
    return end < 0 ? text : text.slice(0, end)
  }
}

const setOptions: Builtin = (call) => {
  const { state, args } = call
  if (args.length === 0) return listVariables(call, state.values.names(), '')
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (arg === '--') {
      state.parameters = args.slice(i + 1)
      return 0
    }
    if (!/^[-+]/.test(arg)) {
      state.parameters = args.slice(i)
      return 0
    }
    const names = arg.slice(1).includes('o') ? [args[++i] ?? ''] : [...arg.slice(1)]
    const short: Readonly<Record<string, string>> = {
      errexit: 'e',
      nounset: 'u',
      xtrace: 'x',
      noglob: 'f',
      allexport: 'a',
    }
    for (const name of names)
      arg.startsWith('-') ? state.options.add(short[name] ?? name) : state.options.delete(short[name] ?? name)
  }
  return 0
}

const wait: Builtin = async ({ args, state }) => {
  if (args.length === 0) {
    for (const job of state.jobs.splice(0)) await job.done
    return 0
  }
  let status = 0
  for (const arg of args) {
    const job = arg === '%1' ? state.jobs[0] : state.jobs.find(({ pid }) => String(pid) === arg)
    status = job === undefined ? 127 : await job.done
    state.jobs = state.jobs.filter((each) => each !== job)
  }
  return status
}

const describe: Builtin = (call) => {
  let status = 0
  const command = call.name === 'command'
  for (const name of call.args.filter((arg) => arg !== '-v' && arg !== '-V')) {
    const kind = kindOf(call, name)
    if (kind === null) {
      status = command && call.state.speaker.kind === 'bash' ? 1 : 127
      if (!command)
        (call.files.outputs.get(call.state.speaker.kind === 'bash' ? 2 : 1) ?? { write: () => undefined }).write(
          call.state.speaker.kind === 'bash'
            ? problem(call.state.speaker, call.line, `type: ${name}: not found`)
            : `${name}: not found\n`,
        )
    } else if (command) out(call, `${kind.path}\n`)
    else out(call, `${name} is ${kind.words}\n`)
  }
  return status
}

function kindOf({ state, interpreter }: BuiltinCall, name: string): { path: string; words: string } | null {
  if (state.functions.has(name)) return { path: name, words: 'a function' }
  if (Object.hasOwn(BUILTINS, name)) return { path: name, words: 'a shell builtin' }
  const found = findProgram(interpreter.container, name, state.cwd)
  if (typeof found !== 'function') return null
  const path = name.includes('/')
    ? name
    : `/${['curl', 'dig', 'host', 'jq', 'nslookup', 'wget'].includes(name) ? 'usr/bin' : 'bin'}/${name}`
  return { path, words: path }
}

/** Outside a loop it does nothing; bash says so. */
function leaveLoop(call: BuiltinCall, kind: 'break' | 'continue'): number {
  const levels = numeric(call, 1)
  if (call.state.loops > 0) throw new LoopControl(kind, levels)
  if (call.state.speaker.kind === 'bash') complain(call, "only meaningful in a `for', `while', or `until' loop")
  return 0
}

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ':': () => 0,
  true: () => 0,
  false: () => 1,
  '.': async (call) => {
    const [path = ''] = call.args
    const content = call.interpreter.container.files.read(resolvePath(call.state.cwd, path))
    if (typeof content === 'string') return call.interpreter.runText(content, call.state, call.files)
    complain(call, `can't open '${path}': ${content.text}`)
    throw new ExitShell(2)
  },
  '[': (call) =>
    evaluateTest(call.name, call.args, call.interpreter.container, call.state.cwd, (text) => complain(call, text)),
  '[[': (call) =>
    evaluateTest(call.name, call.args, call.interpreter.container, call.state.cwd, (text) => complain(call, text)),
  test: (call) =>
    evaluateTest(call.name, call.args, call.interpreter.container, call.state.cwd, (text) => complain(call, text)),
  break: (call) => leaveLoop(call, 'break'),
  continue: (call) => leaveLoop(call, 'continue'),
  cd: (call) => {
    const [target = call.state.get('HOME') ?? '/'] = call.args.filter((arg) => arg !== '--')
    const path = resolvePath(call.state.cwd, target === '-' ? (call.state.get('OLDPWD') ?? '/') : target)
    if (!call.interpreter.container.files.isDirectory(path)) {
      if (call.state.speaker.kind === 'bash') complain(call, `${target}: No such file or directory`)
      else
        complain(call, `can't cd to ${target}${call.state.speaker.kind === 'ash' ? ': No such file or directory' : ''}`)
      return call.state.speaker.kind === 'dash' ? 2 : 1
    }
    call.state.set('OLDPWD', call.state.cwd)
    call.state.cwd = path
    call.state.set('PWD', path)
    return 0
  },
  command: (call) => {
    if (call.args[0]?.startsWith('-') === true) return describe(call)
    const [name, ...args] = call.args
    if (name === undefined) return 0
    const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined
    if (builtin !== undefined) return builtin({ ...call, name, args })
    return runExternal(call, name, args)
  },
  echo: (call) => {
    out(call, echo(call.args, call.state.speaker.kind))
    return 0
  },
  eval: (call) => call.interpreter.runText(call.args.join(' '), call.state, call.files),
  exec: async (call) => {
    const [name, ...args] = call.args
    // `exec >file` alone would need the shell's own descriptors; nobody does that inside a pod's one-liner.
    if (name === undefined) return 0
    throw new ExitShell(await runExternal(call, name, args))
  },
  exit: (call) => {
    throw new ExitShell(numeric(call, call.state.status) & 255)
  },
  export: (call) =>
    call.args.length === 0
      ? listVariables(call, call.state.values.exportedNames(), 'export ')
      : declare(call, (name) => call.state.values.export(name)),
  jobs: ({ state, files }) => {
    for (const [index, { finished }] of state.jobs.entries())
      files.outputs.get(1)?.write(`[${index + 1}] ${finished ? 'Done' : 'Running'}\n`)
    return 0
  },
  kill: () => 0,
  local: (call) => {
    const scope = call.state.locals[call.state.locals.length - 1]
    if (scope === undefined) {
      complain(call, call.state.speaker.kind === 'bash' ? 'can only be used in a function' : 'not in a function')
      return 1
    }
    for (const arg of call.args) {
      const name = arg.split('=')[0] ?? ''
      if (!scope.has(name)) scope.set(name, call.state.get(name))
    }
    return declare(call, () => undefined)
  },
  printf: (call) =>
    printFormatted(
      call.args,
      (text) => out(call, text),
      (text) => complain(call, text),
    ),
  pwd: (call) => {
    out(call, `${call.state.cwd}\n`)
    return 0
  },
  read,
  readonly: (call) => declare(call, (name) => call.state.frozen.add(name)),
  return: (call) => {
    throw new ReturnFromFunction(numeric(call, call.state.status))
  },
  set: setOptions,
  shift: (call) => {
    const count = numeric(call, 1)
    if (count > call.state.parameters.length) return 1
    call.state.parameters = call.state.parameters.slice(count)
    return 0
  },
  times: (call) => {
    out(call, '0m0.00s 0m0.00s\n0m0.00s 0m0.00s\n')
    return 0
  },
  trap: ({ args, state }) => {
    const [action = '', ...signals] = args
    if (signals.includes('EXIT') || signals.includes('0')) state.exitTrap = action === '-' ? '' : action
    return 0
  },
  type: describe,
  ulimit: (call) => {
    out(call, 'unlimited\n')
    return 0
  },
  umask: (call) => {
    if (call.args.length === 0) out(call, '0022\n')
    return 0
  },
  unset: ({ args, state }) => {
    for (const name of args.filter((arg) => !arg.startsWith('-'))) {
      if (args.includes('-f')) state.functions.delete(name)
      else {
        state.values.unset(name)
      }
    }
    return 0
  },
  wait,
}

async function runExternal(
  { interpreter, state, files, line }: BuiltinCall,
  name: string,
  args: string[],
): Promise<number> {
  const program = findProgram(interpreter.container, name, state.cwd)
  if (typeof program !== 'function') {
    files.outputs.get(2)?.write(notFound(state.speaker, line, name))
    return 127
  }
  const { process } = interpreter
  return program({
    ...process,
    argv: [name, ...args],
    env: state.values.environment(),
    cwd: state.cwd,
    stdin: files.stdin,
    stdout: files.outputs.get(1) ?? NOWHERE,
    stderr: files.outputs.get(2) ?? NOWHERE,
  })
}
