import { entryText } from '../policy/explain.ts'
import type { ExplainSide, ExplainView } from '../policy/views.types.ts'

/** An explanation for people: both ends, tier by tier; rules count from 1. Not escaped. */
export function explainText(view: ExplainView): string {
  const reason = view.egress.trace.undecided
  // One reason for both ends is told once.
  const isOneReason = reason !== undefined && reason === view.ingress.trace.undecided
  const depends = isDepending(view) ? view.notes[0] : undefined
  const lines = [
    `${view.title}: ${headline(view)}`,
    ...(depends ? [`  ${depends}`] : []),
    ...(isOneReason ? [`  ${reason}`] : [...sideLines(view.egress), ...sideLines(view.ingress)]),
    ...view.notes.filter((note) => note !== depends).map((note) => `note: ${note}`),
  ]
  return `${lines.join('\n')}\n`
}

function headline(view: ExplainView): string {
  if (view.verdict !== 'undecided') return view.verdict === 'allow' ? 'open' : 'blocked'
  return isDepending(view) ? 'depends on the pods' : 'cannot be decided'
}

/** Decided for the pods that are shown, and otherwise for others: the first note says for which. */
function isDepending({ verdict, egress, ingress }: ExplainView): boolean {
  return verdict === 'undecided' && [egress, ingress].every(({ trace }) => trace.verdict !== 'undecided')
}

function sideLines(side: ExplainSide): string[] {
  const { trace } = side
  const where = side.direction === 'egress' ? 'leaving' : 'entering'
  if (trace.undecided !== undefined) return ['', `${side.direction}: undecided, because ${trace.undecided}`]
  if (side.endpoint === null) return ['', `${side.direction}: not a pod, so no policy is asked at this end`]
  const lines = [
    '',
    `${side.direction}: ${where} ${side.endpoint}: ${trace.verdict === 'allow' ? 'allowed' : 'denied'}`,
  ]
  for (const tier of side.tiers) {
    lines.push(`  tier ${tier.name}${tier.order === null ? '' : ` (order ${tier.order}, ends with ${tier.endAction})`}`)
    for (const policy of tier.policies) {
      const staged = policy.staged ? ' (staged)' : ''
      if (policy.result === 'matched')
        lines.push(`    ${policy.policy}${staged} #${(policy.rule ?? 0) + 1}: ${policy.action}`)
      else lines.push(`    ${policy.policy}${staged}: no rule matches`)
      const miss = policy.nearestMiss
      if (miss) lines.push(`      ${miss.rule < 0 ? '' : `nearest: #${miss.rule + 1}, `}${miss.text}`)
    }
    if (tier.decidedBy?.rule === -1) lines.push(`    end of the tier: ${tier.decidedBy.action}`)
  }
  const last = trace.enforced.at(-1)
  if (last) lines.push(`  decided by ${entryText(last)}`)
  if (side.stagedChange) lines.push(`  staged: ${side.stagedChange}`)
  return lines
}
