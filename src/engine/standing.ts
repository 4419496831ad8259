/** What was and what was not done when a run stops in the middle: an error without that leaves people guessing. */
import { WorkshopError } from '../errors/workshop-error.ts'
import type { Step } from '../workshop/step.ts'
import type { WorkshopEvent } from './events.ts'

export interface Standing {
  note(event: WorkshopEvent): void
  /** Sentences about the step it stopped in. */
  text(step: Step): string
  /** The same for a run that ended with a step that failed; null when it did not. */
  stoppedAt(step: Step): string | null
  /** The same error, with where things stand. */
  told(error: WorkshopError, step: Step | undefined): WorkshopError
}

export function createStanding(): Standing {
  const finished: { step: number; ok: boolean; done: number; broken: string | null }[] = []
  let done = 0
  let running: string | null = null
  let proving = false
  /** The line that could not be carried out. */
  let broken: string | null = null

  function text(step: Step): string {
    return [...(finished.length === 0 ? [] : [`${stepsText()}.`]), `${stepText(step)}. Nothing was undone.`].join(' ')
  }

  function stoppedAt(step: Step): string | null {
    const last = finished.at(-1)
    if (!last || last.ok || last.step !== step.number) return null
    const proved = finished.filter(({ ok }) => ok).map(({ step: number }) => number)
    return [
      `Stopped at step ${step.number}: ${
        last.broken === null
          ? `${last.done === linesOf(step) ? 'its lines are done' : `${last.done} of ${linesOf(step)} lines are done`}, and not all of it could be proved`
          : `"${last.broken}" failed and may be done in part; ${last.done} of ${linesOf(step)} lines were done before`
      }.`,
      ...(proved.length > 0 ? [`Proved before that: step ${proved.join(', ')}.`] : []),
      `Nothing was undone. Run again: it goes on at step ${step.number}, and what is done does no harm twice.`,
    ].join(' ')
  }

  function stepsText(): string {
    const proved = finished.filter(({ ok }) => ok).map(({ step }) => step)
    const open = finished.filter(({ ok }) => !ok).map(({ step }) => step)
    return [
      ...(proved.length > 0 ? [`Proved before that: step ${proved.join(', ')}`] : []),
      ...(open.length > 0 ? [`carried out and not proved: step ${open.join(', ')}`] : []),
    ].join('; ')
  }

  function stepText(step: Step): string {
    const lines = linesOf(step)
    if (running !== null)
      return `Step ${step.number} stopped in "${running}", which may be done in part; ${done} of its ${lines} lines were done before`
    if (proving) return `Step ${step.number}: ${done} of ${lines} lines are done; the proof did not come to its end`
    return done === 0
      ? `Of step ${step.number} nothing was done`
      : `Step ${step.number}: ${done} of ${lines} lines are done`
  }

  return {
    note(event) {
      switch (event.type) {
        case 'step-started':
          done = 0
          running = null
          broken = null
          proving = false
          break
        case 'action-started':
          running = event.title
          proving = false
          break
        case 'action-finished':
          if (event.ok) done++
          else broken = running
          running = null
          break
        case 'proof-started':
          proving = true
          break
        case 'step-finished':
          finished.push({ step: event.step, ok: event.outcome === 'passed', done, broken })
          done = 0
          broken = null
          proving = false
          break
        default:
          break
      }
    },
    text,
    stoppedAt,
    told(error, step) {
      if (!step) return error
      return new WorkshopError({
        code: error.code,
        message: `${error.message}\n${text(step)}`,
        hint: `${error.hint ? `${error.hint} ` : ''}Then run again: it goes on at step ${step.number}, and what is done does no harm twice.`,
        ...(error.location ? { location: error.location } : {}),
        exitCode: error.exitCode,
        cause: error,
      })
    },
  }
}

function linesOf(step: Step): number {
  return step.stages.flatMap((stage) => stage.actions).length
}

/** Hands a stream on and takes note of it. */
export async function* noted<R>(
  events: AsyncGenerator<WorkshopEvent, R>,
  standing: Standing,
): AsyncGenerator<WorkshopEvent, R> {
  let next = await events.next()
  for (; !next.done; next = await events.next()) {
    standing.note(next.value)
    yield next.value
  }
  return next.value
}
