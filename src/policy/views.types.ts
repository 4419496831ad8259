/** What screen, text and JSON show of the policy engine's answers. Plain values. */
import type { Flow, FlowVerdict, Trace, TraceEntry } from './model.ts'

export interface MatrixRow {
  /** `label` names the row or column and is unique in its view: the workload or Service, with more where that is ambiguous. */
  from: { namespace: string; workload: string; pods: string[]; label?: string }
  to: { namespace: string; service: string; label?: string }
  port: number
  podPort: number
  protocol: 'TCP' | 'UDP' | 'SCTP'
  predicted: 'open' | 'blocked' | 'undecided'
  measured: string | null
  why: { egress: Trace; ingress: Trace }
}

export interface MatrixView {
  sources: string[]
  targets: string[]
  rows: MatrixRow[]
  notes: string[]
}

interface BoardRule {
  direction: 'ingress' | 'egress'
  /** 0-based. */
  index: number
  action: string
  /** One line a person reads: `Allow TCP from app == "frontend" to port 7070`. */
  text: string
}

export interface BoardPolicy {
  id: string
  kind: string
  name: string
  namespace: string | null
  order: number | null
  staged: boolean
  selector: string
  types: string[]
  /** `namespace/name` of the endpoints it selects. */
  selects: string[]
  rules: BoardRule[]
  labels: Record<string, string>
  /** The workshop step whose manifests hold this object; set by the session, which knows the steps. */
  step?: number
  /** Later steps that made it something else. */
  changedIn?: number[]
}

export interface BoardTier {
  name: string
  order: number | null
  defaultAction: 'Deny' | 'Pass'
  missing: boolean
  policies: BoardPolicy[]
}

/** A policy that a step took away. */
export interface RemovedPolicy {
  tier: string
  kind: string
  name: string
  namespace: string | null
  step: number
}

export interface BoardView {
  tiers: BoardTier[]
  /** Set by the session, which knows the steps. */
  removed?: RemovedPolicy[]
  notes: string[]
}

export interface FlowRow {
  from: string
  to: string
  port: number
  podPort: number
  /** Found in the workloads' environment (`CART_SERVICE_ADDR`), with the variable. */
  declared: string | null
  allowed: 'open' | 'blocked' | 'undecided'
  seen: string | null
  /** Who decides; where it is asked for. */
  why?: { egress: Trace; ingress: Trace }
  /** One pod and the Service, exactly: names can stand for several. */
  refs?: { from: string; to: string }
}

export interface FlowsView {
  rows: FlowRow[]
  notes: string[]
}

/** One policy asked on the way, whether or not it decided. */
export interface AskedPolicy {
  tier: string
  policy: string
  staged: boolean
  result: 'matched' | 'no-match'
  rule: number | null
  action: string | null
  /** The rule that came closest, and the term that failed, as a sentence. */
  nearestMiss: { rule: number; text: string } | null
}

export interface ExplainSide {
  endpoint: string | null
  direction: 'ingress' | 'egress'
  trace: Trace
  /** Tier by tier, in order, the policies that select the endpoint. */
  tiers: {
    name: string
    order: number | null
    endAction: string
    policies: AskedPolicy[]
    decidedBy: TraceEntry | null
  }[]
  /** What staged policies would change, as a sentence; null when nothing. */
  stagedChange: string | null
}

export interface ExplainView {
  flow: Flow
  title: string
  verdict: FlowVerdict['verdict']
  egress: ExplainSide
  ingress: ExplainSide
  notes: string[]
}

export interface PredictedFlow {
  from: string
  to: string
  port: number
  /** The rule that will decide, as the proof table shows it. */
  why: string
}

/** What would be different if a change were applied; nothing is applied. */
export interface PredictView {
  /** The actions it is about, in order. */
  titles?: string[]
  opens: PredictedFlow[]
  closes: PredictedFlow[]
  /** Same verdict, other deciding rule. */
  redecided: number
  /** Flows looked at that stay as they are; the quiz picks its wrong answers here. */
  unchanged: PredictedFlow[]
  /** Of policies a learner writes: how far they are from what is asked for. */
  wanted?: {
    right: number
    total: number
    wrong: { from: string; to: string; port?: number; expected: 'open' | 'blocked'; why: string }[]
    notes: string[]
  }
}

/** One flow before and after a change. */
export interface PlanFlow {
  from: { namespace: string; workload: string; label: string }
  /** `service` is empty for targets outside, which `label` names. */
  to: { namespace: string; service: string; label: string }
  port: number
  podPort: number
  protocol: 'TCP' | 'UDP' | 'SCTP'
  /** `namespace/name` of the pods that would notice. */
  pods: string[]
  before: PlanSide
  after: PlanSide
}

export interface PlanSide {
  verdict: FlowVerdict['verdict']
  /** `ingress denied by np:hipstershop/app.cartservice #2`. */
  why: string
  egress: Trace
  ingress: Trace
}

/** Flows to one target that change for one reason. */
export interface PlanGroup {
  change: 'opens' | 'closes' | 'redecided'
  to: PlanFlow['to']
  port: number
  protocol: PlanFlow['protocol']
  from: string[]
  count: number
  pods: string[]
  before: string
  after: string
}

export interface PlanWarning {
  kind: 'selects-nothing' | 'never-matches' | 'unused'
  policy: string
  /** 0-based. */
  rule: number | null
  direction: 'ingress' | 'egress' | null
  text: string
}

export interface PlanView {
  opens: PlanFlow[]
  closes: PlanFlow[]
  /** Same verdict, other deciding rules. */
  redecided: PlanFlow[]
  /** Decided in one of the two states only. */
  undecided: PlanFlow[]
  unchanged: PlanFlow[]
  groups: PlanGroup[]
  /** Flows the change would open or close only if the staged policies were enforced. */
  staged: { opens: PlanFlow[]; closes: PlanFlow[] }
  warnings: PlanWarning[]
  notes: string[]
}
