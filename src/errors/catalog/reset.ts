import { exitCodes } from '../exit-codes.ts'
import { WorkshopError } from '../workshop-error.ts'

/** Some lines of a reset were refused; the others were carried out and stay so. */
export function resetIncomplete(done: number, failed: readonly { command: string; message: string }[]): WorkshopError {
  const lines = failed.map(({ command, message }) => `  ${command}\n    ${message}`)
  return new WorkshopError({
    code: 'RESET_INCOMPLETE',
    message: `The reset is not complete: ${done} lines were carried out, ${failed.length} were not:\n${lines.join('\n')}`,
    hint: 'Mend what they say and run the same reset again; what is done is not done twice.',
    exitCode: exitCodes.notReady,
  })
}

/** Two tracks in one namespace: what the other one left decides connections here. Nothing was changed. */
export function otherTrackInPlace(track: string, objects: readonly string[], line: string): WorkshopError {
  const named = `${objects.slice(0, 3).join(', ')}${objects.length > 3 ? ` and ${objects.length - 3} more` : ''}`
  return new WorkshopError({
    code: 'OTHER_TRACK',
    message: `The track ${track} is still in this cluster (${named}), and its policies would decide this track's connections too. Nothing was changed.`,
    hint: `Take it back first: ${line}`,
    exitCode: exitCodes.notReady,
  })
}
