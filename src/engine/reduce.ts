/** The stream of events adds up to what can be seen. Pure: the same events give the same screen. */
import type { WorkshopEvent } from './events.ts'
import type { ActionRow, ProbeRow, ProofRow, RunState, StepState } from './state.ts'

export function emptyRunState(place = ''): RunState {
  return { place, current: null, steps: new Map(), failure: null, finished: null }
}

/** Never changes `state`; what an event does not touch keeps its identity. */
export function reduce(state: RunState, event: WorkshopEvent): RunState {
  switch (event.type) {
    case 'run-started':
      return { ...state, place: event.place, failure: null, finished: null }
    case 'run-failed':
      return {
        ...state,
        failure: { code: event.code, message: event.message, ...(event.hint ? { hint: event.hint } : {}) },
      }
    case 'run-finished':
      return { ...state, finished: { ok: event.ok, ms: event.ms } }
    default: {
      const step = state.steps.get(event.step) ?? emptyStep(event.step)
      const next = reduceStep(step, event)
      const started = event.type === 'step-started'
      if (next === step && !started) return state
      return {
        ...state,
        current: started ? event.step : state.current,
        steps: new Map(state.steps).set(event.step, next),
      }
    }
  }
}

function emptyStep(number: number): StepState {
  return { number, status: 'todo', actions: [], proofs: [], probes: new Map(), notices: [] }
}

type StepEvent = Exclude<WorkshopEvent, { type: 'run-started' | 'run-failed' | 'run-finished' }>

function reduceStep(step: StepState, event: StepEvent): StepState {
  switch (event.type) {
    case 'step-started':
      // What an earlier run of this step showed is replaced as the new results come in.
      return { ...step, status: 'running', notices: [] }
    case 'stage-started':
    case 'stage-finished':
      return step
    case 'step-finished':
      return ended({ ...step, status: event.outcome }, event.outcome)
    case 'notice':
      return { ...step, notices: [...step.notices, event.text] }
    case 'action-started': {
      const row: ActionRow = {
        stage: event.stage,
        id: event.action,
        title: event.title,
        command: event.command,
        status: 'running',
        output: [],
      }
      return { ...step, actions: replace(step.actions, row) }
    }
    case 'action-output':
      return changeAction(step, event, (row) => ({
        ...row,
        output: [...row.output, { stream: event.stream, text: event.text }],
      }))
    case 'action-finished':
      return changeAction(step, event, (row) => ({
        ...row,
        status: event.skipped !== undefined ? 'skipped' : event.ok ? 'done' : 'failed',
        ...((event.skipped ?? event.message) === undefined ? {} : { message: event.skipped ?? event.message! }),
        ...(event.hint === undefined ? {} : { hint: event.hint }),
      }))
    case 'proof-started':
      return { ...step, proofs: replace(step.proofs, proofRow(event, 'running', [])) }
    case 'proof-finished':
      return {
        ...step,
        proofs: replace(
          step.proofs,
          proofRow(
            event,
            event.skipped !== undefined ? 'skipped' : event.ok ? 'ok' : 'failed',
            event.skipped !== undefined ? [event.skipped] : event.details,
            event.skipped === undefined ? event.marks : undefined,
          ),
        ),
      }
    case 'probe-started':
      return changeProbe(step, event, (row) => ({
        ...row,
        expected: event.expected,
        actual: null,
        ok: null,
        attempts: 0,
        convergedMs: null,
      }))
    case 'probe-attempted':
      return changeProbe(step, event, (row) => ({
        ...row,
        actual: event.actual,
        attempts: event.attempt,
        evidence: event.evidence,
      }))
    case 'probe-settled':
      return changeProbe(step, event, (row) => {
        const { remedy: _, ...rest } = row
        return {
          ...rest,
          probe: event.probe,
          expected: event.expected,
          actual: event.actual,
          ok: event.ok,
          attempts: event.attempts,
          convergedMs: event.convergedMs,
          evidence: event.evidence,
          decidedBy: event.decidedBy,
          ...(event.remedy === undefined ? {} : { remedy: event.remedy }),
        }
      })
  }
}

/** What was on when the step ended is not on any more. */
function ended(step: StepState, outcome: 'passed' | 'failed' | 'cancelled'): StepState {
  const status = outcome === 'failed' ? 'failed' : 'waiting'
  const actions = step.actions.map((row) => (row.status === 'running' ? { ...row, status } : row) as ActionRow)
  const proofs = step.proofs.map((row) => (row.status === 'running' ? { ...row, status } : row) as ProofRow)
  const probes = new Map([...step.probes].filter(([, { ok }]) => ok !== null))
  return { ...step, actions, proofs, probes: probes.size === step.probes.size ? step.probes : probes }
}

interface Row {
  stage: string
  id: string
}

/** In its old place when it was there already. */
function replace<T extends Row>(rows: readonly T[], row: T): T[] {
  const index = rows.findIndex((old) => old.stage === row.stage && old.id === row.id)
  return index < 0 ? [...rows, row] : rows.with(index, row)
}

function proofRow(
  event: { stage: string; proof: string; title: string },
  status: ProofRow['status'],
  details: string[],
  marks?: ProofRow['marks'],
): ProofRow {
  const row = { stage: event.stage, id: event.proof, title: event.title, status, details }
  return marks ? { ...row, marks } : row
}

function changeAction(
  step: StepState,
  event: { stage: string; action: string },
  change: (row: ActionRow) => ActionRow,
): StepState {
  const row = step.actions.find((old) => old.stage === event.stage && old.id === event.action)
  return row ? { ...step, actions: replace(step.actions, change(row)) } : step
}

/** Probe ids are unique within their set and stage. */
export function probeRowKey(stage: string, set: string, id: string): string {
  return `${stage}/${set}/${id}`
}

function changeProbe(
  step: StepState,
  event: Extract<WorkshopEvent, { type: 'probe-started' | 'probe-attempted' | 'probe-settled' }>,
  change: (row: ProbeRow) => ProbeRow,
): StepState {
  const key = probeRowKey(event.stage, event.set, event.probe.id)
  const old: ProbeRow = step.probes.get(key) ?? {
    set: event.set,
    stage: event.stage,
    probe: event.probe,
    expected: 'expected' in event ? event.expected : 'open',
    actual: null,
    ok: null,
    attempts: 0,
    convergedMs: null,
    evidence: null,
    decidedBy: null,
  }
  return { ...step, probes: new Map(step.probes).set(key, change(old)) }
}
