/** What one shell process knows: variables, functions, parameters, options, jobs. A subshell gets a copy. */
import { Killed } from '../process.ts'
import type { Command } from './ast.ts'
import type { Variables } from './expand.ts'
import type { Speaker } from './messages.ts'

export interface Job {
  pid: number
  done: Promise<number>
  finished: boolean
}

const MAX_VALUE = 4 * 1024 * 1024

/** One shell process; everything a subshell must not share is copied by `copyState`. */
export class ShellState implements Variables {
  readonly exported: Set<string>
  readonly frozen: Set<string>
  readonly functions: Map<string, Command>
  parameters: readonly string[]
  readonly options: Set<string>
  cwd: string
  status = 0
  jobs: Job[] = []
  lastBackground = 0
  /** Values to put back when a function with `local` returns. */
  readonly locals: Map<string, string | undefined>[] = []
  depth = 0
  /** Loops around the command that runs. */
  loops = 0
  exitTrap = ''

  constructor(
    readonly speaker: Speaker,
    readonly variables: Map<string, string>,
    readonly pids: { next: number; own: number },
    from: Pick<ShellState, 'exported' | 'frozen' | 'functions' | 'parameters' | 'options' | 'cwd'>,
  ) {
    this.exported = from.exported
    this.frozen = from.frozen
    this.functions = from.functions
    this.parameters = from.parameters
    this.options = from.options
    this.cwd = from.cwd
  }

  get(name: string): string | undefined {
    return this.variables.get(name)
  }

  set(name: string, value: string): void {
    // A script that doubles a variable for ever dies, as on a machine with little memory.
    if (value.length > MAX_VALUE) throw new Killed(137)
    this.variables.set(name, value)
  }

  positional(): readonly string[] {
    return this.parameters
  }

  special(name: string): string | undefined {
    return special(this, name)
  }

  get failsOnUnset(): boolean {
    return this.options.has('u')
  }

  get expandsFileNames(): boolean {
    return !this.options.has('f')
  }
}

export interface StateSeed {
  speaker: Speaker
  env: Readonly<Record<string, string>>
  cwd: string
  parameters: readonly string[]
}

export function createState({ speaker, env, cwd, parameters }: StateSeed): ShellState {
  const variables = new Map(Object.entries(env))
  variables.set('PWD', cwd)
  if (!variables.has('IFS')) variables.set('IFS', ' \t\n')
  return new ShellState(
    speaker,
    variables,
    { next: 30, own: 29 },
    {
      exported: new Set(Object.keys(env)),
      frozen: new Set(),
      functions: new Map(),
      parameters,
      options: new Set(),
      cwd,
    },
  )
}

/** A copy for a subshell: nothing it changes is seen outside. */
export function copyState(from: ShellState): ShellState {
  const copy = new ShellState(from.speaker, new Map(from.variables), from.pids, {
    exported: new Set(from.exported),
    frozen: from.frozen,
    functions: new Map(from.functions),
    parameters: from.parameters,
    options: new Set(from.options),
    cwd: from.cwd,
  })
  copy.status = from.status
  copy.lastBackground = from.lastBackground
  copy.depth = from.depth
  copy.loops = from.loops
  return copy
}

function special(state: ShellState, name: string): string | undefined {
  switch (name) {
    case '?':
      return String(state.status)
    case '#':
      return String(state.parameters.length)
    case '$':
      return String(state.pids.own)
    case '!':
      return state.lastBackground === 0 ? undefined : String(state.lastBackground)
    case '0':
      return state.speaker.name
    case '-':
      return [...state.options].filter((option) => option.length === 1).join('')
    default:
      return undefined
  }
}

export function exportedEnvironment(state: ShellState): Record<string, string> {
  const env: Record<string, string> = {}
  for (const name of state.exported) {
    const value = state.variables.get(name)
    if (value !== undefined) env[name] = value
  }
  return env
}
