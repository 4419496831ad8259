/** The proof of a step as a flat list: what is claimed, then the connections that show it, wrong ones first. */
import type { DetailMark } from '../../engine/events.ts'
import type { ProbeRow, ProofRow, StepState } from '../../engine/state.ts'
import type { Step } from '../../workshop/step.ts'
import { remember } from '../lines/remember.ts'

export type ProofItem =
  | { kind: 'stage'; title: string }
  | { kind: 'proof'; title: string; status: ProofRow['status']; progress: string }
  | { kind: 'detail'; text: string; mark: DetailMark }
  | { kind: 'group'; title: string; ok: number; wrong: number; total: number }
  | { kind: 'probe'; row: ProbeRow }

export const proofItems = remember((step: Step, state: StepState | null): readonly ProofItem[] => {
  const items: ProofItem[] = []
  for (const stage of step.stages) {
    const bySet = groupBySet([...(state?.probes.values() ?? [])].filter((row) => row.stage === stage.id))
    const rows = state?.proofs.filter((row) => row.stage === stage.id) ?? []
    if (step.stages.length > 1 && stage.proofs.length > 0) items.push({ kind: 'stage', title: stage.title ?? stage.id })
    for (const proof of stage.proofs) {
      const row = rows.find((candidate) => candidate.id === proof.id)
      const set = proof.kind === 'matrix' ? 'matrix' : proof.id
      const own = bySet.get(set)
      bySet.delete(set)
      items.push({
        kind: 'proof',
        title: proof.title,
        status: row?.status ?? (state?.status === 'passed' ? 'ok' : 'waiting'),
        progress: own ? progressText(own) : '',
      })
      // The rows say it better than the sentences made of them.
      if (own) items.push(...sorted(own))
      else items.push(...detailItems(row))
    }
    for (const [set, own] of bySet) items.push({ kind: 'group', title: set, ...counts(own) }, ...sorted(own))
  }
  return items
})

function detailItems(row: ProofRow | undefined): ProofItem[] {
  const all = row?.status === 'ok' ? 'ok' : row?.status === 'failed' ? 'wrong' : 'note'
  return (row?.details ?? []).map((text, index) => ({ kind: 'detail', text, mark: row?.marks?.[index] ?? all }))
}

function groupBySet(rows: readonly ProbeRow[]): Map<string, ProbeRow[]> {
  const groups = new Map<string, ProbeRow[]>()
  for (const row of rows) {
    const group = groups.get(row.set)
    if (group) group.push(row)
    else groups.set(row.set, [row])
  }
  return groups
}

/** Wrong ones first, then those of the rarer expectation: of 143 pairs the 10 that are blocked are the news. */
function sorted(rows: readonly ProbeRow[]): ProofItem[] {
  const blocked = rows.filter((row) => row.expected === 'blocked').length
  const rarer = blocked * 2 <= rows.length ? 'blocked' : 'open'
  const rank = (row: ProbeRow) => (row.ok === false ? 0 : row.expected === rarer ? 1 : 2)
  return [...rows].sort((a, b) => rank(a) - rank(b)).map((row): ProofItem => ({ kind: 'probe', row }))
}

function counts(rows: readonly ProbeRow[]): { ok: number; wrong: number; total: number } {
  return {
    ok: rows.filter((row) => row.ok === true).length,
    wrong: rows.filter((row) => row.ok === false).length,
    total: rows.length,
  }
}

function progressText(rows: readonly ProbeRow[]): string {
  const { ok, wrong, total } = counts(rows)
  return wrong > 0 ? `${ok} of ${total} as expected, ${wrong} not` : `${ok} of ${total}`
}

/** All probes of the step together, for the header and the summary. */
export function probeCounts(state: StepState | null): { ok: number; wrong: number; total: number } {
  return counts([...(state?.probes.values() ?? [])])
}
