/**
 * The words of the policy engine. Everything in this folder is pure: no clock, no disk, no network, no Node modules.
 * Verdicts follow Calico's documented semantics; each branch of the evaluation names the rule it implements.
 */

/** A Kubernetes or Calico object as it stands in YAML or comes from an API. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    [key: string]: unknown
  }
  spec?: Record<string, any>
  status?: Record<string, any>
  [key: string]: any
}

export type Direction = 'ingress' | 'egress'

/** A declared container port of an endpoint: what named ports resolve to. */
export interface EndpointPort {
  name?: string
  port: number
  protocol: string
}

/** A workload endpoint (a pod with an address of its own) or a host endpoint. `id` is `namespace/name`. */
export interface EndpointSpec {
  id: string
  kind?: 'workload' | 'host'
  name: string
  namespace: string
  labels: Readonly<Record<string, string>>
  serviceAccount?: string
  ips: readonly string[]
  ports?: readonly EndpointPort[]
  /** True only in vectors: an endpoint without the namespace profile is denied when it falls off the last tier. */
  noProfile?: boolean
}

/** One end of a flow: a known endpoint, or an address (with the names it was resolved from, for domain rules). */
export type Peer =
  | {
      kind: 'endpoint'
      id: string /** which of its addresses; the first of the flow's family when absent */
      ip?: string
    }
  | { kind: 'ip'; ip: string; names?: readonly string[] }
  /** An outside name whose address nobody knows: rules that ask for an address leave the flow undecided. */
  | { kind: 'name'; name: string }

export interface Flow {
  from: Peer
  to: Peer
  /** `TCP`, `UDP`, `ICMP`, ... or an IP protocol number. */
  protocol: string | number
  /** The port policy sees: the pod port after Service DNAT. */
  port?: number
  sourcePort?: number
  icmpType?: number
  icmpCode?: number
  http?: { method?: string; path?: string }
}

export type RuleAction = 'Allow' | 'Deny' | 'Pass' | 'Log'

/**
 * One decision on the way: `rule` is 0-based in the policy's list of that direction, -1 the end-of-tier action.
 * Policy ids as in the vectors: `np:ns/name`, `gnp:name`, `snp:`, `sgnp:`, `knp:`, `sknp:`, `kcnp:`; tier
 * `__PROFILE__` = fell through to the namespace profile.
 */
export interface TraceEntry {
  tier: string
  policy: string
  action: RuleAction
  rule: number
}

/** Why one side of a flow was decided. `enforced` ignores staged policies, `pending` takes them as enforced. */
export interface Trace {
  verdict: 'allow' | 'deny' | 'undecided'
  enforced: readonly TraceEntry[]
  pending: readonly TraceEntry[]
  pendingVerdict?: 'allow' | 'deny' | 'undecided'
  /** Present only when undecided: what was missing (unknown pod, tier object absent, ...). */
  undecided?: string
}

export interface FlowVerdict {
  verdict: 'allow' | 'deny' | 'undecided'
  egress: Trace
  ingress: Trace
}
