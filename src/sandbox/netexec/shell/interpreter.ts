/**
 * Runs parsed commands the way a small POSIX shell does, with every pipeline element and background job really
 * concurrent. The just-bash package was tried first: its parser reads all of this, but it runs background jobs one
 * after another (eleven 3 s probes take 33 s), in the parent's own variables, hands output over only at the end, speaks
 * as bash where images have ash or dash, and costs 15 ms per exec plus 0.2 s to load. Hence this one.
 */
import { resolvePath } from '../files.ts'
import { Pipe } from '../pipe.ts'
import { type Container, EMPTY_INPUT, Killed, type Process, type Sink } from '../process.ts'
import type { AndOr, Command, Pipeline, Redirect, Script } from './ast.ts'
import { BUILTINS, type Builtin, type BuiltinCall, SPECIAL_BUILTINS } from './builtins.ts'
import { createCompound } from './compound.ts'
import { ExitShell, type Files, LoopControl, ReturnFromFunction } from './control.ts'
import { type Expander, ExpansionFailure, expandToFields, expandToString, globToRegExp } from './expand.ts'
import { problem, syntaxError } from './messages.ts'
import { parsed } from './parsed.ts'
import type { PatternChars } from './pattern.ts'
import { openRedirects, RedirectFailure } from './redirects.ts'
import { runProgram } from './run-program.ts'
import { copyState, type Job, type ShellState } from './state.ts'
import { SyntaxProblem } from './tokens.ts'

const MAX_DEPTH = 200
const MAX_CAPTURED = 16 * 1024 * 1024
const MAX_STEPS = 2_000_000

export interface Interpreter {
  run(script: Script, state: ShellState, files: Files): Promise<number>
  /** Runs text line by line; mistakes in it end it with status 2. */
  runText(text: string, state: ShellState, files: Files): Promise<number>
  readonly process: Process
  readonly container: Container
}

