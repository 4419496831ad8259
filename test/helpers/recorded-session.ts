/**
 * Moments of a real session on the sandbox (`scripts/record-screen.ts`): the events it gave, what it said of itself, and the
 * objects the cluster held. The views are made of those by the real code. Nothing happens in it.
 */
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { KubeObject } from '../../src/cluster/port.ts'
import { createEngineFiles } from '../../src/commands/engine-files.ts'
import type { EngineDeps } from '../../src/engine/deps.ts'
import type { WorkshopEvent } from '../../src/engine/events.ts'
import { emptyRunState, reduce } from '../../src/engine/reduce.ts'
import { createDerived } from '../../src/engine/session/derived.ts'
import { createViews } from '../../src/engine/session/views.ts'
import type { Session, SessionState } from '../../src/engine/session.types.ts'
import { createSnapshot } from '../../src/engine/snapshot.ts'
import { packagedContentDir } from '../../src/workshop/load.ts'
import type { Track } from '../../src/workshop/step.ts'

export const momentNames = ['begin', 'acting', 'proving', 'proved', 'drift', 'wrong', 'end'] as const
export type MomentName = (typeof momentNames)[number]

interface Recording {
  events: WorkshopEvent[]
  moments: {
    name: MomentName
    state: Omit<SessionState, 'run' | 'track' | 'answers'>
    events: number
    objects: KubeObject[]
  }[]
}

let recording: Recording | null = null

function read(): Recording {
  const file = fileURLToPath(new URL('../data/screen/moments.json.gz', import.meta.url))
  recording ??= JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Recording
  return recording
}

/** `change`: what else the state should say. */
export function recordedSession(
  name: MomentName,
  track: Track,
  change: (state: SessionState) => Partial<SessionState> = () => ({}),
): Session {
  const { events: all, moments } = read()
  const moment = moments.find((candidate) => candidate.name === name)
  if (!moment) throw new Error(`no moment ${name} was recorded`)
  const events = all.slice(0, moment.events)
  const run = events.reduce(reduce, emptyRunState('sandbox'))
  const recorded: SessionState = { answers: {}, ...moment.state, run, track }
  const state = { ...recorded, ...change(recorded) }
  const snapshot = createSnapshot(moment.objects)
  const files = createEngineFiles(tmpdir(), packagedContentDir())
  const step = (number: number) => track.steps.find((candidate) => candidate.number === number)!
  const upcoming = () => {
    const { nextAction } = state
    const stage = step(state.selected).stages.find((candidate) => candidate.id === nextAction?.stage)
    const at = stage?.actions.findIndex((action) => action.id === nextAction?.action) ?? -1
    return at < 0 ? [] : (stage?.actions.slice(at) ?? [])
  }
  return {
    get: () => state,
    subscribe: () => () => {},
    send() {},
    step,
    events,
    views: createViews({
      deps: { files } as EngineDeps,
      track,
      watch: { snapshot: () => snapshot, connection: () => state.connection, ready: Promise.resolve() },
      derived: createDerived(files, () => snapshot),
      state: () => state,
      features: null,
      inPlace: () => Math.max(-1, ...run.steps.keys()),
      upcoming,
      forecast: () => null,
    }),
    async close() {},
  }
}
