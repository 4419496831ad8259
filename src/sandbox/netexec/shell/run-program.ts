import { Killed, NOWHERE, type Process } from '../process.ts'
import { findProgram } from '../tools/registry.ts'
import type { Files } from './control.ts'
import { cannotExecute, notFound } from './messages.ts'
import type { ShellState } from './state.ts'

/** A program of the image, by its path or along PATH; what is missing is said as this shell says it. */
export async function runProgram(
  process: Process,
  name: string,
  args: string[],
  own: [string, string][],
  state: ShellState,
  files: Files,
  line: number,
): Promise<number> {
  const stderr = files.outputs.get(2) ?? NOWHERE
  const found = findProgram(process.container, name, state.cwd)
  if (found === 'missing') {
    stderr.write(notFound(state.speaker, line, name))
    return 127
  }
  if (found === 'not-executable') {
    stderr.write(cannotExecute(state.speaker, line, name))
    return 126
  }
  const exported = state.values.environment()
  const env = own.length === 0 ? exported : { ...exported, ...Object.fromEntries(own) }
  try {
    return await found({
      argv: [name, ...args],
      env,
      cwd: state.cwd,
      stdin: files.stdin,
      stdout: files.outputs.get(1) ?? NOWHERE,
      stderr,
      signal: process.signal,
      container: process.container,
      network: process.network,
      clock: process.clock,
    })
  } catch (thrown) {
    if (thrown instanceof Killed) return thrown.code
    throw thrown
  }
}