export function createInterpreter(process: Process): Interpreter {
  const { container, signal } = process
  let steps = 0

  const expanderFor = (state: ShellState, files: Files): Expander => ({
    variables: state,
    capture: (script) => capture(script, state, files),
    glob: (pattern) => glob(pattern, state.cwd),
  })

  const redirect = (redirects: readonly Redirect[], state: ShellState, files: Files, line: number): Promise<Files> =>
    openRedirects(redirects, { state, files, expander: expanderFor(state, files), process, line })

  const capture = async (script: Script, state: ShellState, files: Files): Promise<string> => {
    let output = ''
    const sink: Sink = {
      tty: false,
      write(text) {
        output += text
        if (output.length > MAX_CAPTURED) throw new Killed(137)
      },
    }
    const inner = copyState(state)
    state.status = await runIsolated(script, inner, { ...files, outputs: new Map(files.outputs).set(1, sink) })
    return output.replace(/\n+$/, '')
  }

  const glob = (pattern: PatternChars, cwd: string): string[] => {
    const text = pattern.map(({ char }) => char).join('')
    const slash = text.lastIndexOf('/')
    const directory = slash < 0 ? cwd : resolvePath(cwd, text.slice(0, slash) || '/')
    const names = container.files.list(directory) ?? []
    const wanted = globToRegExp(pattern.slice(slash + 1))
    const hidden = text.slice(slash + 1).startsWith('.')
    return names
      .filter((name) => wanted.test(name) && (hidden || !name.startsWith('.')))
      .map((name) => text.slice(0, slash + 1) + name)
  }

  const runIsolated = async (script: Script, state: ShellState, files: Files): Promise<number> => {
    try {
      return await run(script, state, files)
    } catch (thrown) {
      return endOf(thrown)
    }
  }

  const run = async (script: Script, state: ShellState, files: Files): Promise<number> => {
    for (const list of script) {
      if (list.background) startJob(list, state, files)
      else if (list.rest.length === 0) await runPipeline(list.first, state, files, false)
      else await runAndOr(list, state, files)
    }
    return state.status
  }

  const startJob = (list: AndOr, state: ShellState, files: Files): void => {
    const inner = copyState(state)
    const pid = state.pids.next++
    const foreground: AndOr = { ...list, background: false }
    const done = runIsolated([foreground], inner, { ...files, stdin: EMPTY_INPUT })
    const job: Job = { pid, done, finished: false }
    const settle = (): void => {
      job.finished = true
    }
    done.then(settle, settle)
    state.jobs.push(job)
    state.lastBackground = pid
    state.status = 0
  }

  const runAndOr = async (list: AndOr, state: ShellState, files: Files): Promise<void> => {
    await runPipeline(list.first, state, files, list.rest.length > 0)
    for (const [index, { operator, pipeline }] of list.rest.entries()) {
      if ((operator === '&&') === (state.status === 0))
        await runPipeline(pipeline, state, files, index < list.rest.length - 1)
    }
  }

  const runPipeline = async (pipeline: Pipeline, state: ShellState, files: Files, tested: boolean): Promise<void> => {
    const [only, ...more] = pipeline.commands
    if (more.length === 0 && only !== undefined) state.status = await runCommand(only, state, files)
    else state.status = await runConnected(pipeline.commands, state, files)
    if (pipeline.negated) state.status = state.status === 0 ? 1 : 0
    // set -e looks away where the status is being tested.
    else if (
      state.options.has('e') &&
      state.status !== 0 &&
      !tested &&
      state.locals.length >= 0 &&
      !state.options.has('testing')
    )
      throw new ExitShell(state.status)
  }

  const runConnected = async (commands: readonly Command[], state: ShellState, files: Files): Promise<number> => {
    let stdin = files.stdin
    const running: Promise<number>[] = []
    for (const [index, command] of commands.entries()) {
      const pipe = index < commands.length - 1 ? new Pipe() : null
      const outputs = pipe === null ? files.outputs : new Map(files.outputs).set(1, pipe)
      const from = stdin
      const inner = copyState(state)
      running.push(
        runElement(command, inner, { stdin: from, outputs }).finally(() => {
          pipe?.end()
          if (from instanceof Pipe) from.abandon()
        }),
      )
      if (pipe !== null) stdin = pipe
    }
    const statuses = await Promise.all(running)
    if (state.options.has('pipefail')) return statuses.findLast((status) => status !== 0) ?? 0
    return statuses[statuses.length - 1] ?? 0
  }

  const runElement = async (command: Command, state: ShellState, files: Files): Promise<number> => {
    try {
      return await runCommand(command, state, files)
    } catch (thrown) {
      return endOf(thrown)
    }
  }

  const endOf = (thrown: unknown): number => {
    if (thrown instanceof ExitShell || thrown instanceof ReturnFromFunction) return thrown.status
    if (thrown instanceof Killed) return thrown.code
    if (thrown instanceof LoopControl) return 0
    throw thrown
  }

  const runCommand = async (command: Command, state: ShellState, files: Files): Promise<number> => {
    if (signal.aborted) throw signal.reason
    // An endless loop without a wait must neither block the server nor run for ever.
    if (++steps % 500 === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    if (steps > MAX_STEPS) throw new Killed(137)
    try {
      if (command.kind === 'simple') return await runSimple(command, state, files)
      if (command.kind === 'function') {
        state.functions.set(command.name, command.body)
        return 0
      }
      return await runCompound(command, state, await redirect(command.redirects, state, files, 1))
    } catch (thrown) {
      if (thrown instanceof RedirectFailure) return thrown.status
      throw thrown
    }
  }

  const runSimple = async (
    command: Extract<Command, { kind: 'simple' }>,
    state: ShellState,
    files: Files,
  ): Promise<number> => {
    const expander = expanderFor(state, files)
    const { line } = command
    try {
      const before = state.status
      const expanded = expandToFields(command.words, expander)
      const fields = expanded instanceof Promise ? await expanded : expanded
      const [name, ...args] = fields
      if (name === undefined) {
        // Only assignments: their status is that of the last command substitution, else 0.
        // While they are expanded `$?` is still the status before (`c=$?`).
        let status = 0
        const capturing: Expander = {
          ...expander,
          async capture(script) {
            const output = await expander.capture(script)
            status = state.status
            return output
          },
        }
        state.status = before
        for (const { name: variable, value } of command.assignments)
          assign(state, files, line, variable, await expandToString(value, capturing))
        state.status = status
        if (command.redirects.length > 0) await redirect(command.redirects, state, files, line)
        return state.status
      }
      state.status = before
      const own: [string, string][] = []
      for (const { name: variable, value } of command.assignments)
        own.push([variable, await expandToString(value, expander)])
      if (state.options.has('x')) files.outputs.get(2)?.write(`+ ${fields.join(' ')}\n`)
      const opened = command.redirects.length === 0 ? files : await redirect(command.redirects, state, files, line)
      return await dispatch(name, args, own, state, opened, line)
    } catch (thrown) {
      if (thrown instanceof ExpansionFailure) {
        files.outputs.get(2)?.write(problem(state.speaker, line, thrown.textFor(state.speaker.kind)))
        if (state.speaker.interactive) return 1
        throw new ExitShell(state.speaker.kind === 'bash' ? thrown.bashStatus : 2)
      }
      throw thrown
    }
  }

  const assign = (state: ShellState, files: Files, line: number, name: string, value: string): void => {
    if (state.frozen.has(name)) {
      files.outputs
        .get(2)
        ?.write(
          problem(
            state.speaker,
            line,
            `${name}: ${state.speaker.kind === 'bash' ? 'readonly variable' : 'is read only'}`,
          ),
        )
      throw new ExitShell(2)
    }
    state.set(name, value)
    if (state.options.has('a')) state.values.export(name)
  }

  const dispatch = (
    name: string,
    args: string[],
    own: [string, string][],
    state: ShellState,
    files: Files,
    line: number,
  ): number | Promise<number> => {
    const fn = state.functions.get(name)
    if (fn !== undefined && !SPECIAL_BUILTINS.has(name)) return callFunction(fn, args, own, state, files, line)
    const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined
    if (builtin !== undefined) {
      const call = { name, args, state, files, interpreter, line }
      return own.length === 0 ? builtin(call) : withOwn(builtin, call, own)
    }
    return runProgram(process, name, args, own, state, files, line)
  }

  /** `VAR=x builtin`: the assignment lasts as long as it, or for good with a special one. */
  const withOwn = async (builtin: Builtin, call: BuiltinCall, own: [string, string][]): Promise<number> => {
    const { name, state } = call
    const before = own.map(([variable]) => [variable, state.get(variable)] as const)
    for (const [variable, value] of own) state.set(variable, value)
    try {
      return await builtin(call)
    } finally {
      if (!SPECIAL_BUILTINS.has(name))
        for (const [variable, value] of before)
          value === undefined ? state.values.unset(variable) : state.set(variable, value)
    }
  }

  const callFunction = async (
    fn: Command,
    args: string[],
    own: [string, string][],
    state: ShellState,
    files: Files,
    line: number,
  ): Promise<number> => {
    if (state.depth >= MAX_DEPTH) {
      files.outputs.get(2)?.write(problem(state.speaker, line, 'maximum function nesting level exceeded'))
      throw new ExitShell(2)
    }
    const outer = state.parameters
    state.parameters = args
    for (const [variable, value] of own) state.set(variable, value)
    state.locals.push(new Map())
    state.depth++
    try {
      return await runCommand(fn, state, files)
    } catch (thrown) {
      if (thrown instanceof ReturnFromFunction) return thrown.status
      throw thrown
    } finally {
      state.depth--
      for (const [variable, value] of state.locals.pop() ?? [])
        value === undefined ? state.values.unset(variable) : state.set(variable, value)
      state.parameters = outer
    }
  }

  const runText = async (text: string, state: ShellState, files: Files): Promise<number> => {
    try {
      for (const script of parsed(text)) await run(script, state, files)
      return state.status
    } catch (thrown) {
      if (!(thrown instanceof SyntaxProblem)) throw thrown
      files.outputs.get(2)?.write(syntaxError(state.speaker, thrown, text))
      state.status = 2
      throw new ExitShell(2)
    }
  }

  const runCompound = createCompound({ run, runIsolated, expanderFor })
  const interpreter: Interpreter = { run, runText, process, container }
  return interpreter
}
