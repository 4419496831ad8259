import { exitCodes } from '../exit-codes.ts'
import { WorkshopError } from '../workshop-error.ts'

/** `verify` without a step on a cluster where no step was done. */
export function nothingToVerify(track: string): WorkshopError {
  return new WorkshopError({
    code: 'NOTHING_TO_VERIFY',
    message: `Nothing of the track ${track} is in this cluster yet, so there is no stage to prove.`,
    hint: 'Do a step first (hipster-workshop run --step 0 --auto), or name one: verify --step N.',
    exitCode: exitCodes.notReady,
  })
}
