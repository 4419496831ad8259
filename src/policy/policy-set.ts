import { type CompiledPolicy, compilePolicy } from './compile.ts'
import type { Direction, KubeObject } from './model.ts'
import { kindOf, objectKey } from './objects/by-kind.ts'
import { readCalicoPolicy } from './objects/calico-policy.ts'
import { readClusterPolicy } from './objects/cluster-policy.ts'
import { readKubernetesPolicy } from './objects/kubernetes-policy.ts'
import { comparePolicies } from './order.ts'
import type { Policy, PolicyReading } from './policy.ts'
import { type LabelClass, type Registry, type Selector, selectorSelects } from './registry.ts'
import type { Decisions } from './side-cache.ts'
import { orderTiers, type Tier } from './tier.ts'

const readers: Readonly<Record<string, (object: KubeObject) => PolicyReading>> = {
  NetworkPolicy: readCalicoPolicy,
  GlobalNetworkPolicy: readCalicoPolicy,
  StagedNetworkPolicy: readCalicoPolicy,
  StagedGlobalNetworkPolicy: readCalicoPolicy,
  StagedKubernetesNetworkPolicy: readKubernetesPolicy,
  KubernetesNetworkPolicy: readKubernetesPolicy,
  ClusterNetworkPolicy: readClusterPolicy,
}

export const policyKinds: readonly string[] = Object.keys(readers)

/** The key a policy object is kept under; null for other kinds. */
export function policyKey(object: KubeObject): string | null {
  const kind = kindOf(object)
  return kind && readers[kind] ? `${kind} ${objectKey(object, kind)}` : null
}

export interface PolicyEntry extends CompiledPolicy {
  selector: Selector
}

export interface ReadEntry {
  /** Null: Calico acts as if it were not there; the notes say why. */
  entry: PolicyEntry | null
  notes: readonly string[]
}

/** Reads a policy once per registry: a world made after another one finds most of its policies read. */
export function readPolicy(object: KubeObject, registry: Registry): ReadEntry {
  const known = registry.readings.get(object)
  if (known) return known as ReadEntry
  const { policy, notes } = readers[kindOf(object)!]!(object)
  const reading: ReadEntry = {
    entry: policy && { ...compilePolicy(policy, registry), selector: registry.selector(policy.selector) },
    notes,
  }
  registry.readings.set(object, reading)
  return reading
}

/** A tier's policies that select an endpoint and govern a direction. */
export interface TierList {
  tier: Tier
  enforced: readonly PolicyEntry[]
  /** With the staged ones in their places. */
  all: readonly PolicyEntry[]
}

/** What applies to equally labelled endpoints in one direction. */
export interface PolicyList {
  tiers: readonly TierList[]
  hasStaged: boolean
  /** Tiers that apply and whose place is not known. */
  uncertain: readonly string[]
  /** By protocol and port, then own address class: what holds as long as the list does; a world that keeps the list keeps it. */
  decisions: Map<number, Map<number, Decisions>>
  /** Rules prepared in `decisions`, all plans together. */
  planned: number
  ruleCount: number
  /** Ends and ports asked about once. */
  seen: Set<string>
}

/** All policies in evaluation order, and which of them apply to whom, worked out when first asked. */
export class PolicySet {
  readonly tiers: readonly Tier[]
  /** In evaluation order within each tier. */
  readonly byTier: ReadonlyMap<string, readonly PolicyEntry[]>
  private readonly lists: Record<Direction, PolicyList[]> = { ingress: [], egress: [] }

  constructor(entries: Iterable<PolicyEntry>, tiers: ReadonlyMap<string, Tier>, isComplete: boolean) {
    const byTier = new Map<string, PolicyEntry[]>()
    for (const entry of entries) {
      const list = byTier.get(entry.policy.tier)
      if (list) list.push(entry)
      else byTier.set(entry.policy.tier, [entry])
    }
    for (const list of byTier.values()) list.sort((left, right) => comparePolicies(left.policy, right.policy))
    this.byTier = byTier
    this.tiers = orderTiers(tiers, byTier.keys(), isComplete)
  }

  listFor(labels: LabelClass, direction: Direction): PolicyList {
    this.lists[direction][labels.id] ??= this.build(labels, direction)
    return this.lists[direction][labels.id]!
  }

  /** Takes over the lists nothing has changed for, so that what is remembered about them stays. */
  adopt(previous: PolicySet, changed: readonly PolicyEntry[], classes: readonly LabelClass[]): void {
    for (const direction of ['ingress', 'egress'] as const) {
      for (const [id, list] of previous.lists[direction].entries()) {
        const isTouched = changed.some((entry) => policyApplies(entry, classes[id]!, direction))
        if (list && !isTouched) this.lists[direction][id] = list
      }
    }
  }

  private build(labels: LabelClass, direction: Direction): PolicyList {
    const tiers: TierList[] = []
    for (const tier of this.tiers) {
      const all = (this.byTier.get(tier.name) ?? []).filter((entry) => policyApplies(entry, labels, direction))
      if (all.length > 0) tiers.push({ tier, all, enforced: all.filter(({ policy }) => !policy.staged) })
    }
    return {
      tiers,
      hasStaged: tiers.some(({ all, enforced }) => all.length > enforced.length),
      uncertain: tiers.filter(({ tier }) => tier.isUncertain).map(({ tier }) => tier.name),
      decisions: new Map(),
      planned: 0,
      ruleCount: tiers.flatMap(({ all }) => all).reduce((sum, entry) => sum + entry[direction].count, 0),
      seen: new Set(),
    }
  }
}

/** Selects the endpoints and has the direction in its types; doNotTrack and preDNAT concern hosts only. */
export function policyApplies(entry: PolicyEntry, labels: LabelClass, direction: Direction): boolean {
  const policy: Policy = entry.policy
  if (!labels.isWorkload || policy.hostOnly || !policy.types.includes(direction)) return false
  if (policy.namespace !== '' && policy.namespace !== labels.namespace) return false
  return selectorSelects(entry.selector, labels)
}
