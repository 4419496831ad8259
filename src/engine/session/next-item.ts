/** What comes next in a step, given what was done here and what the cluster shows. Pure. */
import type { Features } from '../../cluster/port.ts'
import type { Action, Stage, Step } from '../../workshop/step.ts'
import { actionKind } from '../actions/table.ts'
import type { Scope } from '../scope.ts'
import type { Snapshot } from '../snapshot.ts'
import { skipReason } from '../when.ts'
import { isOwnFile } from '../write-yourself.ts'

interface Done {
  /** `stage/action` carried out here. */
  actions: ReadonlySet<string>
  /** Stages proved here, or known to be behind us. */
  stages: ReadonlySet<string>
}

export type NextItem = { kind: 'action'; stage: Stage; action: Action } | { kind: 'prove'; stage: Stage } | null

export interface StepFacts {
  step: Step
  features: Features
  snapshot: Snapshot
  done: Done
  scope: Pick<Scope, 'deps'>
  /** Whether the cluster has the flows a stage wants; asked where the learner writes the policies. */
  hasWantedFlows?(stage: Stage): boolean
}

export function actionKey(stage: Stage, action: Action): string {
  return `${stage.id}/${action.id}`
}

export function applicable(stage: Stage, features: Features): Action[] {
  return stage.actions.filter((action) => skipReason(action.when, features) === null)
}

export function nextItem(facts: StepFacts): NextItem {
  for (const [index, stage] of facts.step.stages.entries()) {
    // A later stage that has begun means this one is behind us.
    if (facts.done.stages.has(stage.id) || facts.step.stages.slice(index + 1).some((later) => hasBegun(later, facts)))
      continue
    const action = applicable(stage, facts.features).find((candidate) => !isActionDone(stage, candidate, facts))
    return action ? { kind: 'action', stage, action } : { kind: 'prove', stage }
  }
  return null
}

function hasBegun(stage: Stage, facts: StepFacts): boolean {
  return effects(stage, facts).some((action) => !isOwnFile(action) && effect(stage, action, facts) === true)
}

/** What only looks or asks is done when it ran, or when everything around it is done anyway. */
export function isActionDone(stage: Stage, action: Action, facts: StepFacts): boolean {
  // The watch may lag behind our own change: what was carried out here counts. Of the learner's file only the flows do.
  if (!isOwnFile(action) && facts.done.actions.has(actionKey(stage, action))) return true
  const seen = effect(stage, action, facts)
  if (seen !== null) return seen
  const others = effects(stage, facts)
  return others.length > 0 && others.every((other) => effect(stage, other, facts) === true) && isByOthers(stage, facts)
}

/** All that leaves a trace is there, and not all of it by this session: somebody works in another terminal. */
export function isByOthers(stage: Stage, facts: StepFacts): boolean {
  const traces = effects(stage, facts)
  return (
    traces.length > 0 &&
    traces.every((action) => effect(stage, action, facts) === true) &&
    traces.some((action) => !facts.done.actions.has(actionKey(stage, action)))
  )
}

function effects(stage: Stage, facts: StepFacts): Action[] {
  return applicable(stage, facts.features).filter((action) => effect(stage, action, facts) !== null)
}

function effect(stage: Stage, action: Action, { snapshot, scope, hasWantedFlows }: StepFacts): boolean | null {
  if (isOwnFile(action)) return hasWantedFlows?.(stage) ?? false
  return actionKind(action).isDone(action, snapshot, scope)
}
