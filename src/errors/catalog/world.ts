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
