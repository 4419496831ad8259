/**
 * The one writer: it owns the running step and its AbortController, watches the cluster, and turns intents into work.
 * Everything visible is the reduction of the events it collects.
 */
import { interrupted } from '../errors/catalog/usage.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { Stage, Step } from '../workshop/step.ts'
import type { WorkshopEvent } from './events.ts'
import { probeFlow } from './probe-flow.ts'
import { provedHere } from './proved-here.ts'
import { createMemory, stampEvents, type Work } from './scope.ts'
import { createAnswers } from './session/answers.ts'
import { createStepDoer, type StepMemory } from './session/do-steps.ts'
import { fingerprint } from './session/fingerprint.ts'
import { createHolderWatch } from './session/holder-watch.ts'
import { createReading } from './session/reading.ts'
import { createResets } from './session/resets.ts'
import { initialState, restored, withProved } from './session/restore.ts'
import { createSessionStore } from './session/store.ts'
import { createViews } from './session/views.ts'
import { createWorker, failureOf } from './session/worker.ts'
import { createWorldWatch } from './session/world-watch.ts'
import { turnWriting } from './session/writing.ts'
import type { Intent, Session, SessionState } from './session.types.ts'
import { statusKinds } from './status.ts'
import { whileHolding } from './while-holding.ts'
import { isWritten, loadWritten, takeOver, withWriting } from './write-yourself.ts'

export interface SessionOptions {
  work: Omit<Work, 'memory'>
  place: SessionState['place']
}

