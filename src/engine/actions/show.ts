import type { ActionKind, ActionOf } from './kind.types.ts'

export const show: ActionKind<ActionOf<'show'>> = {
  changes: false,
  operation: ({ args }) => ({ kind: 'show', args }),
  isDone: () => null,
}
