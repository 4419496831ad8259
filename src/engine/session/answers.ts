/** What the learner answered on the way: shown at the end, whenever that is. */
import type { WorkshopEvent } from '../events.ts'
import type { Work } from '../scope.ts'
import type { Answer } from '../session.types.ts'
import type { SessionStore } from './store.ts'
import { failureOf } from './worker.ts'

export interface Answers {
  load(): Promise<void>
  keep(question: string, answer: Answer): void
  /** Those of the steps above this one; all of them with null. */
  forget(above: number | null): void
  /** Resolves when everything is written down. */
  kept(): Promise<void>
}

export function createAnswers(work: Work, { get, update, take }: SessionStore): Answers {
  const { progress } = work.deps
  let writing: Promise<void> = Promise.resolve()

  /** A folder that cannot be written is said, and costs nothing but the memory of it. */
  function say(error: unknown, step: number): void {
    const event: WorkshopEvent = failureOf(error, work, step)
    take(event)
  }

  return {
    async load() {
      update({ answers: (await progress?.answers?.()) ?? {} })
    },
    keep(question, answer) {
      const { answers } = get()
      if (answers[question]) return
      update({ answers: { ...answers, [question]: answer } })
      writing = writing.then(() => progress?.answered?.(question, answer)).catch((error) => say(error, answer.step))
    },
    forget(above) {
      const kept = Object.entries(get().answers).filter(([, { step }]) => above !== null && step <= above)
      update({ answers: Object.fromEntries(kept) })
    },
    kept: () => writing,
  }
}
