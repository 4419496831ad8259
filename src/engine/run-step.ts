/** A step from its first action to its last proof, as a stream of events. */
import type { Action, Stage, Step } from '../workshop/step.ts'
import { replacesByHand, runUnasked } from './by-hand.ts'
import type { WorkshopEvent } from './events.ts'
import { isTwin } from './pods.ts'
import { proveStage } from './prove-stage.ts'
import { requireRights } from './rights.ts'
import { runAction } from './run-action.ts'
import { dumpLabels, openScope, type Scope, type Work } from './scope.ts'
import { namespacesOf, readSnapshot } from './snapshot.ts'
import { isOwnFile, isWritten, takeOver, writtenStage } from './write-yourself.ts'

/**
 * Asked before each action: `stop` ends the step as cancelled, `write` leaves the policies to the learner. `byHand`: what
 * somebody changed by hand and the line would replace.
 */
export type RunStepConfirm = (
  scope: Scope,
  stage: Stage,
  action: Action,
  byHand: readonly string[],
) => Promise<'run' | 'skip' | 'stop' | 'write'>

export interface StepOptions {
  /** Absent: everything runs. */
  confirm?: RunStepConfirm
  /** Nobody is there to be asked: what would replace somebody's work is not done. */
  unasked?: boolean
  /** Only the proofs of these stages, no actions (`verify`). */
  proveOnly?: readonly string[]
}

export interface StepResult {
  outcome: 'passed' | 'failed' | 'cancelled'
  probes: { total: number; ok: number }
}

export async function* runStep(
  work: Work,
  step: Step,
  options: StepOptions = {},
): AsyncGenerator<WorkshopEvent, StepResult> {
  const scope = await openScope(work, step.number)
  const started = work.deps.clock.monotonic()
  const stages = options.proveOnly ? step.stages.filter((stage) => options.proveOnly!.includes(stage.id)) : step.stages
  yield scope.event({ type: 'step-started', title: step.title, stages: stages.map((stage) => stage.id) })
  const result: StepResult = { outcome: 'passed', probes: { total: 0, ok: 0 } }
  if (!options.proveOnly) {
    await requireRights(scope, step)
    await rememberLabels(scope, step)
  }
  for (const own of stages) {
    const stage = work.memory.written.has(own.id) ? writtenStage(own) : own
    yield scope.event({ type: 'stage-started', stage: stage.id })
    if (!options.proveOnly) {
      const acted = yield* actStage(scope, stage, options)
      if (acted !== 'done') {
        result.outcome = acted
        break
      }
    }
    const proved = yield* proveStage(scope, stage)
    result.probes.total += proved.probes.total
    result.probes.ok += proved.probes.ok
    if (!proved.ok) result.outcome = 'failed'
  }
  yield scope.event({ type: 'step-finished', ...result, ms: Math.round(work.deps.clock.monotonic() - started) })
  return result
}

async function* actStage(
  scope: Scope,
  stage: Stage,
  options: StepOptions,
): AsyncGenerator<WorkshopEvent, 'done' | 'failed' | 'cancelled'> {
  let todo = stage.actions
  for (let action = todo[0]; action; action = todo[0]) {
    const byHand = options.confirm && !options.unasked ? await replacesByHand(scope, action) : []
    const answer = (await options.confirm?.(scope, stage, action, byHand)) ?? 'run'
    if (answer === 'stop') return 'cancelled'
    if (answer === 'write' && stage.write && !isWritten(stage)) {
      const { written } = scope.memory
      const step = scope.track.steps.find((one) => one.number === scope.step)
      const at = step?.stages.findIndex((one) => one.id === stage.id) ?? -1
      for (const later of step?.stages.slice(at) ?? []) if (later.write) written.add(later.id)
      await takeOver(scope.deps, scope.track, written)
      const theirs = writtenStage(stage)
      const rest = theirs.actions.slice(theirs.actions.findIndex(isOwnFile))
      return yield* actStage(scope, { ...theirs, actions: rest }, options)
    }
    todo = todo.slice(1)
    const isAgreed = options.confirm !== undefined && !options.unasked
    if (answer === 'run' && !(yield* (isAgreed ? runAction : runUnasked)(scope, stage, action))) return 'failed'
  }
  return 'done'
}

/** The labels from before a step that is asked to change nothing else. */
export async function rememberLabels(scope: Scope, step: Step): Promise<void> {
  const asks = step.stages.some((stage) => stage.proofs.some((proof) => proof.kind === 'labels' && proof.nothingElse))
  if (!asks || scope.memory.labelsBefore.has(step.number)) return
  const { objects } = await readSnapshot(
    scope.deps.cluster,
    [{ apiVersion: 'v1', kind: 'Pod' }],
    namespacesOf(scope.track),
  )
  scope.memory.labelsBefore.set(step.number, dumpLabels(objects.filter((pod) => !isTwin(pod))))
}
