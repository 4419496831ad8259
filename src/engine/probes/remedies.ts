import type { Trace } from '../../policy/model.ts'
import type { ProbeActual } from '../events.ts'
import type { PlannedProbe } from './plan.ts'

/** What to make of a result that is not the expected one; null when there is nothing to add. */
export function remedyFor(
  planned: PlannedProbe,
  actual: ProbeActual,
  detail: string,
  decidedBy: { egress: Trace; ingress: Trace } | null,
): string | null {
  const denied = decidedBy && (decidedBy.egress.verdict === 'deny' || decidedBy.ingress.verdict === 'deny')
  const allowed = decidedBy && decidedBy.egress.verdict === 'allow' && decidedBy.ingress.verdict === 'allow'
  switch (actual) {
    case 'open':
      if (planned.expected === 'open') return detail
      return denied
        ? 'The policies are accepted, but traffic still flows: they say blocked, and nothing in this cluster enforces them, or not yet (hipster-workshop doctor).'
        : 'The policies in the cluster allow this flow: one of this step is missing, or another one allows it first (hipster-workshop explain).'
    case 'timed-out':
      return allowed
        ? 'The policies allow this flow, yet nothing answers: look at the target pod, and whether a restarted pod lost its labels.'
        : 'A policy drops this flow: compare the labels of both pods and the rules (hipster-workshop explain).'
    case 'refused':
      return 'Refused is neither open nor blocked: the packets arrive, but nothing listens there, or a firewall rejects instead of dropping (hipster-workshop doctor).'
    case 'name-not-resolved':
      return 'The name did not resolve, so no connection was tried: look at DNS before policies.'
    case 'cannot-run':
    case 'not-probed':
      return detail
  }
}
