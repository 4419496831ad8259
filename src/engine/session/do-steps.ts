/** The work a session can be asked for, as streams: one action, one proof, the rest of a step, the rest of the track. */
import type { Stage, Step } from '../../workshop/step.ts'
import type { WorkshopEvent } from '../events.ts'
import { proveStage } from '../prove-stage.ts'
import { recordProof } from '../proved-here.ts'
import { lostBefore } from '../put-right.ts'
import { requireRights } from '../rights.ts'
import { runAction } from '../run-action.ts'
import { rememberLabels } from '../run-step.ts'
import { openScope, type Scope, type Work } from '../scope.ts'
import type { SessionState } from '../session.types.ts'
import type { Facts } from '../status.ts'
import { isOwnFile } from '../write-yourself.ts'
import { makeReady } from './make-ready.ts'
import { actionKey, applicable, type NextItem } from './next-item.ts'

export interface StepMemory {
  /** `stage/action` carried out here. */
  actions: Set<string>
  /** Stages proved, here or earlier. */
  stages: Set<string>
  /** Steps proved, here or earlier. */
  passed: Set<number>
  /** The step that was left in a later stage, without a proof of the one before: it is taken back before it goes on. */
  leftover: number | null
}

export interface StepHost {
  memory: StepMemory
  state(): SessionState
  update(change: Partial<SessionState>): void
  next(step: Step): NextItem
  facts(): Facts
}

export interface StepDoer {
  /** What was left half done before is put right first; false ends the work here: it failed, or is to be looked at. */
  ready(own: Work, step: Step): AsyncGenerator<WorkshopEvent, 'untouched' | 'done' | 'failed'>
  act(own: Work, step: Step, item: Extract<NextItem, { kind: 'action' }>): AsyncGenerator<WorkshopEvent, boolean>
  prove(own: Work, step: Step, stage: Stage): AsyncGenerator<WorkshopEvent, boolean>
  finishStep(own: Work, step: Step): AsyncGenerator<WorkshopEvent, boolean>
  finishTrack(own: Work): AsyncGenerator<WorkshopEvent, void>
}

/** Each yields what happens and returns false when it did not get through. */
export function createStepDoer({ memory, state, update, next, facts }: StepHost): StepDoer {
  let isReady = false

  async function* begin(own: Work, step: Step): AsyncGenerator<WorkshopEvent, Scope> {
    const scope = await openScope(own, step.number)
    if (state().run.steps.get(step.number)?.status !== 'running') {
      yield scope.event({ type: 'step-started', title: step.title, stages: step.stages.map((stage) => stage.id) })
    }
    return scope
  }

  async function* ready(own: Work, step: Step): AsyncGenerator<WorkshopEvent, 'untouched' | 'done' | 'failed'> {
    const isAhead = memory.leftover === step.number
    const isEarly = step.number > state().current
    if (!isAhead && ((isReady && !isEarly) || lostBefore(facts(), step).length === 0)) {
      isReady = true
      return 'untouched'
    }
    yield* begin(own, step)
    const outcome = yield* makeReady(own, step, isAhead, facts)
    isReady = outcome !== 'failed'
    if (isReady && isAhead) memory.leftover = null
    if (outcome === 'done') for (const stage of step.stages) forget(stage)
    return outcome
  }

  function forget(stage: Stage): void {
    memory.stages.delete(stage.id)
    for (const action of stage.actions) memory.actions.delete(actionKey(stage, action))
  }

  async function* act(
    own: Work,
    step: Step,
    item: Extract<NextItem, { kind: 'action' }>,
  ): AsyncGenerator<WorkshopEvent, boolean> {
    const scope = yield* begin(own, step)
    await requireRights(scope, step)
    await rememberLabels(scope, step)
    update({ mode: 'acting' })
    const ok = yield* runAction(scope, item.stage, item.action)
    if (ok) memory.actions.add(actionKey(item.stage, item.action))
    else yield scope.event({ type: 'step-finished', outcome: 'failed', probes: { total: 0, ok: 0 }, ms: 0 })
    update({})
    return ok
  }

  async function* prove(own: Work, step: Step, stage: Stage): AsyncGenerator<WorkshopEvent, boolean> {
    const { clock } = own.deps
    const scope = yield* begin(own, step)
    update({ mode: 'proving' })
    const started = clock.monotonic()
    yield scope.event({ type: 'stage-started', stage: stage.id })
    const { ok, probes } = yield* proveStage(scope, stage)
    if (ok) memory.stages.add(stage.id)
    if (ok && stage !== step.stages.at(-1)) return true
    await recordProof(own.deps, own.track, step.number, ok)
    if (ok) memory.passed.add(step.number)
    else memory.passed.delete(step.number)
    const ms = Math.round(clock.monotonic() - started)
    yield scope.event({ type: 'step-finished', outcome: ok ? 'passed' : 'failed', probes, ms })
    const following = own.track.steps.find((candidate) => candidate.number > step.number)
    if (ok && following && state().current <= step.number) update({ current: following.number })
    return ok
  }

  async function* finishStep(own: Work, step: Step): AsyncGenerator<WorkshopEvent, boolean> {
    if ((yield* ready(own, step)) === 'failed') return false
    for (;;) {
      const item = next(step)
      if (item === null) return true
      if (item.kind === 'action' && isOwnFile(item.action)) {
        if (!(yield* finishWritten(own, step, item))) return false
        continue
      }
      const ok = item.kind === 'action' ? yield* act(own, step, item) : yield* prove(own, step, item.stage)
      if (!ok) return false
    }
  }

  /** The learner's file is applied once, the rest of the stage after it; then the proof says what is still wrong. */
  async function* finishWritten(
    own: Work,
    step: Step,
    item: Extract<NextItem, { kind: 'action' }>,
  ): AsyncGenerator<WorkshopEvent, boolean> {
    const { stage } = item
    const { features } = await own.deps.cluster.surface()
    const actions = applicable(stage, features)
    for (const action of actions.slice(actions.indexOf(item.action)))
      if (!(yield* act(own, step, { kind: 'action', stage, action }))) return false
    return yield* prove(own, step, stage)
  }

  async function* finishTrack(own: Work): AsyncGenerator<WorkshopEvent, void> {
    for (const step of own.track.steps.filter((candidate) => candidate.number >= state().current)) {
      update({ selected: step.number })
      if (!(yield* finishStep(own, step))) return
    }
  }

  return { ready, act, prove, finishStep, finishTrack }
}
