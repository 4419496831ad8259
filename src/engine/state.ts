/** What the stream of events adds up to. The screen, the plain reporter's summary and `status` read it. */

import type { Trace } from '../policy/model.ts'
import type { DetailMark, Evidence, Probe, ProbeActual } from './events.ts'

export interface ProbeRow {
  set: string
  stage: string
  probe: Probe
  expected: 'open' | 'blocked'
  actual: ProbeActual | null
  ok: boolean | null
  attempts: number
  convergedMs: number | null
  evidence: Evidence | null
  decidedBy: { egress: Trace; ingress: Trace } | null
  remedy?: string
}

export interface ActionRow {
  stage: string
  id: string
  title: string
  command: string
  status: 'waiting' | 'running' | 'done' | 'failed' | 'skipped'
  output: { stream: 'stdout' | 'stderr'; text: string }[]
  message?: string
  hint?: string
}

export interface ProofRow {
  stage: string
  id: string
  title: string
  status: 'waiting' | 'running' | 'ok' | 'failed' | 'skipped'
  details: string[]
  marks?: DetailMark[]
}

export interface StepState {
  number: number
  status: 'todo' | 'running' | 'passed' | 'failed' | 'cancelled'
  actions: ActionRow[]
  proofs: ProofRow[]
  /** Keyed by probe id within set and stage; insertion order is the order shown. */
  probes: Map<string, ProbeRow>
  notices: string[]
}

export interface RunState {
  place: string
  current: number | null
  steps: Map<number, StepState>
  failure: { code: string; message: string; hint?: string } | null
  finished: { ok: boolean; ms: number } | null
}
