/** The session's pure views, asked only when they are shown; a name nobody knows becomes a sentence, not a crash. */

import type { Session } from '../engine/session.types.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import type { BoardView, ExplainView, FlowsView, MatrixView, PredictView } from '../policy/views.types.ts'
import { remember } from './lines/remember.ts'
import type { World } from './world.ts'

export type Asked<View> = { ok: true; view: View } | { ok: false; message: string; hint: string | null }

function ask<View>(compute: () => View): Asked<View> {
  try {
    return { ok: true, view: compute() }
  } catch (error) {
    if (error instanceof WorkshopError) return { ok: false, message: error.message, hint: error.hint ?? null }
    throw error
  }
}

const notConnected = { ok: false, message: 'Not connected yet.', hint: null } as const

/** The run is part of the key: measurements come from there. */
const matrixOf = remember(
  (session: Session, _revision: number, _run: unknown): Asked<MatrixView> => ask(() => session.views.matrix()),
  1,
)
const boardOf = remember((session: Session, _revision: number): Asked<BoardView> => ask(() => session.views.board()), 1)
const flowsOf = remember(
  (session: Session, _revision: number, _run: unknown): Asked<FlowsView> => ask(() => session.views.flows()),
  1,
)
const explainOf = remember(
  (session: Session, _revision: number, from: string, to: string, port: number | undefined): Asked<ExplainView> =>
    ask(() => session.views.explain(from, to, port)),
  2,
)
export function matrixView(world: World): Asked<MatrixView> {
  return world.session && world.state ? matrixOf(world.session, world.state.revision, world.state.run) : notConnected
}

export function boardView(world: World): Asked<BoardView> {
  return world.session && world.state ? boardOf(world.session, world.state.revision) : notConnected
}

export function flowsView(world: World): Asked<FlowsView> {
  return world.session && world.state ? flowsOf(world.session, world.state.revision, world.state.run) : notConnected
}

export function explainView(world: World, from: string, to: string, port: number | undefined): Asked<ExplainView> {
  return world.session && world.state ? explainOf(world.session, world.state.revision, from, to, port) : notConnected
}

/** The session itself keeps it while nothing it follows from changes, the learner's file among that. */
export function predictView({ session, state }: World): Asked<PredictView | null> {
  return session && state ? ask(() => session.views.predict?.() ?? null) : notConnected
}
