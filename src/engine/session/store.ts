/** The session's state and events. Whoever listens is told once for all that happened in one go. */
import type { WorkshopEvent } from '../events.ts'
import { reduce } from '../reduce.ts'
import type { SessionState } from '../session.types.ts'

export interface SessionStore {
  readonly events: readonly WorkshopEvent[]
  get(): SessionState
  subscribe(listener: () => void): () => void
  /** With what follows from the change. */
  update(change: Partial<SessionState>): void
  /** An event of the work that is on. */
  take(event: WorkshopEvent): void
}

export function createSessionStore(
  initial: SessionState,
  derive: (state: SessionState) => Partial<SessionState>,
): SessionStore {
  const listeners = new Set<() => void>()
  const events: WorkshopEvent[] = []
  let state = initial
  let notifying = false

  function notify(): void {
    if (notifying) return
    notifying = true
    queueMicrotask(() => {
      notifying = false
      for (const listener of listeners) listener()
    })
  }

  return {
    events,
    get: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    update(change) {
      state = { ...state, ...change }
      state = { ...state, ...derive(state) }
      notify()
    },
    take(event) {
      events.push(event)
      state = { ...state, run: reduce(state.run, event) }
      notify()
    },
  }
}
