/**
 * In which order things go. Restricting policies first, then the ones that only pass on, then tiers: the other way
 * round the end of a tier denies whatever its last policies still select.
 */
import type { KubeObject } from '../../cluster/port.ts'

export const ranks = {
  deny: 0,
  restrict: 1,
  apply: 2,
  label: 3,
  pass: 4,
  set: 5,
  tier: 6,
  workload: 7,
  namespace: 8,
  state: 9,
} as const

export type Rank = (typeof ranks)[keyof typeof ranks]

const policyKinds = new Set([
  'GlobalNetworkPolicy',
  'NetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
])

export function isPolicy(object: { apiVersion: string; kind: string }): boolean {
  return policyKinds.has(object.kind)
}

export function deleteRank(object: KubeObject): Rank {
  if (isPolicy(object)) return policyRank(object)
  switch (object.kind) {
    case 'GlobalNetworkSet':
    case 'NetworkSet':
      return ranks.set
    case 'Tier':
      return ranks.tier
    case 'Namespace':
      return ranks.namespace
    default:
      return ranks.workload
  }
}

function policyRank(policy: KubeObject): Rank {
  const rules: { action?: string }[] = [...(policy.spec?.ingress ?? []), ...(policy.spec?.egress ?? [])]
  if (rules.length === 0) return ranks.deny
  return rules.every((rule) => rule.action === 'Pass' && Object.keys(rule).length === 1) ? ranks.pass : ranks.restrict
}
