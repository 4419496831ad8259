/** if, for, while, case, groups and subshells. */
import type { Command, Script } from './ast.ts'
import { type Files, LoopControl } from './control.ts'
import { type Expander, expandToFields, expandToPattern, expandToString } from './expand.ts'
import { matches } from './pattern.ts'
import { copyState, type ShellState } from './state.ts'

type Compound = Exclude<Command, { kind: 'simple' | 'function' }>

/** What compound commands need of the interpreter. */
interface Runner {
  run(script: Script, state: ShellState, files: Files): Promise<number>
  /** As a process of its own: exit and stray control flow end it, not the caller. */
  runIsolated(script: Script, state: ShellState, files: Files): Promise<number>
  expanderFor(state: ShellState, files: Files): Expander
}

export function createCompound({ run, runIsolated, expanderFor }: Runner) {
  const runCompound = async (command: Compound, state: ShellState, files: Files): Promise<number> => {
    switch (command.kind) {
      case 'group':
        return run(command.body, state, files)
      case 'subshell':
        return runIsolated(command.body, copyState(state), files)
      case 'if':
        for (const { condition, body } of command.branches)
          if ((await test(condition, state, files)) === 0) return run(body, state, files)
        if (command.otherwise !== null) return run(command.otherwise, state, files)
        return 0
      case 'for': {
        const values =
          command.words === null ? state.parameters : await expandToFields(command.words, expanderFor(state, files))
        state.status = 0
        for (const value of [...values]) {
          state.set(command.variable, value)
          if (await loopBodyStops(command.body, state, files)) break
        }
        return state.status
      }
      case 'while': {
        let status = 0
        while (((await test(command.condition, state, files)) === 0) !== command.until) {
          const stops = await loopBodyStops(command.body, state, files)
          status = state.status
          if (stops) break
        }
        return status
      }
      case 'case': {
        const subject = await expandToString(command.subject, expanderFor(state, files))
        for (const { patterns, body } of command.arms) {
          for (const pattern of patterns) {
            if (!matches(await expandToPattern(pattern, expanderFor(state, files)), subject)) continue
            state.status = 0
            return run(body, state, files)
          }
        }
        return 0
      }
    }
  }

  /** A condition: `set -e` does not apply inside. */
  const test = async (condition: Script, state: ShellState, files: Files): Promise<number> => {
    const wasTesting = state.options.has('testing')
    state.options.add('testing')
    try {
      return await run(condition, state, files)
    } finally {
      if (!wasTesting) state.options.delete('testing')
    }
  }

  const loopBodyStops = async (body: Script, state: ShellState, files: Files): Promise<boolean> => {
    state.loops++
    try {
      await run(body, state, files)
      return false
    } catch (thrown) {
      if (!(thrown instanceof LoopControl)) throw thrown
      if (--thrown.levels > 0 && state.loops > 1) throw thrown
      return thrown.kind === 'break'
    } finally {
      state.loops--
    }
  }

  return runCompound
}
