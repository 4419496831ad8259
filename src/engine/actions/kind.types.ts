import type { Operation, OutputChunk } from '../../cluster/port.ts'
import type { Action } from '../../workshop/step.ts'
import type { Scope } from '../scope.ts'
import type { Snapshot } from '../snapshot.ts'

export type ActionOf<K extends Action['kind']> = Extract<Action, { kind: K }>

export interface ActionKind<A> {
  /** The change or line this stands for, as shown and as carried out; null when no command belongs to it. */
  operation(action: A, scope: Pick<Scope, 'deps'>): Operation | null
  /** What it prints when no operation runs. */
  say?(action: A): string
  /** The line shown, where that is more than the operation. */
  shown?(action: A, scope: Pick<Scope, 'deps' | 'track'>, snapshot: Snapshot | null): string
  /** Whether its effect is there already; null when it leaves no trace to look for. */
  isDone(action: A, snapshot: Snapshot, scope: Pick<Scope, 'deps'>): boolean | null
  /** What must be found out or written before the operation can run (resolve-domains). */
  prepare?(action: A, scope: Scope, onOutput: (chunk: OutputChunk) => void): Promise<Prepared>
  /** Asked right before it runs: a sentence when there is nothing to do. */
  skip?(action: A, scope: Scope): Promise<string | null>
  /** Looks, while the operation runs, whether it can still succeed; null when the signal ends it. */
  hopeless?(action: A, scope: Scope, signal: AbortSignal): Promise<{ message: string; hint: string } | null>
  /** False for lines that only look. */
  changes: boolean
}

export type Prepared = { ok: true; operation: Operation } | { ok: false; message: string; hint?: string }
