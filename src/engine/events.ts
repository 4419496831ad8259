/**
 * Everything that can be seen of a run is one of these plain JSON values; screen, plain text and JSON output are readers
 * of the same stream. Adding a field is fine, changing a meaning is not. Time enters only as `at`.
 */
import type { Trace } from '../policy/model.ts'

export type ProbeActual = 'open' | 'timed-out' | 'refused' | 'name-not-resolved' | 'cannot-run' | 'not-probed'

interface ProbeFrom {
  namespace: string
  pod: string
  /** `cartservice`, `multitool.hipstershop`, `multitool.default`. */
  workload: string
}

export interface ProbeTo {
  namespace?: string
  service?: string
  pod?: string
  host?: string
  port?: number
  podPort?: number
  protocol: 'TCP' | 'UDP' | 'ICMP'
}

export interface Probe {
  id: string
  from: ProbeFrom
  to: ProbeTo
  tool: 'nc' | 'curl' | 'ping' | 'dig'
}

export interface Evidence {
  /** One that can be pasted. */
  command: string
  exitCode: number | null
  output: string
}

export interface EventBase {
  v: 1
  /** ISO time from the injected clock. */
  at: string
  track: string
  step: number
}

export type WorkshopEvent = EventBase &
  (
    | { type: 'run-started'; place: string; server: string; via: 'kubectl' | 'api'; steps: number[] }
    | { type: 'step-started'; title: string; stages: string[] }
    | { type: 'stage-started'; stage: string }
    | { type: 'action-started'; stage: string; action: string; title: string; command: string }
    | { type: 'action-output'; stage: string; action: string; stream: 'stdout' | 'stderr'; text: string }
    | {
        type: 'action-finished'
        stage: string
        action: string
        ok: boolean
        skipped?: string
        message?: string
        hint?: string
        ms: number
      }
    /** Something a person should know before it happens: probe containers, a refresh of addresses, what differs here. */
    | { type: 'notice'; stage?: string; text: string }
    | { type: 'proof-started'; stage: string; proof: string; title: string; probes: number }
    | {
        type: 'proof-finished'
        stage: string
        proof: string
        title: string
        ok: boolean
        skipped?: string
        details: string[]
        /** Of each detail. */
        marks?: DetailMark[]
      }
    | { type: 'probe-started'; stage: string; set: string; probe: Probe; expected: 'open' | 'blocked' }
    | {
        type: 'probe-attempted'
        stage: string
        set: string
        probe: Probe
        attempt: number
        actual: ProbeActual
        evidence: Evidence
      }
    | {
        type: 'probe-settled'
        stage: string
        set: string
        probe: Probe
        expected: 'open' | 'blocked'
        actual: ProbeActual
        ok: boolean
        attempts: number
        convergedMs: number
        evidence: Evidence
        decidedBy: { egress: Trace; ingress: Trace } | null
        /** Why a result does not count, or what to do about it. */
        remedy?: string
      }
    | { type: 'stage-finished'; stage: string; ok: boolean }
    | {
        type: 'step-finished'
        outcome: 'passed' | 'failed' | 'cancelled'
        probes: { total: number; ok: number }
        ms: number
      }
    | { type: 'run-failed'; code: string; message: string; hint?: string }
    | {
        type: 'run-finished'
        ok: boolean
        steps: { step: number; ok: boolean; probes: { total: number; ok: number } }[]
        ms: number
      }
  )

/** Whether what is said is as it should be; a note is neither. */
export type DetailMark = 'ok' | 'wrong' | 'note'
