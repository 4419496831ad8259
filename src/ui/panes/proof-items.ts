/** The proof of a step as a flat list: what is claimed, then the connections that show it, wrong ones first. */
import type { ProbeRow, ProofRow, StepState } from '../../engine/state.ts'
import type { Step } from '../../workshop/step.ts'
import { remember } from '../lines/remember.ts'

export type ProofItem =
  | { kind: 'stage'; title: string }
  | { kind: 'proof'; title: string; status: ProofRow['status']; progress: string }
  | { kind: 'detail'; text: string; wrong: boolean }
  | { kind: 'group'; title: string; ok: number; wrong: number; total: number }
  | { kind: 'probe'; row: ProbeRow }

export const proofItems = remember((step: Step, state: StepState | null): readonly ProofItem[] => {
  const items: ProofItem[] = []
  for (const stage of step.stages) {
    const probes = [...(state?.probes.values() ?? [])].filter((row) => row.stage === stage.id)
    const proofs = state?.proofs.filter((row) => row.stage === stage.id) ?? []
    if (step.stages.length > 1 && (stage.proofs.length > 0 || proofs.length > 0)) items.push({ kind: 'stage', title: stage.title ?? stage.id })
    const titles = proofs.length > 0 ? proofs : stage.proofs.map((proof): ProofRow => ({ stage: stage.id, id: proof.id, title: proof.title, status: 'waiting', details: [] }))
    const bySet = groupBySet(probes)
    for (const proof of titles) {
      const own = bySet.get(proof.id)
      bySet.delete(proof.id)
      items.push({ kind: 'proof', title: proof.title, status: proof.status, progress: own ? progressText(own) : '' })
      for (const text of proof.details) items.push({ kind: 'detail', text, wrong: proof.status === 'failed' })
      if (own) items.push(...sorted(own))
    }
    for (const [set, rows] of bySet) items.push({ kind: 'group', title: setTitle(set), ...counts(rows) }, ...sorted(rows))
  }
  return items
})

function groupBySet(rows: readonly ProbeRow[]): Map<string, ProbeRow[]> {
  const groups = new Map<string, ProbeRow[]>()
  // The few flows a step is about come before the many of the matrix.
  const ordered = [...rows.filter((row) => row.set !== 'matrix'), ...rows.filter((row) => row.set === 'matrix')]
  for (const row of ordered) groups.set(row.set, [...(groups.get(row.set) ?? []), row])
  return groups
}

function sorted(rows: readonly ProbeRow[]): ProofItem[] {
  const wrong = rows.filter((row) => row.ok === false)
  const rest = rows.filter((row) => row.ok !== false)
  return [...wrong, ...rest].map((row): ProofItem => ({ kind: 'probe', row }))
}

function counts(rows: readonly ProbeRow[]): { ok: number; wrong: number; total: number } {
  return { ok: rows.filter((row) => row.ok === true).length, wrong: rows.filter((row) => row.ok === false).length, total: rows.length }
}

function progressText(rows: readonly ProbeRow[]): string {
  const { ok, wrong, total } = counts(rows)
  return wrong > 0 ? `${ok} of ${total} as expected, ${wrong} not` : `${ok} of ${total}`
}

function setTitle(set: string): string {
  if (set === 'matrix') return 'every source to every service'
  return set === 'seed' ? 'the flows this step is about' : set
}

/** All probes of the step together, for the header and the summary. */
export function probeCounts(state: StepState | null): { ok: number; wrong: number; total: number } {
  return counts([...(state?.probes.values() ?? [])])
}
