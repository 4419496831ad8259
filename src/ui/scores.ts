import type { Answer } from '../engine/session.types.ts'

/** `9 of 15 flows predicted, 3 of 4 questions`: what was answered, for the end; null when nothing was. */
export function scoreText(answers: Readonly<Record<string, Answer>>): string | null {
  const sum = (prefix: string) =>
    Object.entries(answers)
      .filter(([id]) => id.startsWith(prefix))
      .reduce((all, [, score]) => ({ right: all.right + score.right, total: all.total + score.total }), {
        right: 0,
        total: 0,
      })
  const predicted = sum('predict ')
  const answered = sum('ask ')
  const parts = [
    predicted.total > 0 ? `${predicted.right} of ${predicted.total} flows predicted rightly` : '',
    answered.total > 0 ? `${answered.right} of ${answered.total} questions answered rightly` : '',
  ].filter((part) => part !== '')
  return parts.length > 0 ? parts.join(', ') : null
}
