/** One piece of work at a time; its end, cancelled or not, makes the session idle again. */
import { interrupted } from '../../errors/catalog/usage.ts'
import { WorkshopError } from '../../errors/workshop-error.ts'
import type { WorkshopEvent } from '../events.ts'
import { stampEvents, type Work } from '../scope.ts'
import type { SessionState } from '../session.types.ts'
import type { SessionStore } from './store.ts'

export interface Worker {
  isBusy(): boolean
  /** Nothing happens while something else is on. */
  start(mode: SessionState['mode'], run: (own: Work) => AsyncGenerator<WorkshopEvent, unknown>): void
  cancel(): void
  /** Resolves when nothing is on. */
  idle(): Promise<void>
}

export interface WorkerHost {
  work: Work
  /** Ends with the session. */
  life: AbortSignal
  store: SessionStore
  /** True when the error was told another way than as a failed run. */
  isToldOtherwise(error: unknown): Promise<boolean>
  onIdle(): void
}

export function createWorker({ work, life, store, isToldOtherwise, onIdle }: WorkerHost): Worker {
  let busy: { controller: AbortController; finished: Promise<void> } | null = null

  function failed(error: unknown, own: Work): void {
    const { run, current } = store.get()
    const outcome = own.signal.aborted ? 'cancelled' : 'failed'
    for (const step of run.steps.values()) {
      if (step.status !== 'running') continue
      const stamp = stampEvents(work.deps, work.track.id, step.number)
      store.take(stamp({ type: 'step-finished', outcome, probes: { total: 0, ok: 0 }, ms: 0 }))
    }
    if (!own.signal.aborted) store.take(failureOf(error, work, current))
  }

  return {
    isBusy: () => busy !== null,
    start(mode, run) {
      if (busy) return
      const controller = new AbortController()
      const own: Work = { ...work, signal: AbortSignal.any([life, controller.signal]) }
      // What went wrong before is in the log; the new work has its own outcome.
      const before = store.get().run
      store.update({ mode, ...(before.failure ? { run: { ...before, failure: null } } : {}) })
      const finished = (async () => {
        try {
          for await (const event of run(own)) store.take(event)
        } catch (error) {
          if (!(await isToldOtherwise(error))) failed(error, own)
        } finally {
          busy = null
          store.update({ mode: 'idle' })
        }
        if (!life.aborted) onIdle()
      })()
      busy = { controller, finished }
    },
    cancel: () => busy?.controller.abort(interrupted()),
    async idle() {
      await busy?.finished
    },
  }
}

/** An error as an event: what cannot go on, in the words of the catalogue where it is one of ours. */
export function failureOf(error: unknown, { deps, track }: Pick<Work, 'deps' | 'track'>, step: number): WorkshopEvent {
  const known = error instanceof WorkshopError
  return stampEvents(
    deps,
    track.id,
    step,
  )({
    type: 'run-failed',
    code: known ? error.code : 'BUG',
    message: error instanceof Error ? error.message : String(error),
    ...(known && error.hint ? { hint: error.hint } : {}),
  })
}
