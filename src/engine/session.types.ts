/**
 * What the screen may ask for (intents) and see (state). The session is the only writer: it owns the running step and
 * its AbortController; the screen never calls a cluster.
 */
import type { Step, Track } from '../workshop/step.ts'
import type { WorkshopEvent } from './events.ts'
import type { Holder } from './lock.ts'
import type { RunState } from './state.ts'

export type Intent =
  /** The next action of the step not yet done; after the last one, its proofs. */
  | { type: 'next' }
  /** All remaining actions and proofs of the current step. */
  | { type: 'run-step' }
  /** All remaining steps. */
  | { type: 'run-all' }
  /** Prove the current step's (or one stage's) proofs again. */
  | { type: 'prove' }
  | { type: 'select-step'; step: number }
  | { type: 'cancel' }
  /** The learner writes the policies of the selected step's stages that are still to do; sent again: our actions do. */
  | { type: 'write-yourself' }
  /** How a question about the selected step was answered; the first answer counts. */
  | { type: 'keep-answer'; question: string; right: number; total: number }
  | { type: 'plan-reset'; to: number | null }
  /** `include`: also what somebody else made or changed (the plan's questions). */
  | { type: 'confirm-reset'; include?: boolean }
  | { type: 'drop-reset' }
  | { type: 'try-flow'; from: string; to: string; port?: number; tool?: 'nc' | 'curl' | 'ping' | 'dig' }

interface ResetLine {
  /** As a kubectl line. */
  command: string
  /** Why: `made by step 3`, `label put on by step 1`. */
  reason: string
}

/** How a question of a step was answered: whole or in part. */
export interface Answer {
  step: number
  right: number
  total: number
}

export interface SessionState {
  run: RunState
  track: Track
  /** The step shown. */
  selected: number
  /** Next step to do. */
  current: number
  mode: 'idle' | 'acting' | 'proving' | 'resetting' | 'planning'
  /** Index of the next action to run in the selected step's flat list of applicable actions; null when all are done. */
  nextAction: { stage: string; action: string; command: string; title: string } | null
  /** The selected step's applicable actions in order, with the lines a person would type; lets the screen show what is still to come. */
  plannedActions?: readonly {
    stage: string
    action: string
    title: string
    command: string
    /** Whether it can open or close flows. */
    changesPolicy?: boolean
    /** Its effect is there, whoever carried it out. */
    isDone?: boolean
  }[]
  /** Steps the selected one builds on and whose effects are not there; looked at only for a step further than the next one. */
  missingSteps?: readonly number[]
  /** By question; kept with the progress, so that whoever comes back finds the score. */
  answers: Readonly<Record<string, Answer>>
  /** Whether the cluster answers right now. */
  connection: { ok: true } | { ok: false; reason: string }
  /** Plain sentences about what is missing or changed, each with the line that repairs it. */
  drift: { text: string; repair: string }[]
  resetPlan: { to: number | null; lines: ResetLine[]; questions?: string[]; warnings: string[] } | null
  tried: WorkshopEvent | null
  place: {
    name: string
    edition: string
    version: string
    via: 'kubectl' | 'api'
    kubeconfig: string
    isSandbox: boolean
  }
  /** Another process that works on this track here: until it is done this one only watches. */
  holder: Holder | null
  /** Bumps when cluster objects changed; views recompute. */
  revision: number
}

export interface Session {
  get(): SessionState
  subscribe(listener: () => void): () => void
  send(intent: Intent): void
  step(number: number): Step
  /** Every event so far, for the log view and the bug report. */
  readonly events: readonly WorkshopEvent[]
  /** Pure views of the current objects, computed on demand and cached per revision. */
  readonly views: SessionViews
  close(): Promise<void>
}

/** Shapes are those of src/policy (matrix.ts, board.ts, flows.ts, explain.ts); recomputed when `revision` changes. */
export interface SessionViews {
  matrix(): import('../policy/views.types.ts').MatrixView
  board(): import('../policy/views.types.ts').BoardView
  flows(): import('../policy/views.types.ts').FlowsView
  explain(from: string, to: string, port?: number): import('../policy/views.types.ts').ExplainView
  /** What the next action's manifest would change among the matrix' flows; null when it is not about policy. */
  predict?(): import('../policy/views.types.ts').PredictView | null
}
