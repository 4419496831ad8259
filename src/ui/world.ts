/** Everything a frame is made of: a snapshot of the session (or of the way to it) beside what the screen remembers. */
import type { Session, SessionState } from '../engine/session.types.ts'
import type { ProbeRow, StepState } from '../engine/state.ts'
import type { Step } from '../workshop/step.ts'
import type { ProofRowRef } from './ui-state.ts'

/** Enough of a track to draw the first frame, known before anything slow is loaded. */
export interface TrackOutline {
  id: string
  title: string
  summary: string
  steps: readonly { number: number; title: string; goal: string }[]
}

/** A place the workshop can run in, with one line about its readiness. */
export interface PlaceChoice {
  id: string
  title: string
  detail: string
  /** null: not looked at yet. */
  ready: boolean | null
  /** Where one goes on there, by track; `step` null: every step is proved. */
  resume?: readonly { track: string; step: number | null }[]
}

/** Answered by typing something back, or by one of a few keys. */
export type Question = { title: string; lines: readonly string[] } & (
  | { expect: string }
  | { choices: readonly { key: string; label: string }[] }
)

export type Phase =
  | { kind: 'start'; places: readonly PlaceChoice[]; looking: boolean }
  | { kind: 'connecting'; text: string }
  | { kind: 'failed'; message: string; code: string; hint: string | null }
  | { kind: 'ready' }
  | { kind: 'closing' }

export interface World {
  tracks: readonly TrackOutline[]
  outline: TrackOutline
  phase: Phase
  /** A question of the way to the cluster, above everything else. */
  question: Question | null
  session: Session | null
  state: SessionState | null
  quiz: boolean
  canShell: boolean
  /** Turns while work goes on; 0 where nothing may move. */
  tick: number
  /** Whole seconds the work has been on; absent where nothing may move. */
  busyFor?: number
}

export interface Size {
  columns: number
  rows: number
}

export function selectedNumber(world: World): number {
  return world.state?.selected ?? world.outline.steps[0]?.number ?? 0
}

export function selectedStep(world: World): Step | null {
  return world.state?.track.steps.find((step) => step.number === world.state?.selected) ?? null
}

export function selectedStepState(world: World): StepState | null {
  return world.state?.run.steps.get(world.state.selected) ?? null
}

/** As it is now; rows are replaced when they change. */
export function proofRowOf(world: World, ref: ProofRowRef | null): ProbeRow | null {
  const rows = ref ? [...(selectedStepState(world)?.probes.values() ?? [])] : []
  return rows.find((row) => row.stage === ref?.stage && row.set === ref.set && row.probe.id === ref.id) ?? null
}

export type StepPhase = 'read' | 'act' | 'prove' | 'passed' | 'failed'

/** What is going on in the selected step; decides which pane gets the room and the keys. */
export function stepPhase(world: World): StepPhase {
  const { state } = world
  const step = selectedStepState(world)
  if (!state || !step) return 'read'
  const working = state.run.current === state.selected || state.run.current === null
  if (working && state.mode === 'acting') return 'act'
  if (working && state.mode === 'proving') return 'prove'
  if (step.status === 'passed') return 'passed'
  if (step.status === 'failed' || step.actions.some((action) => action.status === 'failed')) return 'failed'
  if (step.actions.some((action) => action.status === 'done' || action.status === 'running')) return 'act'
  return 'read'
}

/** Whether something to come in this stage can open or close flows. */
export function canPredict({ state, session }: World): boolean {
  if (!state?.nextAction || !session?.views.predict || state.mode !== 'idle') return false
  const { stage, action } = state.nextAction
  const planned = state.plannedActions ?? []
  const at = planned.findIndex((candidate) => candidate.stage === stage && candidate.action === action)
  return planned.slice(Math.max(0, at)).some((candidate) => candidate.stage === stage && candidate.changesPolicy)
}

/** Steps the selected one builds on and that are not there. */
export function stepsMissing({ state }: World): readonly number[] {
  return state?.missingSteps ?? []
}

export function isBusy(world: World): boolean {
  return world.phase.kind === 'connecting' || (world.state !== null && world.state.mode !== 'idle')
}
