import { compareCodePoints } from './selector/ast.ts'

/** What a missing order of an existing Tier object reads as, through both of Calico's APIs. */
export const unsetTierOrder = 1_000_000

export interface TierRank {
  name: string
  order: number | null
  /** False: only referenced by policies. */
  exists: boolean
}

/** Existing tiers by order, an unset one last, then by name; tiers without an object after all of them (felix policy_sorter). */
export function compareTiers(left: TierRank, right: TierRank): number {
  if (left.exists !== right.exists) return left.exists ? -1 : 1
  return compareOrders(left.order, right.order) || compareCodePoints(left.name, right.name)
}

function compareOrders(left: number | null, right: number | null): number {
  if (left === right) return 0
  if (left === null || right === null) return left === null ? 1 : -1
  return left - right
}

export interface PolicyRank {
  name: string
  namespace: string
  sortKind: string
  order: number | null
}

/** By order, unset last; ties (v3.32 and later) by the text `name/namespace/kind`. */
export function comparePolicies(left: PolicyRank, right: PolicyRank): number {
  return compareOrders(left.order, right.order) || compareCodePoints(tieKey(left), tieKey(right))
}

function tieKey(policy: PolicyRank): string {
  return `${policy.name}/${policy.namespace}/${policy.sortKind}`
}
