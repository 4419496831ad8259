/**
 * The one writer: it owns the running step and its AbortController, watches the cluster, and turns intents into work.
 * Everything visible is the reduction of the events it collects.
 */
import { interrupted } from '../errors/catalog/usage.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { Action, Stage, Step } from '../workshop/step.ts'
import type { WorkshopEvent } from './events.ts'
import { forecastFile, hasWantedFlows } from './forecast.ts'
import { probeFlow } from './probe-flow.ts'
import { provedHere } from './proved-here.ts'
import { emptyRunState, reduce } from './reduce.ts'
import { carryOut, readResetPlan } from './reset/carry-out.ts'
import type { ResetPlan } from './reset/plan.ts'
import { actionCommand } from './run-action.ts'
import { createMemory, type Scope, stampEvents, type Work } from './scope.ts'
import { createStepDoer, type StepMemory } from './session/do-steps.ts'
import { dueDrift } from './session/due-drift.ts'
import { fingerprint } from './session/fingerprint.ts'
import { createHolderWatch } from './session/holder-watch.ts'
import { isAheadOfProof } from './session/make-ready.ts'
import { actionKey, applicable, isByOthers, type NextItem, nextItem, type StepFacts } from './session/next-item.ts'
import { changesPolicy } from './session/predict.ts'
import { createViews } from './session/views.ts'
import { createWorldWatch } from './session/world-watch.ts'
import type { Intent, Session, SessionState } from './session.types.ts'
import type { StepState } from './state.ts'
import { type Facts, statusKinds, stepInPlace } from './status.ts'
import { whileHolding } from './while-holding.ts'
import { forgetWritten, isOwnFile, isWritten, loadWritten, takeOver, withWriting } from './write-yourself.ts'

export interface SessionOptions {
  work: Omit<Work, 'memory'>
  place: SessionState['place']
}

