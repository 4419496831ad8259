import type { ActionKind, ActionOf } from './kind.types.ts'

export const restart: ActionKind<ActionOf<'restart'>> = {
  changes: true,
  operation: ({ namespace, selector }) => ({ kind: 'restart', namespace, selector }),
  isDone: () => null,
}
