/** What is missing or changed and should not be: of a step in progress only what its lines have made so far. */
import type { Action, Stage, Step } from '../../workshop/step.ts'
import { computeStatus, type Facts, type Finding, stepInPlace } from '../status.ts'

export interface Progress {
  /** Steps proved. */
  passed: ReadonlySet<number>
  /** Whether this session carried the line out. */
  isDone(stage: Stage, action: Action): boolean
}

export function dueDrift(facts: Facts, { passed, isDone }: Progress): Finding[] {
  const all = computeStatus(facts, [...passed]).findings
  const inPlace = stepInPlace(facts)
  if (inPlace === null || passed.has(inPlace) || all.length === 0) return all
  const begun = (step: Step): Step => ({
    ...step,
    stages: step.stages.map((stage) => ({
      ...stage,
      actions: stage.actions.filter((action) => isDone(stage, action)),
    })),
  })
  const steps = facts.track.steps.map((step) => (step.number === inPlace ? begun(step) : step))
  const due = computeStatus({ ...facts, track: { ...facts.track, steps } }, [...passed]).findings
  // What is there too much is judged by the whole step: half of it may be there already.
  return [...due.filter(({ kind }) => kind !== 'extra'), ...all.filter(({ kind }) => kind === 'extra')]
}
