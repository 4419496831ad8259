/** Where a session begins, and where it goes on after somebody else worked here: what was proved and still stands is behind us. */
import type { Step } from '../../workshop/step.ts'
import { emptyRunState } from '../reduce.ts'
import type { Work } from '../scope.ts'
import type { SessionState } from '../session.types.ts'
import type { StepState } from '../state.ts'
import type { StepMemory } from './do-steps.ts'
import { isAheadOfProof } from './make-ready.ts'
import type { Reading } from './reading.ts'

export function initialState({ track }: Work, place: SessionState['place']): SessionState {
  const first = track.steps[0]?.number ?? 0
  return {
    run: emptyRunState(place.name),
    track,
    selected: first,
    current: first,
    mode: 'idle',
    nextAction: null,
    answers: {},
    connection: { ok: true },
    drift: [],
    resetPlan: null,
    tried: null,
    place,
    holder: null,
    revision: 1,
  }
}

export function restored(state: SessionState, reading: Reading, memory: StepMemory): Partial<SessionState> {
  const { steps: all } = state.track
  const inPlace = reading.inPlace()
  const stands = (step: Step) => memory.passed.has(step.number) && step.number <= (inPlace ?? -1)
  const isPassed = ({ number }: Step) => state.run.steps.get(number)?.status === 'passed'
  const anew = all.filter((step) => stands(step) && !isPassed(step))
  for (const stage of anew.flatMap((step) => step.stages)) memory.stages.add(stage.id)
  const steps = new Map([...state.run.steps, ...anew.map(({ number }) => [number, passedStep(number)] as const)])
  const open = all.find(
    (step) => step.number >= (inPlace ?? Number.NEGATIVE_INFINITY) && !isPassed(step) && !anew.includes(step),
  )
  const current = (open ?? all.at(-1))?.number ?? state.current
  memory.leftover = isAheadOfProof(reading.facts(), reading.step(current), memory.stages) ? current : null
  return {
    current,
    ...(anew.length > 0 ? { run: { ...state.run, steps } } : {}),
    // Who reads another step is left there.
    ...(state.selected === state.current ? { selected: current } : {}),
  }
}

/** What another process proved since, or took back. */
export function withProved(
  state: SessionState,
  memory: StepMemory,
  proved: ReadonlySet<number>,
): Partial<SessionState> {
  memory.passed.clear()
  for (const number of proved) memory.passed.add(number)
  const steps = [...state.run.steps].filter(([number, step]) => step.status !== 'passed' || proved.has(number))
  return steps.length === state.run.steps.size ? {} : { run: { ...state.run, steps: new Map(steps) } }
}

function passedStep(number: number): StepState {
  return { number, status: 'passed', actions: [], proofs: [], probes: new Map(), notices: [] }
}
