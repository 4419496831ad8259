/** What the watched objects say about the track: where it stands, what comes next, what is not as it should be. Changes nothing. */
import type { Features } from '../../cluster/port.ts'
import type { Action, Stage, Step } from '../../workshop/step.ts'
import { type Forecast, forecastFile, hasWantedFlows } from '../forecast.ts'
import { lostBefore } from '../put-right.ts'
import { actionCommand } from '../run-action.ts'
import { type Scope, stampEvents, type Work } from '../scope.ts'
import type { SessionState } from '../session.types.ts'
import { type Facts, stepInPlace } from '../status.ts'
import { isOwnFile, isWritten } from '../write-yourself.ts'
import { createDerived, type Derived } from './derived.ts'
import type { StepMemory } from './do-steps.ts'
import { dueDrift } from './due-drift.ts'
import {
  actionKey,
  applicable,
  isActionDone,
  isByOthers,
  type NextItem,
  nextItem,
  type StepFacts,
} from './next-item.ts'
import { changesPolicy } from './predict.ts'
import type { WorldWatch } from './world-watch.ts'

export interface ReadingSources {
  work: Work
  features: Features
  watch: Pick<WorldWatch, 'snapshot'>
  memory: StepMemory
}

export interface Reading {
  derived: Derived
  facts(): Facts
  step(number: number): Step
  /** The highest step any of whose traces is there. */
  inPlace(): number | null
  /** Steps below the one in place are behind us, whatever later steps made of their objects. */
  next(step: Step): NextItem
  lines(step: Step): Pick<SessionState, 'nextAction' | 'plannedActions'>
  /** Steps this one builds on and whose effects are not there. */
  missing(step: Step): readonly number[]
  drift(): SessionState['drift']
  /** The actions still to come in the stage that is on. */
  upcoming(step: Step): readonly Action[]
  /** What the learner's own file would do, where that comes next. */
  forecast(step: Step): Forecast | null
  stageToProve(step: Step): Stage | undefined
  /** Everything of the stage is there, and somebody else made it. */
  isByOthers(step: Step, stage: Stage): boolean
}

export function createReading({ work, features, watch, memory }: ReadingSources): Reading {
  const derived = createDerived(work.deps.files, watch.snapshot)
  const deps = { ...work.deps, files: derived.files }

  function facts(): Facts {
    return { deps, track: work.track, features, snapshot: watch.snapshot() }
  }

  /** What was done and proved here: part of whatever follows from it. */
  function done(): string {
    const { actions, stages, passed } = memory
    return [[...actions].join(), [...stages].join(), [...passed].join()].join(' ')
  }

  function scopeOf(step: Step): Scope {
    return { ...work, deps, step: step.number, features, event: stampEvents(deps, work.track.id, step.number) }
  }

  function factsOf(step: Step): StepFacts {
    return {
      step,
      features,
      snapshot: watch.snapshot(),
      done: { actions: memory.actions, stages: memory.stages },
      scope: { deps },
      hasWantedFlows: (stage) => hasWantedFlows(scopeOf(step), stage, watch.snapshot()),
    }
  }

  function inPlace(): number | null {
    return derived.of('in place', () => stepInPlace(facts()))
  }

  function next(step: Step): NextItem {
    return derived.of(`next ${step.number} ${done()}`, () => {
      const at = inPlace()
      return at !== null && step.number < at ? null : nextItem(factsOf(step))
    })
  }

  function plannedActions(step: Step) {
    const item = next(step)
    return derived.of(`lines ${step.number} ${done()}`, () =>
      step.stages.flatMap((stage) =>
        applicable(stage, features).map((action) => ({
          stage: stage.id,
          action: action.id,
          title: action.title,
          command: actionCommand(action, { deps, track: work.track }, watch.snapshot()),
          changesPolicy: changesPolicy(action, deps.files),
          isDone: item === null || isActionDone(stage, action, factsOf(step)),
        })),
      ),
    )
  }

  function upcoming(step: Step): readonly Action[] {
    const item = next(step)
    if (item?.kind !== 'action') return []
    const actions = applicable(item.stage, features)
    return actions.slice(actions.indexOf(item.action))
  }

  return {
    derived,
    facts,
    step: (number) => work.track.steps.find((step) => step.number === number) ?? work.track.steps[0]!,
    inPlace,
    next,
    lines(step) {
      const item = next(step)
      const planned = plannedActions(step)
      const isNext = (line: (typeof planned)[number]) =>
        item?.kind === 'action' && line.stage === item.stage.id && line.action === item.action.id
      return { nextAction: planned.find(isNext) ?? null, plannedActions: planned }
    },
    missing: (step) =>
      derived.of(`missing ${step.number}`, () => [
        ...new Set(lostBefore(facts(), step).map((origin) => origin.step.number)),
      ]),
    drift: () =>
      derived.of(`drift ${done()}`, () => {
        const isDone = (stage: Stage, action: Action) => memory.actions.has(actionKey(stage, action))
        return dueDrift(facts(), { passed: memory.passed, isDone }).map(({ text, repair }) => ({ text, repair }))
      }),
    upcoming,
    forecast(step) {
      // Also while lines that only look or ask come first.
      const item = upcoming(step).some(isOwnFile) ? next(step) : null
      return item ? forecastFile(scopeOf(step), item.stage, watch.snapshot()) : null
    },
    stageToProve(step) {
      const item = next(step)
      if (item?.kind === 'prove' || (item && isWritten(item.stage))) return item.stage
      const at = item ? step.stages.indexOf(item.stage) : step.stages.length
      return step.stages[Math.max(0, at - 1)]
    },
    isByOthers: (step, stage) => isByOthers(stage, factsOf(step)),
  }
}
