/** What enter does now, and how the key line calls it: one answer for both. */
import { selectedStepState, type World } from './world.ts'

export type NextThing =
  | { kind: 'wait'; label: string }
  | { kind: 'start'; label: string }
  | { kind: 'retry-connect'; label: string }
  | { kind: 'action'; label: string }
  | { kind: 'prove'; label: string }
  | { kind: 'prove-again'; label: string }
  | { kind: 'step'; step: number; label: string }
  | { kind: 'finish'; label: string }

export function nextThing(world: World): NextThing {
  const { phase, state } = world
  if (phase.kind === 'start') return { kind: 'start', label: 'start' }
  if (phase.kind === 'failed') return { kind: 'retry-connect', label: 'try again' }
  if (phase.kind !== 'ready' || !state) return { kind: 'wait', label: 'connecting' }
  if (state.mode === 'acting') return { kind: 'wait', label: 'running' }
  if (state.mode === 'proving') return { kind: 'wait', label: 'proving' }
  if (state.mode !== 'idle') return { kind: 'wait', label: state.mode }
  const step = selectedStepState(world)
  if (step?.status === 'passed' && state.nextAction === null) {
    const next = state.track.steps.find((candidate) => candidate.number > state.selected)
    return next
      ? { kind: 'step', step: next.number, label: `go to step ${next.number}` }
      : { kind: 'finish', label: 'see the result' }
  }
  if (state.nextAction) return { kind: 'action', label: 'run next' }
  return step?.status === 'failed' ? { kind: 'prove-again', label: 'prove again' } : { kind: 'prove', label: 'prove' }
}
