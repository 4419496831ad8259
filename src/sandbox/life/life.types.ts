import type { Change, KubeObject, ProcessRunner, SimClock, Store } from '../contracts.ts'
import type { EventRecorder } from './events.ts'
import type { Reconciler } from './reconciler.ts'

/** What every controller gets. */
export interface LifeContext {
  store: Store
  clock: SimClock
  events: EventRecorder
  reconciler: Reconciler
  runner: ProcessRunner
  /** Every object, by resource; filled before the controllers start. */
  resources(): readonly string[]
  /** Nobody is watching yet: only where things end up counts, and nothing is told as an event. */
  quiet(): boolean
  /** Ends with the sandbox. */
  signal: AbortSignal
  onBug(error: unknown): void
}

/** A controller hears every change, and once about every object that was there before it started. */
export interface Controller {
  onChange(change: Change): void
  /** Called for objects that were already stored. */
  onExisting?(resource: string, object: KubeObject): void
}