export async function createSession({ work: given, place }: SessionOptions): Promise<Session> {
  const { deps } = given
  /** `track` becomes another one when the learner takes a stage over. */
  const work: Work = { ...given, memory: createMemory() }
  const closing = new AbortController()
  const life = AbortSignal.any([given.signal, closing.signal])
  /** Stage -> what the cluster looked like when it was proved by itself; again only after that changed. */
  const autoProved = new Map<string, string>()
  /** The watch can report before there is a state to change. */
  let isReady = false

  const { features } = await deps.cluster.surface()
  const watch = createWorldWatch(deps, statusKinds(given.track, deps.files), onClusterChange, life)
  await watch.ready
  work.memory.written = await loadWritten(deps, work.track)
  work.track = withWriting(work.track, work.memory.written)
  const memory: StepMemory = {
    actions: new Set(),
    stages: new Set(),
    passed: new Set(await provedHere(deps, work.track)),
    leftover: null,
  }
  const reading = createReading({ work, features, watch, memory })
  const store = createSessionStore(initialState(work, place), (state) => {
    const step = reading.step(state.selected)
    return { ...reading.lines(step), missingSteps: step.number > state.current ? reading.missing(step) : [] }
  })
  const { get, update, take } = store
  const selected = () => reading.step(get().selected)
  const views = createViews({
    deps,
    track: work.track,
    watch,
    derived: reading.derived,
    state: get,
    features,
    inPlace: reading.inPlace,
    upcoming: () => reading.upcoming(selected()),
    forecast: () => reading.forecast(selected()),
  })
  const doer = createStepDoer({ memory, state: get, update, next: reading.next, facts: reading.facts })
  const holders = createHolderWatch(deps, work.track, onHolder, life)
  const worker = createWorker({ work, life, store, isToldOtherwise: isHeldByOther, onIdle: onClusterChange })
  const answers = createAnswers(work, store)
  const resets = createResets({ work, memory, store, retake, onForgotten })
  const { start } = worker
  update(restored(get(), reading, memory))
  await answers.load()
  update({ holder: await holders.look() })
  isReady = true

  /** While another process works here its steps are followed, and nothing is proved in between. */
  async function onHolder(holder: SessionState['holder']): Promise<void> {
    const before = get().holder
    if (holder?.pid !== before?.pid || holder?.host !== before?.host) update({ holder })
    const proved = new Set(await provedHere(deps, work.track))
    if (life.aborted || worker.isBusy()) return
    update(withProved(get(), memory, proved))
    update(restored(get(), reading, memory))
    if (holder === null) onClusterChange()
  }

  /** Proofs that started by themselves may do so again, and questions are asked anew. */
  function onForgotten(to: number | null): void {
    autoProved.clear()
    answers.forget(to)
  }

  function onClusterChange(): void {
    if (life.aborted || !isReady) return
    const { revision, drift } = get()
    update({
      revision: revision + 1,
      connection: watch.connection(),
      drift: worker.isBusy() ? drift : reading.drift(),
    })
    proveByItself()
  }

  /** Whoever works in another terminal sees the step turn green without touching this one. */
  function proveByItself(): void {
    const { current, holder } = get()
    if (worker.isBusy() || holder || memory.leftover === current) return
    const step = reading.step(current)
    const item = reading.next(step)
    if (item?.kind !== 'prove' || !(isWritten(item.stage) || reading.isByOthers(step, item.stage))) return
    const seen = fingerprint(watch.snapshot())
    if (autoProved.get(item.stage.id) === seen) return
    autoProved.set(item.stage.id, seen)
    start('proving', (holding) => doer.prove(holding, step, item.stage))
  }

  /** Who is in the way, told by the lock. */
  async function isHeldByOther(error: unknown): Promise<boolean> {
    if (!(error instanceof WorkshopError) || error.code !== 'LOCK_HELD') return false
    const holder = await holders.look().catch(() => null)
    if (holder) update({ holder })
    return holder !== null
  }

  function next(step: Step): void {
    const item = reading.next(step)
    if (item?.kind === 'action' || memory.leftover === step.number)
      start('acting', (own) => whileHolding(own, (holding) => actNext(holding, step)))
    else proveAgain(step, item?.stage ?? step.stages.at(-1))
  }

  /** What had to be put right first is looked at before the next line. */
  async function* actNext(own: Work, step: Step): AsyncGenerator<WorkshopEvent, void> {
    if ((yield* doer.ready(own, step)) !== 'untouched') return
    const item = reading.next(step)
    if (item?.kind === 'action') yield* doer.act(own, step, item)
  }

  function proveAgain(step: Step, stage: Stage | undefined): void {
    const inPlace = reading.inPlace()
    if (inPlace !== null && step.number < inPlace) {
      const text = `The cluster is past this step, at step ${inPlace}; what this one proves held back then. A reset to step ${step.number} brings it back.`
      take(stampEvents(deps, work.track.id, step.number)({ type: 'notice', text }))
      return
    }
    if (stage) start('proving', (own) => doer.prove(own, step, stage))
  }

  async function* write(own: Work, step: Step): AsyncGenerator<WorkshopEvent, void> {
    const written = turnWriting(step, reading.next(step)?.stage, work.memory.written)
    if (!written) return
    await takeOver(own.deps, work.track, written)
    retake(written)
    yield* []
  }

  function retake(written: Set<string>): void {
    work.memory.written = written
    work.track = withWriting(work.track, written)
    reading.derived.forget()
    update({ track: work.track })
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
      update({ tried: failureOf(error, work, get().current) })
    }
  }

  function send(intent: Intent): void {
    if (life.aborted) return
    const step = selected()
    switch (intent.type) {
      case 'select-step':
        update({ selected: reading.step(intent.step).number })
        break
      case 'cancel':
        worker.cancel()
        break
      case 'drop-reset':
        resets.drop()
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
        proveAgain(step, reading.stageToProve(step))
        break
      case 'write-yourself':
        start('planning', (own) => write(own, step))
        break
      case 'keep-answer':
        answers.keep(intent.question, { step: step.number, right: intent.right, total: intent.total })
        break
      case 'plan-reset':
        start('planning', (own) => resets.show(own, intent.to))
        break
      case 'confirm-reset': {
        const plan = resets.plan()
        if (plan) start('resetting', (own) => resets.carryOut(own, plan, intent.include === true))
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
    get,
    subscribe: store.subscribe,
    send,
    step: reading.step,
    events: store.events,
    views,
    async close() {
      closing.abort(interrupted())
      await worker.idle()
      await answers.kept()
    },
  }
}
