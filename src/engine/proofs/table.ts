import type { Proof } from '../../workshop/step.ts'
import type { Check, ProofOf } from './check.types.ts'
import { labels } from './labels.ts'
import { objects } from './objects.ts'
import { pending } from './pending.ts'
import { ready } from './ready.ts'

type CheckedKind = Exclude<Proof['kind'], 'matrix' | 'probes' | 'http'>

const table: { [K in CheckedKind]: Check<ProofOf<K>> } = { objects, labels, ready, pending }

export type CheckedProof = ProofOf<CheckedKind>

export function checkOf(proof: CheckedProof): Check<CheckedProof> {
  return table[proof.kind] as Check<CheckedProof>
}
