import type { ActionKind, ActionOf } from './kind.types.ts'

export const ask: ActionKind<ActionOf<'ask'>> = {
  changes: false,
  operation: () => null,
  isDone: () => null,
  say: ({ question, options }) =>
    [question, ...options.map((option) => `${option.correct ? '*' : '-'} ${option.text}: ${option.why}`)].join('\n'),
}
