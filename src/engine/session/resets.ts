/** The way back: planned and shown first, carried out when it was confirmed; then what was done here is forgotten. */
import type { WorkshopEvent } from '../events.ts'
import { carryOut, readResetPlan } from '../reset/carry-out.ts'
import type { ResetPlan } from '../reset/plan.ts'
import type { Work } from '../scope.ts'
import { forgetWritten } from '../write-yourself.ts'
import type { StepMemory } from './do-steps.ts'
import type { SessionStore } from './store.ts'

export interface Resets {
  /** The plan shown. */
  plan(): ResetPlan | null
  drop(): void
  show(own: Work, to: number | null): AsyncGenerator<WorkshopEvent, void>
  carryOut(own: Work, plan: ResetPlan, include: boolean): AsyncGenerator<WorkshopEvent, void>
}

export interface ResetHost {
  work: Work
  memory: StepMemory
  store: SessionStore
  retake(written: Set<string>): void
  /** What follows from the steps above this one is forgotten as well. */
  onForgotten(to: number | null): void
}

export function createResets({ work, memory, store, retake, onForgotten }: ResetHost): Resets {
  let plan: ResetPlan | null = null

  function drop(): void {
    plan = null
    store.update({ resetPlan: null })
  }

  async function forgetAfter(to: number | null): Promise<void> {
    const isKept = (number: number) => to !== null && number <= to
    retake(await forgetWritten(work.deps, work.track, to))
    memory.leftover = null
    memory.actions.clear()
    memory.stages.clear()
    work.memory.labelsBefore.clear()
    onForgotten(to)
    for (const number of [...memory.passed]) if (!isKept(number)) memory.passed.delete(number)
    const { steps } = work.track
    for (const step of steps.filter(({ number }) => isKept(number) && memory.passed.has(number)))
      for (const stage of step.stages) memory.stages.add(stage.id)
    const { run, current: before } = store.get()
    const kept = new Map([...run.steps].filter(([number]) => isKept(number)))
    const current = steps.find(({ number }) => to === null || number > to)?.number ?? before
    store.update({ run: { ...run, steps: kept, current: null }, current, selected: current })
  }

  return {
    plan: () => plan,
    drop,
    async *show(own, to) {
      plan = await readResetPlan(own, to)
      store.update({
        resetPlan: {
          to,
          lines: plan.entries.map(({ command, reason }) => ({ command, reason })),
          questions: plan.questions.map(({ question }) => question),
          warnings: plan.warnings,
        },
      })
      yield* []
    },
    async *carryOut(own, todo, include) {
      const result = yield* carryOut(own, todo, { include })
      drop()
      if (result.ok) await forgetAfter(todo.to)
    },
  }
}
