/** What one shell process knows: variables, functions, parameters, options, jobs. A subshell gets a copy. */
import type { Command } from './ast.ts'
import type { Variables } from './expand.ts'
import type { Speaker } from './messages.ts'
import { Values } from './values.ts'

export interface Job {
  pid: number
  done: Promise<number>
  finished: boolean
}

/** One shell process; everything a subshell must not share is copied by `copyState`. */
export class ShellState implements Variables {
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
    readonly values: Values,
    readonly pids: { next: number; own: number },
    from: Pick<ShellState, 'frozen' | 'functions' | 'parameters' | 'options' | 'cwd'>,
  ) {
    this.frozen = from.frozen
    this.functions = from.functions
    this.parameters = from.parameters
    this.options = from.options
    this.cwd = from.cwd
  }

  get(name: string): string | undefined {
    return this.values.get(name)
  }

  set(name: string, value: string): void {
    this.values.set(name, value)
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
  const values = new Values(withFolder(env, cwd))
  if (values.get('IFS') === undefined) values.set('IFS', ' \t\n')
  return new ShellState(
    speaker,
    values,
    { next: 30, own: 29 },
    { frozen: new Set(), functions: new Map(), parameters, options: new Set(), cwd },
  )
}

/** By what a container's processes are given: most shells of a pod start in the same folder. */
const withFolders = new WeakMap<object, { cwd: string; env: Readonly<Record<string, string>> }>()

function withFolder(given: Readonly<Record<string, string>>, cwd: string): Readonly<Record<string, string>> {
  const known = withFolders.get(given)
  if (known?.cwd === cwd) return known.env
  const env = { ...given, PWD: cwd }
  withFolders.set(given, { cwd, env })
  return env
}

/** A copy for a subshell: nothing it changes is seen outside. */
export function copyState(from: ShellState): ShellState {
  const copy = new ShellState(from.speaker, from.values.copy(), from.pids, {
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
