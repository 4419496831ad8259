import { entryText } from '../policy/explain.ts'
import type { ExplainSide, ExplainView } from '../policy/views.types.ts'

/** An explanation for people: both ends, tier by tier; rules count from 1. Not escaped. */
export function explainText(view: ExplainView): string {
  const word = { allow: 'open', deny: 'blocked', undecided: 'cannot be decided' }[view.verdict]
  const lines = [
    `${view.title}: ${word}`,
    ...sideLines(view.egress),
    ...sideLines(view.ingress),
    ...view.notes.map((note) => `note: ${note}`),
  ]
  return `${lines.join('\n')}\n`
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
      if (policy.nearestMiss) lines.push(`      nearest: #${policy.nearestMiss.rule + 1}, ${policy.nearestMiss.text}`)
    }
    if (tier.decidedBy?.rule === -1) lines.push(`    end of the tier: ${tier.decidedBy.action}`)
  }
  const last = trace.enforced.at(-1)
  if (last) lines.push(`  decided by ${entryText(last)}`)
  if (side.stagedChange) lines.push(`  staged: ${side.stagedChange}`)
  return lines
}