export async function createSession({ work: given, place }: SessionOptions): Promise<Session> {
  const { deps } = given
  let { track } = given
  const work: Work = { ...given, memory: createMemory() }
  const closing = new AbortController()
  const life = AbortSignal.any([given.signal, closing.signal])
  const listeners = new Set<() => void>()
  const events: WorkshopEvent[] = []
  /** Stage -> what the cluster looked like when it was proved by itself; again only after that changed. */
  const autoProved = new Map<string, string>()
  let busy: { controller: AbortController; finished: Promise<void> } | null = null
  let plan: ResetPlan | null = null
  let notifying = false
  /** The watch can report before there is a state to change. */
  let isReady = false

  const { features } = await deps.cluster.surface()
  const watch = createWorldWatch(deps, statusKinds(track, deps.files), onClusterChange, life)
  await watch.ready
  work.memory.written = await loadWritten(deps, track)
  work.track = track = withWriting(track, work.memory.written)
  const memory: StepMemory = {
    actions: new Set(),
    stages: new Set(),
    passed: new Set(await provedHere(deps, track)),
    leftover: null,
  }
  const { passed } = memory
  const first = track.steps[0]?.number ?? 0
  let state: SessionState = {
    run: emptyRunState(place.name),
    track,
    selected: first,
    current: first,
    mode: 'idle',
    nextAction: null,
    connection: { ok: true },
    drift: [],
    resetPlan: null,
    tried: null,
    place,
    holder: null,
    revision: 1,
  }
  const views = createViews({
    deps,
    track,
    watch,
    state: () => state,
    upcoming,
    forecast,
  })
  const doer = createStepDoer({ memory, state: () => state, update, next: nextOf, facts })
  const holders = createHolderWatch(deps, track, onHolder, life)
  restore()
  update({ holder: await holders.look() })
  isReady = true

  function facts(): Facts {
    return { deps, track, features, snapshot: watch.snapshot() }
  }

  /** While another process works here its steps are followed, and nothing is proved in between. */
  async function onHolder(holder: SessionState['holder']): Promise<void> {
    const isSame = holder?.pid === state.holder?.pid && holder?.host === state.holder?.host
    if (!isSame) update({ holder })
    const proved = new Set(await provedHere(deps, track))
    if (life.aborted || busy) return
    for (const number of passed) if (!proved.has(number)) passed.delete(number)
    for (const number of proved) passed.add(number)
    const steps = [...state.run.steps].filter(([number, step]) => step.status !== 'passed' || passed.has(number))
    state = { ...state, run: { ...state.run, steps: new Map(steps) } }
    restore()
    if (holder === null) onClusterChange()
  }

  function restore(): void {
    const inPlace = stepInPlace(facts())
    for (const step of track.steps) {
      if (!passed.has(step.number) || step.number > (inPlace ?? -1)) continue
      if (state.run.steps.get(step.number)?.status === 'passed') continue
      state = {
        ...state,
        run: { ...state.run, steps: new Map(state.run.steps).set(step.number, passedStep(step.number)) },
      }
      for (const stage of step.stages) memory.stages.add(stage.id)
    }
    const open = track.steps.find(
      (step) => step.number >= (inPlace ?? first) && state.run.steps.get(step.number)?.status !== 'passed',
    )
    const current = open?.number ?? track.steps.at(-1)?.number ?? first
    memory.leftover = isAheadOfProof(facts(), stepOf(current), memory.stages) ? current : null
    // Who reads another step is left there.
    update({ current, ...(state.selected === state.current ? { selected: current } : {}) })
  }

  function update(change: Partial<SessionState>): void {
    state = { ...state, ...change }
    state = { ...state, ...derived() }
    notify()
  }

  function notify(): void {
    if (notifying) return
    notifying = true
    queueMicrotask(() => {
      notifying = false
      for (const listener of listeners) listener()
    })
  }

  function derived(): Pick<SessionState, 'nextAction' | 'plannedActions'> {
    const step = stepOf(state.selected)
    const item = nextOf(step)
    const snapshot = watch.snapshot()
    const line = (stage: Stage, action: (typeof stage.actions)[number]) => ({
      stage: stage.id,
      action: action.id,
      title: action.title,
      command: actionCommand(action, { deps, track }, snapshot),
    })
    return {
      nextAction: item?.kind === 'action' ? line(item.stage, item.action) : null,
      plannedActions: step.stages.flatMap((stage) =>
        applicable(stage, features).map((action) => ({
          ...line(stage, action),
          changesPolicy: changesPolicy(action, deps.files),
        })),
      ),
    }
  }

  function upcoming(): Action[] {
    const item = nextOf(stepOf(state.selected))
    if (item?.kind !== 'action') return []
    const actions = applicable(item.stage, features)
    return actions.slice(actions.indexOf(item.action))
  }

  function forecast() {
    const item = nextOf(stepOf(state.selected))
    if (item?.kind !== 'action' || !isOwnFile(item.action)) return null
    return forecastFile(scopeOf(stepOf(state.selected)), item.stage, watch.snapshot())
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

  function scopeOf(step: Step): Scope {
    return { ...work, step: step.number, features, event: stampEvents(deps, track.id, step.number) }
  }

  /** Steps below the one in place are behind us, whatever later steps made of their objects. */
  function nextOf(step: Step): NextItem {
    const inPlace = stepInPlace(facts())
    if (inPlace !== null && step.number < inPlace) return null
    return nextItem(factsOf(step))
  }

  function stepOf(number: number): Step {
    return track.steps.find((step) => step.number === number) ?? track.steps[0]!
  }

  function take(event: WorkshopEvent): void {
    events.push(event)
    state = { ...state, run: reduce(state.run, event) }
    notify()
  }

  function onClusterChange(): void {
    if (life.aborted || !isReady) return
    const isDone = (stage: Stage, action: Action) => memory.actions.has(actionKey(stage, action))
    const drift = busy
      ? state.drift
      : dueDrift(facts(), { passed, isDone }).map(({ text, repair }) => ({ text, repair }))
    update({ revision: state.revision + 1, connection: watch.connection(), drift })
    proveByItself()
  }

  /** Whoever works in another terminal sees the step turn green without touching this one. */
  function proveByItself(): void {
    if (busy || state.holder) return
    const step = stepOf(state.current)
    if (memory.leftover === step.number) return
    const item = nextOf(step)
    if (item?.kind !== 'prove' || !(isWritten(item.stage) || isByOthers(item.stage, factsOf(step)))) return
    const seen = fingerprint(watch.snapshot())
    if (autoProved.get(item.stage.id) === seen) return
    autoProved.set(item.stage.id, seen)
    start('proving', (holding) => doer.prove(holding, step, item.stage))
  }

  /** One piece of work at a time; its end, cancelled or not, makes the session idle again. */
  function start(mode: SessionState['mode'], run: (own: Work) => AsyncGenerator<WorkshopEvent, unknown>): void {
    if (busy) return
    const controller = new AbortController()
    const own: Work = { ...work, signal: AbortSignal.any([life, controller.signal]) }
    // What went wrong before is in the log; the new work has its own outcome.
    update({ mode, ...(state.run.failure ? { run: { ...state.run, failure: null } } : {}) })
    const finished = (async () => {
      try {
        for await (const event of run(own)) take(event)
      } catch (error) {
        const holder = isLockHeld(error) ? await noticed() : null
        if (holder) update({ holder })
        else failed(error, own)
      } finally {
        busy = null
        update({ mode: 'idle' })
      }
      if (!life.aborted) onClusterChange()
    })()
    busy = { controller, finished }
  }

  function failed(error: unknown, own: Work): void {
    const outcome = own.signal.aborted ? 'cancelled' : 'failed'
    for (const step of state.run.steps.values()) {
      if (step.status !== 'running') continue
      take(
        stampEvents(
          deps,
          track.id,
          step.number,
        )({ type: 'step-finished', outcome, probes: { total: 0, ok: 0 }, ms: 0 }),
      )
    }
    if (own.signal.aborted) return
    const stamp = stampEvents(deps, track.id, state.current)
    const known = error instanceof WorkshopError
    const message = error instanceof Error ? error.message : String(error)
    take(
      stamp({
        type: 'run-failed',
        code: known ? error.code : 'BUG',
        message,
        ...(known && error.hint ? { hint: error.hint } : {}),
      }),
    )
  }

  /** Who is in the way, told by the lock. */
  async function noticed(): Promise<SessionState['holder']> {
    return await holders.look().catch(() => null)
  }

  function next(step: Step): void {
    const item = nextOf(step)
    if (item?.kind === 'action' || memory.leftover === step.number)
      start('acting', (own) => whileHolding(own, (holding) => actNext(holding, step)))
    else proveAgain(step, item?.stage ?? step.stages.at(-1))
  }

  /** What had to be put right first is looked at before the next line. */
  async function* actNext(own: Work, step: Step): AsyncGenerator<WorkshopEvent, void> {
    if ((yield* doer.ready(own, step)) !== 'untouched') return
    const item = nextOf(step)
    if (item?.kind === 'action') yield* doer.act(own, step, item)
  }

  function proveAgain(step: Step, stage: Stage | undefined): void {
    const inPlace = stepInPlace(facts())
    if (inPlace !== null && step.number < inPlace) {
      const text = `The cluster is past this step, at step ${inPlace}; what this one proves held back then. A reset to step ${step.number} brings it back.`
      take(stampEvents(deps, track.id, step.number)({ type: 'notice', text }))
      return
    }
    if (stage) start('proving', (own) => doer.prove(own, step, stage))
  }

  function stageToProve(step: Step): Stage | undefined {
    const item = nextOf(step)
    if (item?.kind === 'prove' || (item && isWritten(item.stage))) return item.stage
    const at = item ? step.stages.indexOf(item.stage) : step.stages.length
    return step.stages[Math.max(0, at - 1)]
  }

  async function* planAndShow(own: Work, to: number | null): AsyncGenerator<WorkshopEvent, void> {
    plan = await readResetPlan(own, to)
    update({
      resetPlan: {
        to,
        lines: plan.entries.map(({ command, reason }) => ({ command, reason })),
        questions: plan.questions.map(({ question }) => question),
        warnings: plan.warnings,
      },
    })
    yield* []
  }

  async function* resetAndForget(own: Work, todo: ResetPlan, include: boolean): AsyncGenerator<WorkshopEvent, void> {
    const result = yield* carryOut(own, todo, { include })
    plan = null
    update({ resetPlan: null })
    if (!result.ok) return
    const keep = track.steps.filter((step) => todo.to !== null && step.number <= todo.to)
    retake(await forgetWritten(deps, track, todo.to))
    memory.leftover = null
    memory.actions.clear()
    memory.stages.clear()
    autoProved.clear()
    work.memory.labelsBefore.clear()
    for (const number of [...passed]) if (!keep.some((step) => step.number === number)) passed.delete(number)
    for (const step of keep) if (passed.has(step.number)) for (const stage of step.stages) memory.stages.add(stage.id)
    const steps = new Map([...state.run.steps].filter(([number]) => keep.some((step) => step.number === number)))
    const current = track.steps.find((step) => todo.to === null || step.number > todo.to)?.number ?? state.current
    update({ run: { ...state.run, steps, current: null }, current, selected: current })
  }

  /** The stages of the step that are still to do: written by the learner from now on, or ours again. */
  async function* turnWriting(own: Work, step: Step): AsyncGenerator<WorkshopEvent, void> {
    const at = nextOf(step)?.stage
    const left = at ? step.stages.slice(step.stages.indexOf(at)).filter((stage) => stage.write) : []
    const first = left[0]
    if (!first) return
    const written = new Set(work.memory.written)
    for (const stage of left) {
      if (isWritten(first)) written.delete(stage.id)
      else written.add(stage.id)
    }
    await takeOver(own.deps, track, written)
    retake(written)
    yield* []
  }

  function retake(written: Set<string>): void {
    work.memory.written = written
    work.track = track = withWriting(track, written)
    update({ track })
  }

  async function* tryFlow(
    own: Work,
    intent: Extract<Intent, { type: 'try-flow' }>,
  ): AsyncGenerator<WorkshopEvent, void> {
    const { from, to, port, tool } = intent
    const request = { from, to, ...(port === undefined ? {} : { port }), ...(tool ? { tool } : {}) }
    try {
      update({ tried: yield* probeFlow(own, request) })
    } catch (error) {
      if (own.signal.aborted || !(error instanceof WorkshopError)) throw error
      // A name nobody knows is an answer to the one who asked, not the end of a run.
      const { code, message, hint } = error
      const stamp = stampEvents(deps, track.id, state.current)
      update({ tried: stamp({ type: 'run-failed', code, message, ...(hint ? { hint } : {}) }) })
    }
  }

  function send(intent: Intent): void {
    if (life.aborted) return
    const step = stepOf(state.selected)
    switch (intent.type) {
      case 'select-step':
        update({ selected: stepOf(intent.step).number })
        break
      case 'cancel':
        busy?.controller.abort(interrupted())
        break
      case 'drop-reset':
        plan = null
        update({ resetPlan: null })
        break
      case 'next':
        next(step)
        break
      case 'run-step':
        start('acting', (own) => whileHolding(own, (holding) => doer.finishStep(holding, step)))
        break
      case 'run-all':
        start('acting', (own) => whileHolding(own, doer.finishTrack))
        break
      case 'prove':
        proveAgain(step, stageToProve(step))
        break
      case 'write-yourself':
        start('planning', (own) => turnWriting(own, step))
        break
      case 'plan-reset':
        start('planning', (own) => planAndShow(own, intent.to))
        break
      case 'confirm-reset': {
        const todo = plan
        if (todo) start('resetting', (own) => resetAndForget(own, todo, intent.include === true))
        break
      }
      case 'try-flow':
        start('proving', (own) => tryFlow(own, intent))
        break
      default:
        intent satisfies never
    }
  }

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    send,
    step: stepOf,
    events,
    views,
    async close() {
      closing.abort(interrupted())
      await busy?.finished
    },
  }
}

function isLockHeld(error: unknown): boolean {
  return error instanceof WorkshopError && error.code === 'LOCK_HELD'
}

function passedStep(number: number): StepState {
  return { number, status: 'passed', actions: [], proofs: [], probes: new Map(), notices: [] }
}
