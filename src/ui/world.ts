/** Everything a frame is made of: a snapshot of the session (or of the way to it) beside what the screen remembers. */
import type { Session, SessionState } from '../engine/session.types.ts'
import type { StepState } from '../engine/state.ts'
import type { Step } from '../workshop/step.ts'

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
  /** Where one left off there. */
  resume?: { track: string; step: number }
}

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
  /** A question of the way to the cluster (its name typed back), above everything else. */
  question: { title: string; lines: readonly string[]; expect: string } | null
  session: Session | null
  state: SessionState | null
  quiz: boolean
  canShell: boolean
  /** Turns while work goes on; 0 where nothing may move. */
  tick: number
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

/** Only what puts policies up or takes them down has something to predict. */
export function canPredict(world: World): boolean {
  const next = world.state?.nextAction
  if (!next || !world.session?.views.predict || world.state?.mode !== 'idle') return false
  const action = selectedStep(world)
    ?.stages.find((stage) => stage.id === next.stage)
    ?.actions.find((candidate) => candidate.id === next.action)
  return action?.kind === 'apply' || action?.kind === 'delete'
}

export function isBusy(world: World): boolean {
  return world.phase.kind === 'connecting' || (world.state !== null && world.state.mode !== 'idle')
}
