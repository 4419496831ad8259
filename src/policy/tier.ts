import type { ObjectsByKind } from './objects/by-kind.ts'
import { compareTiers, unsetTierOrder } from './order.ts'

export interface Tier {
  name: string
  order: number | null
  /** What happens to a flow that a policy of the tier could have decided and none did. */
  endAction: 'Deny' | 'Pass'
  /** False: policies name it, and no Tier object is there. */
  exists: boolean
  /** No Tier object, and the input does not say that there is none: where the tier stands is not known. */
  isUncertain: boolean
}

/** There without being listed; a listed object with the name replaces them. */
const builtIn: readonly Tier[] = [
  { name: 'kube-admin', order: 1000, endAction: 'Pass', exists: true, isUncertain: false },
  { name: 'default', order: unsetTierOrder, endAction: 'Deny', exists: true, isUncertain: false },
  { name: 'kube-baseline', order: 10_000_000, endAction: 'Pass', exists: true, isUncertain: false },
]

export function readTiers(objects: ObjectsByKind): Map<string, Tier> {
  const tiers = new Map(builtIn.map((tier) => [tier.name, tier]))
  for (const { metadata, spec } of objects.list('Tier')) {
    tiers.set(metadata.name, {
      name: metadata.name,
      order: typeof spec?.order === 'number' ? spec.order : unsetTierOrder,
      // Deny unless it is exactly Pass.
      endAction: spec?.defaultAction === 'Pass' ? 'Pass' : 'Deny',
      exists: true,
      isUncertain: false,
    })
  }
  return tiers
}

/**
 * The tiers in evaluation order, those included that only policies name: a tier whose object is missing still
 * enforces, after all existing ones, and ends with Deny.
 */
export function orderTiers(known: ReadonlyMap<string, Tier>, named: Iterable<string>, isComplete: boolean): Tier[] {
  const tiers = new Map(known)
  for (const name of named) {
    if (!tiers.has(name))
      tiers.set(name, { name, order: null, endAction: 'Deny', exists: false, isUncertain: !isComplete })
  }
  return [...tiers.values()].sort(compareTiers)
}
