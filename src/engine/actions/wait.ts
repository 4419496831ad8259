import { imageFailure } from '../image-failure.ts'
import type { ActionKind, ActionOf } from './kind.types.ts'

export const wait: ActionKind<ActionOf<'wait'>> = {
  changes: false,
  operation: ({ resource, namespace, name, all, selector, condition, timeoutSeconds }) => ({
    kind: 'wait',
    resource,
    condition,
    timeoutSeconds,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(all === undefined ? {} : { all }),
    ...(selector === undefined ? {} : { selector }),
  }),
  hopeless: async (action, { deps }, signal) =>
    /^(po|pods?)$/.test(action.resource) && /Ready/.test(action.condition) ? imageFailure(deps, action, signal) : null,
  isDone: () => null,
}
