/** Several steps in order; stops at the first one that is not proved unless told to keep going. */
import { WorkshopError } from '../errors/workshop-error.ts'
import type { Step } from '../workshop/step.ts'
import type { WorkshopEvent } from './events.ts'
import { putRight } from './put-right.ts'
import { requireRecord } from './reset/baseline.ts'
import { runStep, type StepOptions, type StepResult } from './run-step.ts'
import { stampEvents, type Work } from './scope.ts'
import { createStanding, noted } from './standing.ts'
import { takeBackStages } from './take-back-stages.ts'
import { whileHolding } from './while-holding.ts'

export interface TrackOptions extends StepOptions {
  from?: number
  to?: number
  keepGoing?: boolean
  /** Goes on with work begun earlier: what the steps before left and is missing is done again first. */
  resume?: boolean
}

export interface TrackResult {
  ok: boolean
  cancelled: boolean
}

export async function* runTrack(work: Work, options: TrackOptions = {}): AsyncGenerator<WorkshopEvent, TrackResult> {
  const { track } = work
  const chosen = track.steps.filter(
    (step) => step.number >= (options.from ?? 0) && step.number <= (options.to ?? Number.POSITIVE_INFINITY),
  )
  return yield* whileHolding(work, (holding) => runChosen(holding, chosen, options))
}

async function* runChosen(
  work: Work,
  chosen: readonly Step[],
  options: TrackOptions,
): AsyncGenerator<WorkshopEvent, TrackResult> {
  const { deps, track } = work
  await requireRecord(deps, track)
  return yield* runSteps(
    work,
    chosen,
    async function* (step) {
      const isReady = step !== chosen[0] || !options.resume || (yield* prepare(work, step, options))
      const result = isReady ? yield* runStep(work, step, options) : notBegun
      await deps.progress?.record(step.number, result.outcome === 'passed')
      return {
        ...result,
        goOn: result.outcome !== 'cancelled' && (result.outcome === 'passed' || options.keepGoing === true),
      }
    },
    track.id,
  )
}

/** Goes on where an interrupted run or reset left things. */
async function* prepare(work: Work, step: Step, options: TrackOptions): AsyncGenerator<WorkshopEvent, boolean> {
  return (yield* takeBackStages(work, step)) && (yield* putRight(work, step, options))
}

const notBegun: StepResult = { outcome: 'failed', probes: { total: 0, ok: 0 } }

interface OneStep {
  outcome: 'passed' | 'failed' | 'cancelled'
  probes: { total: number; ok: number }
  goOn: boolean
}

/** The frame of every run: `run-started`, the steps, `run-finished` or `run-failed`. */
export async function* runSteps(
  work: Work,
  steps: readonly Step[],
  one: (step: Step) => AsyncGenerator<WorkshopEvent, OneStep>,
  track: string,
): AsyncGenerator<WorkshopEvent, TrackResult> {
  const { deps } = work
  const { cluster, clock } = deps
  const started = clock.monotonic()
  const first = steps[0]?.number ?? 0
  yield stampEvents(
    deps,
    track,
    first,
  )({
    type: 'run-started',
    place: cluster.context,
    server: cluster.server,
    via: cluster.executor.via,
    steps: steps.map((step) => step.number),
  })
  const results: { step: number; ok: boolean; probes: { total: number; ok: number } }[] = []
  const standing = createStanding()
  let cancelled = false
  let at = first
  try {
    for (const step of steps) {
      at = step.number
      const { outcome, probes, goOn } = yield* noted(one(step), standing)
      results.push({ step: step.number, ok: outcome === 'passed', probes })
      cancelled ||= outcome === 'cancelled'
      if (goOn) continue
      const text = outcome === 'failed' ? standing.stoppedAt(step) : null
      if (text !== null) yield stampEvents(deps, track, step.number)({ type: 'notice', text })
      break
    }
  } catch (error) {
    if (error instanceof WorkshopError) {
      const told = standing.told(
        error,
        steps.find((step) => step.number === at),
      )
      yield stampEvents(
        deps,
        track,
        at,
      )({ type: 'run-failed', code: told.code, message: told.message, ...(told.hint ? { hint: told.hint } : {}) })
      throw told
    }
    throw error
  }
  const ok = !cancelled && results.length === steps.length && results.every((result) => result.ok)
  yield stampEvents(
    deps,
    track,
    at,
  )({ type: 'run-finished', ok, steps: results, ms: Math.round(clock.monotonic() - started) })
  return { ok, cancelled }
}
