import type { ExitCode } from './exit-codes.ts'

/** A place in a file: 1-based line and column, with the offending line where it is known. */
export interface Location {
  file: string
  line: number
  column: number
  excerpt?: string
}

export interface WorkshopErrorInit {
  /** Permanent, searchable, UPPER_SNAKE. */
  code: string
  /** What happened and why, in the user's words. */
  message: string
  /** What to do next; a command if there is one. */
  hint?: string
  location?: Location
  exitCode: ExitCode
  cause?: unknown
}

/** The only error class whose text is shown to people as it is; anything else thrown is our bug. */
export class WorkshopError extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly location: Location | undefined
  readonly exitCode: ExitCode

  constructor(init: WorkshopErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'WorkshopError'
    this.code = init.code
    this.hint = init.hint
    this.location = init.location
    this.exitCode = init.exitCode
  }
}
