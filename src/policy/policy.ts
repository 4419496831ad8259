import type { Direction, KubeObject, RuleAction } from './model.ts'
import type { Cidr } from './net.ts'
import type { PortMatch } from './ports.ts'
import type { SelectorNode } from './selector/ast.ts'

/** One side (`source` or `destination`) of a rule. Null or empty lists are criteria that were not given. */
export interface Entity {
  /** The effective selector: namespace, service accounts and selector joined (Calico: GetEntityRuleSelector). */
  selector: SelectorNode | null
  notSelector: SelectorNode | null
  /** Null: not given. An empty list (every entry was unreadable) matches nothing. */
  nets: readonly Cidr[] | null
  notNets: readonly Cidr[]
  ports: readonly PortMatch[] | null
  notPorts: readonly PortMatch[]
  /** `namespace/name`; with an empty namespace it finds nothing, as in Calico. */
  service: string | null
  /** Enterprise: names, possibly with one `*` component. Null: not given. */
  domains: readonly string[] | null
  /** What was written, for people: `app == "frontend" in namespaces zone == "a"`; null when only nets, ports or a service. */
  written: string | null
}

export interface IcmpMatch {
  type?: number
  code?: number
}

export interface HttpMatch {
  methods: readonly string[]
  paths: readonly { exact?: string; prefix?: string }[]
}

export interface Rule {
  action: RuleAction
  ipVersion: 4 | 6 | null
  protocol: number | null
  notProtocol: number | null
  icmp: IcmpMatch | null
  notIcmp: IcmpMatch | null
  source: Entity
  destination: Entity
  http: HttpMatch | null
  /** Index of the rule in the object as written; differs from the position for Kubernetes kinds, whose rules are multiplied out. */
  written: number
}

export type PolicyPrefix = 'np' | 'gnp' | 'snp' | 'sgnp' | 'knp' | 'sknp' | 'kcnp'

/** Any of the policy kinds, brought into one form. */
export interface Policy {
  /** `np:ns/name`, `gnp:name`, ... as in the traces. */
  id: string
  prefix: PolicyPrefix
  /** As Calico names it when it breaks ties: `KubernetesNetworkPolicy` for Kubernetes' own. */
  sortKind: string
  name: string
  namespace: string
  tier: string
  /** Null sorts after everything. */
  order: number | null
  staged: boolean
  selector: SelectorNode
  types: readonly Direction[]
  rules: Readonly<Record<Direction, readonly Rule[]>>
  /** Applies to host endpoints only (doNotTrack, preDNAT). */
  hostOnly: boolean
  object: KubeObject
}

/** A policy, or why Calico would act as if it were not there. */
export type PolicyReading = { policy: Policy; notes: string[] } | { policy: null; notes: string[] }

export const defaultTier = 'default'

/** Kubernetes NetworkPolicies stand at this order of the tier `default`. */
export const kubernetesPolicyOrder = 1000
