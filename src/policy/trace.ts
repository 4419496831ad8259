import type { Trace } from './model.ts'
import type { PolicyList } from './policy-set.ts'
import type { Walk } from './walk.ts'

/** The side of an end that is no endpoint: it has no policies of its own. */
export const outsideTrace: Trace = { verdict: 'allow', enforced: [], pending: [] }

export function undecided(reason: string): Trace {
  return { verdict: 'undecided', enforced: [], pending: [], undecided: reason }
}

export function uncertainTiers({ uncertain }: PolicyList): Trace {
  return undecided(`the Tier object of ${uncertain.join(', ')} is missing, so the order of its policies is not known`)
}

/** Without staged policies the pending verdict is the enforced one. */
export function toTrace(enforced: Walk, pending: Walk | null): Trace {
  if (enforced.verdict === 'undecided') return undecided(enforced.reason!)
  const { verdict, entries } = enforced
  if (!pending) return { verdict, enforced: entries, pending: entries }
  const differs = pending.verdict !== verdict
  return {
    verdict,
    enforced: entries,
    pending: pending.entries,
    ...(differs ? { pendingVerdict: pending.verdict } : {}),
  }
}
