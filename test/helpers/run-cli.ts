import { PassThrough } from 'node:stream'
import type { Io } from '../../src/commands/context.ts'
import { runProgram } from '../../src/commands/program.ts'

export interface CliResult {
  exitCode: number
  stdout: string
  stderr: string
}

/** The program in this process, not a terminal, with its own streams. */
export async function runCli(args: string[], options: { env?: NodeJS.ProcessEnv } = {}): Promise<CliResult> {
  const output = { stdout: '', stderr: '' }
  const collect = (name: 'stdout' | 'stderr') => {
    const stream = new PassThrough()
    stream.on('data', (chunk) => {
      output[name] += String(chunk)
    })
    return stream
  }
  const io: Io = {
    stdin: process.stdin,
    stdout: collect('stdout'),
    stderr: collect('stderr'),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
    interactive: false,
  }
  const exitCode = await runProgram(args, '0.0.0-test', io)
  return { exitCode, ...output }
}
