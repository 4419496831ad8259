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

/** Going on would write the present state down as that of before. Nothing was changed. */
export function recordUnreadable(key: string, problem: string, forget: string): WorkshopError {
  return new WorkshopError({
    code: 'RECORD_UNREADABLE',
    message: `The record of how this cluster was before the workshop (${key} in ConfigMap hipster-workshop of namespace hipster-workshop) cannot be used: ${problem}. Nothing was changed.`,
    hint: `Reset first (hipster-workshop reset: it takes away what bears the workshop's labels, and cannot put back what was here before), from the machine that did the steps if you can: it has a copy. Or forget the record: ${forget}`,
    exitCode: exitCodes.notReady,
  })
}

/** `goto` asks nobody, and going back would take it away. Nothing was changed. */
export function byHandWouldGo(theirs: readonly string[], to: number): WorkshopError {
  return new WorkshopError({
    code: 'BY_HAND_WOULD_GO',
    message: `Going back to step ${to} would take away what was written or changed by hand: ${theirs.join(', ')}. Nothing was changed.`,
    hint: `hipster-workshop reset --to ${to} shows everything that goes, and asks.`,
    exitCode: exitCodes.notReady,
  })
}

/** Asked before its first change, for a reset half done is worse than none. */
export function resetNotAllowed(refused: readonly string[]): WorkshopError {
  const shown = refused.slice(0, 8).map((text) => `\n  - ${text}`)
  const more = refused.length > 8 ? `\n  - and ${refused.length - 8} more` : ''
  return new WorkshopError({
    code: 'RESET_NOT_ALLOWED',
    message: `Your user may not do everything this reset needs, so nothing was changed. Missing:${shown.join('')}${more}`,
    hint: 'Ask for what hipster-workshop doctor --rbac prints. The lines of reset --dry-run are for whoever has the rights.',
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
