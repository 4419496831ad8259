import type { Direction, TraceEntry } from './model.ts'
import type { PolicyEntry, PolicyList } from './policy-set.ts'
import type { LabelClass, Registry } from './registry.ts'
import { firstMatch, noMatch, type Packet } from './rule-match.ts'

const profileTier = '__PROFILE__'

export interface Walk {
  verdict: 'allow' | 'deny' | 'undecided'
  entries: readonly TraceEntry[]
  /** Why it is undecided. */
  reason?: string
}

/**
 * One direction at one endpoint: tier by tier, policy by policy, rule by rule. The first rule that matches decides;
 * Pass goes on with the next tier; a tier no rule decided ends with its default action; after the last tier the
 * namespace's profile allows everything, and an endpoint without profile is denied.
 */
export function walkPolicies(
  list: PolicyList,
  direction: Direction,
  packet: Packet,
  endpoint: { labelClass: LabelClass },
  registry: Registry,
  withStaged: boolean,
): Walk {
  const entries: TraceEntry[] = []
  for (const { tier, all, enforced } of list.tiers) {
    const policies = withStaged ? all : enforced
    // A tier without a policy for this endpoint and direction is skipped, its end action included.
    if (policies.length === 0) continue
    const found = firstDecision(policies, direction, packet, registry)
    if (!found) {
      entries.push({ tier: tier.name, policy: policies[0]!.policy.id, action: tier.endAction, rule: -1 })
      if (tier.endAction === 'Deny') return { verdict: 'deny', entries }
      continue
    }
    const { policy, rule } = found
    if (rule < noMatch)
      return { verdict: 'undecided', entries: [], reason: unknownAddressReason(policy, -2 - rule, direction) }
    const { action } = policy[direction].rules[rule]!
    entries.push({ tier: tier.name, policy: policy.policy.id, action, rule })
    if (action === 'Allow') return { verdict: 'allow', entries }
    if (action === 'Deny') return { verdict: 'deny', entries }
  }
  const last = profileEntry(endpoint.labelClass)
  entries.push(last)
  return { verdict: last.action === 'Allow' ? 'allow' : 'deny', entries }
}

/** What comes after the last tier: the namespace's profile allows all, no profile denies all. */
export function profileEntry({ namespace, noProfile }: LabelClass): TraceEntry {
  return noProfile
    ? { tier: profileTier, policy: profileTier, action: 'Deny', rule: -1 }
    : { tier: profileTier, policy: `pro:kns.${namespace}`, action: 'Allow', rule: 0 }
}

export function unknownAddressReason({ policy }: PolicyEntry, rule: number, direction: Direction): string {
  return `${policy.id} ${direction} #${rule + 1} asks for an address, and the address is not known here`
}

function firstDecision(
  policies: readonly PolicyEntry[],
  direction: Direction,
  packet: Packet,
  registry: Registry,
): { policy: PolicyEntry; rule: number } | null {
  for (const policy of policies) {
    const rule = firstMatch(policy[direction], packet, registry)
    if (rule !== noMatch) return { policy, rule }
  }
  return null
}
