import type { ExitCode } from '../errors/exit-codes.ts'

/** What a command may touch of the outside; tests pass their own. */
export interface Io {
  stdout: NodeJS.WritableStream
  stderr: NodeJS.WritableStream
  stdin: NodeJS.ReadStream
  env: NodeJS.ProcessEnv
  /** Both ends are terminals, and not of a CI: somebody can be asked. */
  interactive: boolean
}

export interface CommandContext {
  io: Io
  /** Aborted by Ctrl-C, SIGTERM or SIGHUP. */
  signal: AbortSignal
  version: string
}

export type Command<Options> = (options: Options, context: CommandContext) => Promise<ExitCode>
