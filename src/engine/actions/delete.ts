import { isTerminating } from '../pods.ts'
import { refOf } from '../snapshot.ts'
import type { ActionKind, ActionOf } from './kind.types.ts'

export const deleteManifest: ActionKind<ActionOf<'delete'>> = {
  changes: true,
  operation: (action, { deps }) => ({ kind: 'delete', ...deps.files.manifest(action.manifest) }),
  isDone: (action, snapshot, { deps }) =>
    deps.files.objects(action.manifest).every((gone) => {
      const live = snapshot.find(refOf(gone))
      return live === undefined || isTerminating(live)
    }),
}
