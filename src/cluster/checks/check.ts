import type { FoundKubectl } from '../find-kubectl.ts'
import type { ClusterPort, KindRef, Operation } from '../port.ts'
import type { Facts } from './facts.ts'

export interface CheckResult {
  status: 'ok' | 'warn' | 'fail' | 'skip'
  /** What was found, as a sentence. */
  reason: string
  /** What to do about it; present for warn and fail. */
  next?: string
  details?: string[]
}

export interface CheckReport extends CheckResult {
  code: string
  title: string
}

export interface Check {
  /** Permanent, searchable. */
  code: string
  title: string
  needsCluster: boolean
  run(context: CheckContext, facts: Facts): Promise<CheckResult> | CheckResult
}

export interface CheckContext {
  /** null: it could not be opened, `connectError` says why. */
  cluster: ClusterPort | null
  connectError?: unknown
  kubectl: FoundKubectl
  /** `process.versions.node` */
  nodeVersion: string
  /** Namespaces the track works in. */
  namespaces: readonly string[]
  /** False: the track does with Kubernetes policies only, whoever enforces them. */
  needsCalico?: boolean
  /** Tiers whose policies the track writes; `default` is one of them. */
  tiers: readonly string[]
  /** Label selector `key=value` of the track's own objects. */
  objectLabel?: string
  probeImage: string
  /** What each step would do, for the question whether it may. */
  steps: readonly { step: number; title: string; operations: readonly Operation[] }[]
  /** Kinds without which nobody can say where the track stands, and no step is begun. */
  reads?: readonly KindRef[]
  /** Where the lock and the record of how things were are kept. */
  stateNamespace?: string
  signal?: AbortSignal
}

export const ok = (reason: string, details?: string[]): CheckResult => ({
  status: 'ok',
  reason,
  ...(details?.length ? { details } : {}),
})
export const skip = (reason: string): CheckResult => ({ status: 'skip', reason })
export const warn = (reason: string, next: string, details?: string[]): CheckResult => ({
  status: 'warn',
  reason,
  next,
  ...(details?.length ? { details } : {}),
})
export const fail = (reason: string, next: string, details?: string[]): CheckResult => ({
  status: 'fail',
  reason,
  next,
  ...(details?.length ? { details } : {}),
})
