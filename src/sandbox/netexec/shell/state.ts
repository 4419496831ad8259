/** What one shell process knows: variables, functions, parameters, options, jobs. A subshell gets a copy. */
import type { Command } from './ast.ts'
import type { Variables } from './expand.ts'
import type { Speaker } from './messages.ts'

export interface Job {
  pid: number
  done: Promise<number>
  finished: boolean
}

export interface ShellState extends Variables {
  speaker: Speaker
  variables: Map<string, string>
  exported: Set<string>
  readonly_: Set<string>
  functions: Map<string, Command>
  parameters: string[]
  options: Set<string>
  cwd: string
  status: number
  jobs: Job[]
  lastBackground: number
  /** Values to put back when a function with `local` returns. */
  locals: Map<string, string | undefined>[]
  depth: number
  /** Loops around the command that runs. */
  loops: number
  exitTrap: string
  pids: { next: number; own: number }
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
  return stateFrom({
    speaker,
    variables,
    exported: new Set(Object.keys(env)),
    readonly_: new Set(),
    functions: new Map(),
    parameters: [...parameters],
    options: new Set(),
    cwd,
    status: 0,
    jobs: [],
    lastBackground: 0,
    locals: [],
    depth: 0,
    loops: 0,
    exitTrap: '',
    pids: { next: 30, own: 29 },
  })
}

type Fields = Omit<ShellState, keyof Variables>

/** A copy for a subshell: nothing it changes is seen outside. */
export function copyState(from: ShellState): ShellState {
  return stateFrom({
    speaker: from.speaker,
    variables: new Map(from.variables),
    exported: new Set(from.exported),
    readonly_: from.readonly_,
    functions: new Map(from.functions),
    parameters: [...from.parameters],
    options: new Set(from.options),
    cwd: from.cwd,
    status: from.status,
    jobs: [],
    lastBackground: from.lastBackground,
    locals: [],
    depth: from.depth,
    loops: from.loops,
    exitTrap: '',
    pids: from.pids,
  })
}

function stateFrom(fields: Fields): ShellState {
  const state: ShellState = {
    ...fields,
    get: (name) => state.variables.get(name),
    set: (name, value) => void state.variables.set(name, value),
    positional: () => state.parameters,
    special: (name) => special(state, name),
    get failsOnUnset() {
      return state.options.has('u')
    },
    get expandsFileNames() {
      return !state.options.has('f')
    },
  }
  return state
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
