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
  isDone: () => null,
}
