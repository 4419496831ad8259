import { exitCodes } from '../exit-codes.ts'
import { WorkshopError } from '../workshop-error.ts'

/** Some of what decides traffic may not be read, so no verdict can be given. */
export function cannotSeeWorld(unread: readonly { kind: string; message: string }[]): WorkshopError {
  return new WorkshopError({
    code: 'WORLD_INCOMPLETE',
    message: `Not all that decides traffic can be read here, so any verdict would be a guess:\n${unread.map(({ kind, message }) => `  ${kind}: ${message}`).join('\n')}`,
    hint: 'Ask for the rights that hipster-workshop doctor --rbac prints, or evaluate an export with -f.',
    exitCode: exitCodes.notReady,
  })
}

/** Some of what the track makes may not be read, so nobody can say where it stands, and nothing may be taken back. */
export function cannotSeeState(unread: readonly { kind: string; message: string }[]): WorkshopError {
  return new WorkshopError({
    code: 'STATE_UNREADABLE',
    message: `Your user may not read all that the track is made of, so where it stands would be a guess. Nothing was changed:\n${unread.map(({ kind, message }) => `  ${kind}: ${message}`).join('\n')}`,
    hint: 'Ask for the rights that hipster-workshop doctor --rbac prints; doctor says for each step what is missing.',
    exitCode: exitCodes.notReady,
  })
}
