import { says } from '../matches.ts'
import { isTerminating } from '../pods.ts'
import { refOf } from '../snapshot.ts'
import type { ActionKind, ActionOf } from './kind.types.ts'

export const apply: ActionKind<ActionOf<'apply'>> = {
  changes: true,
  operation: (action, { deps }) => ({
    kind: 'apply',
    ...deps.files.manifest(action.manifest),
    // The learner's file may not even be YAML yet: whoever applies it reads it, and says what is wrong.
    ...(action.written ? {} : { objects: deps.files.objects(action.manifest) }),
  }),
  skip: async (action, { deps }) => {
    if (!action.onlyIfMissing) return null
    const found = await Promise.all(
      deps.files.objects(action.manifest).map((object) => deps.cluster.get(refOf(object))),
    )
    return found.every((object) => object !== null && !isTerminating(object))
      ? 'everything in it is already there'
      : null
  },
  isDone: (action, snapshot, { deps }) =>
    // Written by the learner: the flows decide, see next-item.
    !action.written &&
    deps.files.objects(action.manifest).every((wanted) => {
      const live = snapshot.find(refOf(wanted))
      if (live !== undefined && action.onlyIfMissing) return true
      return live !== undefined && says(live.spec, wanted.spec) && says(live.metadata.labels, wanted.metadata.labels)
    }),
}
