import type { KindRef } from '../../cluster/port.ts'
import type { Proof } from '../../workshop/step.ts'
import type { DetailMark } from '../events.ts'
import type { Scope } from '../scope.ts'
import type { Snapshot } from '../snapshot.ts'

export type ProofOf<K extends Proof['kind']> = Extract<Proof, { kind: K }>

export interface Detail {
  text: string
  mark: DetailMark
}

export interface Checked {
  ok: boolean
  /** One sentence per thing looked at. */
  details: Detail[]
}

export function fine(text: string): Detail {
  return { text, mark: 'ok' }
}

export function wrong(text: string): Detail {
  return { text, mark: 'wrong' }
}

/** Neither right nor wrong. */
export function note(text: string): Detail {
  return { text, mark: 'note' }
}

/** A proof that reads objects; those that try connections are in `probes/`. */
export interface Check<P> {
  /** What `check` looks at; read again while it does not hold. */
  kinds(proof: P): readonly KindRef[]
  check(proof: P, snapshot: Snapshot, scope: Scope): Checked
}
