import { exitCodes } from '../exit-codes.ts'
import { WorkshopError } from '../workshop-error.ts'

/** A flag, argument or combination that makes no sense. `hint` names what would. */
export function usageError(message: string, hint = 'See hipster-workshop --help.'): WorkshopError {
  return new WorkshopError({ code: 'USAGE', message, hint, exitCode: exitCodes.usage })
}

/** The user (Ctrl-C, SIGTERM) or a caller's signal ended the work. */
export function interrupted(state?: string): WorkshopError {
  return new WorkshopError({
    code: 'INTERRUPTED',
    message: `Interrupted.${state ? ` ${state}` : ''}`,
    hint: 'Start again to continue where it stopped; nothing that was finished is lost.',
    exitCode: exitCodes.interrupted,
  })
}

/** What was printed could not be written: a full disk, most of the time. */
export function outputLost(cause: NodeJS.ErrnoException): WorkshopError {
  return new WorkshopError({
    code: 'OUTPUT_LOST',
    message: `The output could not be written: ${cause.code === 'ENOSPC' ? 'no space is left there' : (cause.code ?? cause.message)}.`,
    hint: 'Make room, or send the output elsewhere, and start again.',
    exitCode: exitCodes.notReady,
    cause,
  })
}
