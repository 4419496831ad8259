/** `sh`, `ash`, `dash`, `bash` as programs: `-c TEXT`, a script file, standard input, or a prompt on a terminal. */
import { FileErrorResult, resolvePath } from '../files.ts'
import { Interrupted } from '../interrupt.ts'
import { Killed, type Process, type Program, type Reader, readAll } from '../process.ts'
import { ExitShell, type Files, LoopControl, ReturnFromFunction } from './control.ts'
import { createInterpreter, type Interpreter } from './interpreter.ts'
import { type ShellKind, type Speaker, syntaxError } from './messages.ts'
import { Parser } from './parser.ts'
import { createState, type ShellState } from './state.ts'
import { SyntaxProblem } from './tokens.ts'

interface Invocation {
  options: string[]
  text: string | null
  script: string | null
  name: string
  parameters: string[]
}

export function shellProgram(kind: ShellKind): Program {
  return async (process) => {
    const call = parseArguments(process.argv)
    const interactive = call.text === null && call.script === null && process.stdout.tty
    const speaker: Speaker = { kind, name: call.name, interactive }
    const state = createState({ speaker, env: process.env, cwd: process.cwd, parameters: call.parameters })
    for (const option of call.options) state.options.add(option)
    const interpreter = createInterpreter(process)
    const files: Files = {
      stdin: process.stdin,
      outputs: new Map([
        [1, process.stdout],
        [2, process.stderr],
      ]),
    }
    if (call.text !== null)
      return finish(() => interpreter.runText(call.text as string, state, files), interpreter, state, files)
    if (call.script !== null) return runScript(call.script, process, interpreter, state, files)
    if (interactive) return prompt(process, state, files)
    return finish(
      async () => interpreter.runText(await readAll(process.stdin), state, files),
      interpreter,
      state,
      files,
    )
  }
}

function parseArguments([name = 'sh', ...args]: readonly string[]): Invocation {
  const options: string[] = []
  let isText = false
  let at = 0
  for (; at < args.length; at++) {
    const arg = args[at] as string
    if (arg === '--') {
      at++
      break
    }
    if (!/^[-+]./.test(arg) || arg.startsWith('--')) {
      if (arg.startsWith('--')) continue
      break
    }
    if (arg === '-o') {
      options.push(args[++at] ?? '')
      continue
    }
    if (arg.includes('c')) isText = true
    options.push(...[...arg.slice(1)].filter((letter) => 'euxfa'.includes(letter)))
  }
  const rest = args.slice(at)
  if (isText) return { options, text: rest[0] ?? '', script: null, name: rest[1] ?? name, parameters: rest.slice(2) }
  const [script] = rest
  return { options, text: null, script: script ?? null, name: script ?? name, parameters: rest.slice(1) }
}

async function finish(
  run: () => Promise<number>,
  interpreter: Interpreter,
  state: ShellState,
  files: Files,
): Promise<number> {
  let status: number
  try {
    status = await run()
  } catch (thrown) {
    status = statusOf(thrown)
  }
  if (state.exitTrap === '') return status
  const action = state.exitTrap
  state.exitTrap = ''
  await interpreter.runText(action, state, files).catch(statusOf)
  return status
}

function statusOf(thrown: unknown): number {
  if (thrown instanceof ExitShell || thrown instanceof ReturnFromFunction) return thrown.status
  if (thrown instanceof Killed) return thrown.code
  if (thrown instanceof LoopControl) return 0
  throw thrown
}

function runScript(
  path: string,
  process: Process,
  interpreter: Interpreter,
  state: ShellState,
  files: Files,
): Promise<number> | number {
  const content = process.container.files.read(resolvePath(process.cwd, path))
  if (content instanceof FileErrorResult) {
    process.stderr.write(
      state.speaker.kind === 'bash'
        ? `bash: ${path}: No such file or directory\n`
        : `${process.argv[0]}: can't open '${path}': No such file or directory\n`,
    )
    return state.speaker.kind === 'bash' ? 127 : 2
  }
  return finish(() => interpreter.runText(content, state, files), interpreter, state, files)
}

/** The next line of the terminal, null at its end (Ctrl-D). */
async function readLine(reader: Reader, buffer: { text: string }): Promise<string | null> {
  while (!buffer.text.includes('\n')) {
    const piece = await reader.read()
    if (piece === null) return buffer.text === '' ? null : takeLine(buffer)
    buffer.text += piece
  }
  return takeLine(buffer)
}

function takeLine(buffer: { text: string }): string {
  const end = buffer.text.indexOf('\n')
  const line = end < 0 ? buffer.text : buffer.text.slice(0, end)
  buffer.text = end < 0 ? '' : buffer.text.slice(end + 1)
  return line
}

async function prompt(process: Process, state: ShellState, files: Files): Promise<number> {
  const buffer = { text: '' }
  let pending = ''
  const sign = process.container.uid === 0 ? '#' : '$'
  for (;;) {
    process.stderr.write(pending === '' ? firstPrompt(state, sign, process.container.hostname) : '> ')
    let line: string | null
    try {
      line = await readLine(process.stdin, buffer)
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown
      pending = ''
      continue
    }
    if (line === null) {
      process.stderr.write(state.speaker.kind === 'bash' ? 'exit\n' : '\n')
      return state.status
    }
    pending += `${line}\n`
    const incomplete = mistakeIn(pending)
    if (incomplete === 'more') continue
    const text = pending
    pending = ''
    if (incomplete !== null) {
      process.stderr.write(syntaxError(state.speaker, incomplete, text))
      state.status = 2
      continue
    }
    try {
      await runForeground(process, text, state, files)
    } catch (thrown) {
      if (thrown instanceof Interrupted) state.status = 130
      else if (thrown instanceof LoopControl) state.status = 0
      else return statusOf(thrown)
    }
  }
}

/** One line of a terminal: Ctrl-C ends what it started, not the shell. */
async function runForeground(process: Process, text: string, state: ShellState, files: Files): Promise<void> {
  const stop = new AbortController()
  const forward = (): void => stop.abort(process.signal.reason)
  process.signal.addEventListener('abort', forward, { once: true })
  const release = process.terminal?.onInterrupt(() => stop.abort(new Interrupted()))
  try {
    await createInterpreter({ ...process, signal: stop.signal }).runText(text, state, files)
  } finally {
    release?.()
    process.signal.removeEventListener('abort', forward)
  }
}

function firstPrompt(state: ShellState, sign: string, hostname: string): string {
  const home = state.get('HOME') ?? '/root'
  const shown = state.cwd === home && home !== '/' ? '~' : state.cwd
  if (state.speaker.kind === 'ash') return `${shown} ${sign} `
  if (state.speaker.kind === 'dash') return `${sign} `
  return sign === '#' ? `root@${hostname}:${shown}# ` : `bash-5.2${sign} `
}

/** `more` when the text only lacks its end: the next line continues it. */
function mistakeIn(text: string): SyntaxProblem | 'more' | null {
  try {
    new Parser(text).all()
    return /\\\n$/.test(text) && !/\\\\\n$/.test(text) ? 'more' : null
  } catch (thrown) {
    if (!(thrown instanceof SyntaxProblem)) throw thrown
    return thrown.kind === 'unterminated-quote' || (thrown.kind === 'unexpected' && thrown.token === 'end of file')
      ? 'more'
      : thrown
  }
}
