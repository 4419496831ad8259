import type { BoardView } from '../policy/views.types.ts'
import { plural } from '../text/words.ts'

/** Tiers top to bottom in the order they decide, policies below, rules below those. Not escaped. */
export function boardText({ tiers, notes }: BoardView): string {
  const lines: string[] = []
  for (const tier of tiers) {
    if (lines.length > 0) lines.push('')
    const missing = tier.missing ? ', its Tier object is missing' : ''
    lines.push(`tier ${tier.name} (order ${tier.order ?? 'none'}, ends with ${tier.defaultAction}${missing})`)
    if (tier.policies.length === 0) lines.push('  no policies')
    for (const policy of tier.policies) {
      const order = policy.order === null ? 'no order' : `order ${policy.order}`
      const staged = policy.staged ? ', staged' : ''
      lines.push(`  ${policy.id} (${order}${staged}): selects ${plural(policy.selects.length, 'pod')}`)
      lines.push(`    ${policy.selector || 'all()'}; ${policy.types.join(', ')}`)
      for (const rule of policy.rules) lines.push(`    ${rule.direction} #${rule.index + 1} ${rule.text}`)
    }
  }
  return `${[...(lines.length > 0 ? lines : ['No tiers and no policies.']), ...notes.map((note) => `note: ${note}`)].join('\n')}\n`
}
