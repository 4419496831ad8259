/**
 * The one owner of the screen's life, without React: the way to the session, what is remembered, effects, the end.
 * `App` draws what it says; tests can drive it with any session.
 */

import type { Session } from '../engine/session.types.ts'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { WorkshopError } from '../errors/workshop-error.ts'
import { type Batched, createBatch, realTimers, type Timers } from './batch.ts'
import { buildFrame, type Frame } from './frame.ts'
import type { Host } from './host.ts'
import { prepareMarkdown } from './lines/markdown.ts'
import { placeCursor } from './panes/start.ts'
import { createUiStore } from './ui-state.ts'
import {
  isBusy,
  type Phase,
  type PlaceChoice,
  type Question,
  type Size,
  type TrackOutline,
  type World,
} from './world.ts'

/** What the way to a cluster may show and ask. */
export interface ConnectHost {
  progress(text: string): void
  /** Resolves to true when the expected text was typed back. */
  ask(question: { title: string; lines: readonly string[]; expect: string }): Promise<boolean>
  /** Resolves to the key chosen, null when the person goes back. */
  choose(question: {
    title: string
    lines: readonly string[]
    choices: readonly { key: string; label: string }[]
  }): Promise<string | null>
  signal: AbortSignal
}

export interface ScreenWork {
  tracks: readonly TrackOutline[]
  /** Id of the track shown first. */
  track: string
  /** Places to choose from; absent: the place is known, connect at once. */
  places?: {
    known: readonly PlaceChoice[]
    /** Finds others and says more about those known: each found place takes the place of the one with its id. */
    more?: (found: (place: PlaceChoice) => void, signal: AbortSignal) => Promise<void>
  }
  connect(choice: { track: string; place: string | null }, host: ConnectHost): Promise<Session>
  /** Runs a shell on the terminal and returns when it ends. */
  openShell?: (session: Session) => Promise<void>
  quiz: boolean
  /** Whether anything may move by itself (a turning sign while work goes on). */
  animate: boolean
  timers?: Timers
}

/** What the terminal's owner (Ink) does for the screen. */
export interface Terminal {
  unmount(): void
  /** Hands the terminal to somebody else and takes it back, drawing everything anew. */
  suspend(use: () => void | Promise<void>): Promise<void>
  write(data: string): void
  /** Draws the whole frame, whatever the terminal shows. */
  repaint(): void
  stop(): Promise<void>
}

export interface Screen {
  host: Host
  world(): World
  subscribe(listener: () => void): () => void
  version(): number
  attach(terminal: Terminal): void
  /** As it is now, in this size; made once for each change. */
  frame(size: Size): Frame
  /** How long the terminal's side of the last frame took, in milliseconds. */
  cost(ms: number): void
  /** After the first frame is out: connects, or looks for places. */
  begin(): void
  exit(code: ExitCode): void
  readonly outcome: { code: ExitCode; error: unknown }
  dispose(): void
}

/** Matrix probes come by the hundred; the eye needs no more than this many frames of them. */
const batchMs = 80
const tickMs = 500
/** Large windows cost more: between two frames of news there is time for several of keys. */
const restFactor = 4

export function createScreen(work: ScreenWork): Screen {
  const timers = work.timers ?? realTimers
  const ui = createUiStore()
  const listeners = new Set<() => void>()
  const controller = new AbortController()
  /** Nobody looks for places any more once one is chosen. */
  const looking = new AbortController()
  const outcome: { code: ExitCode; error: unknown } = { code: exitCodes.done, error: null }
  let outline = work.tracks.find((track) => track.id === work.track) ?? work.tracks[0]!
  let phase: Phase = work.places
    ? { kind: 'start', places: work.places.known, looking: work.places.more !== undefined }
    : { kind: 'connecting', text: 'Connecting …' }
  let question: World['question'] = null
  let answerQuestion: ((answer: string | null) => void) | null = null
  let session: Session | null = null
  let batch: Batched | null = null
  let terminal: Terminal | null = null
  let drawn: { frame: Frame; size: Size; version: number } | null = null
  let place: string | null = null
  let version = 0
  let tick = 0
  let busySince: number | null = null
  let cancelTick: (() => void) | null = null
  let leaving = false
  let frameCost = 0

  const changed = () => {
    version += 1
    keepTicking()
    for (const listener of listeners) listener()
  }
  const world = (): World => ({
    tracks: work.tracks,
    outline,
    phase,
    question,
    session,
    state: session?.get() ?? null,
    quiz: work.quiz,
    canShell: work.openShell !== undefined,
    tick,
    ...(busySince === null ? {} : { busyFor: Math.floor((timers.now() - busySince) / 1000) }),
  })
  const keepTicking = () => {
    const busy = work.animate && !leaving && isBusy(world())
    busySince = busy ? (busySince ?? timers.now()) : null
    if (!busy || cancelTick) return
    cancelTick = timers.after(tickMs, () => {
      cancelTick = null
      tick += 1
      changed()
    })
  }
  const setPhase = (next: Phase) => {
    phase = next
    changed()
  }
  const exit = (code: ExitCode) => {
    if (leaving) return
    leaving = true
    outcome.code = phase.kind === 'failed' && code === exitCodes.done ? failureCode(outcome.error) : code
    controller.abort()
    looking.abort()
    answerQuestion?.(null)
    cancelTick?.()
    terminal?.unmount()
  }
  const fail = (error: unknown) => {
    outcome.error = error
    if (error instanceof WorkshopError)
      setPhase({ kind: 'failed', message: error.message, code: error.code, hint: error.hint ?? null })
    else exit(exitCodes.bug)
  }
  const connect = async () => {
    if (phase.kind === 'start') {
      const chosen = phase.places[placeCursor(ui.get(), phase.places)]
      if (!chosen) return
      place = chosen.id
      looking.abort()
    }
    setPhase({ kind: 'connecting', text: 'Connecting …' })
    try {
      const opened = await work.connect(
        { track: outline.id, place },
        { progress: (text) => setPhase({ kind: 'connecting', text }), ask, choose, signal: controller.signal },
      )
      await prepareMarkdown()
      if (leaving) {
        await opened.close()
        return
      }
      session = opened
      outcome.error = null
      const { track } = opened.get()
      outline = { id: track.id, title: track.title, summary: track.summary, steps: track.steps }
      batch = createBatch(opened, () => Math.max(batchMs, frameCost * restFactor), timers)
      batch.subscribe(changed)
      ui.update({ toast: null })
      setPhase({ kind: 'ready' })
    } catch (error) {
      if (!leaving) fail(error)
    }
  }
  const put = (asked: Question): Promise<string | null> =>
    new Promise((resolve) => {
      question = asked
      ui.update((state) => ({
        overlay: null,
        input: 'expect' in asked ? { kind: 'confirm', text: '', at: 0 } : null,
        offsets: { ...state.offsets, question: 0 },
      }))
      answerQuestion = (answer) => {
        question = null
        answerQuestion = null
        resolve(answer)
        changed()
      }
      changed()
    })
  const ask: ConnectHost['ask'] = async (asked) => (await put(asked)) !== null
  const choose: ConnectHost['choose'] = put
  const suspend = (use: () => void | Promise<void>) => {
    terminal?.suspend(use).catch((error: unknown) => {
      ui.update({ toast: { text: error instanceof Error ? error.message : String(error), wrong: true } })
    })
  }

  const frameOf = (size: Size): Frame => {
    const isSame = drawn?.version === version && drawn.size.columns === size.columns && drawn.size.rows === size.rows
    if (!drawn || !isSame) drawn = { frame: buildFrame(world(), ui.get(), size), size, version }
    return drawn.frame
  }

  ui.subscribe(changed)
  const host: Host = {
    ui,
    world,
    // Several keys can come before the next frame: each one moves in what the one before it made.
    frame: () => frameOf(drawn?.size ?? { columns: 80, rows: 24 }),
    exit: (code) => exit(code as ExitCode),
    copy(text) {
      // OSC 52: the terminal itself puts it on the clipboard, also over ssh.
      terminal?.write(`\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`)
      ui.update({
        toast: { text: `Sent to the clipboard (where the terminal takes OSC 52): ${text.replaceAll('\n', ' ⏎ ')}` },
      })
    },
    shell() {
      const current = session
      if (current && work.openShell) suspend(() => work.openShell!(current))
    },
    suspend: () => suspend(() => terminal?.stop()),
    redraw: () => terminal?.repaint(),
    // Keys typed after the last one still arrive.
    connect: () => void (leaving || connect()),
    chooseTrack(by) {
      const at = work.tracks.indexOf(outline)
      outline = work.tracks[Math.max(0, Math.min(work.tracks.length - 1, at + by))] ?? outline
      changed()
    },
    answer: (answer) => answerQuestion?.(answer),
  }

  return {
    host,
    world,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    version: () => version,
    attach(owner) {
      terminal = owner
    },
    frame: frameOf,
    cost(ms) {
      frameCost = ms
    },
    begin() {
      if (!work.places) void connect()
      else void lookForPlaces()
    },
    exit,
    outcome,
    dispose() {
      batch?.stop()
      cancelTick?.()
    },
  }

  async function lookForPlaces(): Promise<void> {
    const more = work.places?.more
    if (!more) return
    try {
      await more((found) => {
        if (phase.kind === 'start') setPhase({ ...phase, places: withPlace(phase.places, found) })
      }, looking.signal)
    } catch (error) {
      if (!looking.signal.aborted)
        ui.update({ toast: { text: error instanceof Error ? error.message : String(error), wrong: true } })
    }
    if (phase.kind === 'start') setPhase({ ...phase, looking: false })
  }
}

function withPlace(places: readonly PlaceChoice[], found: PlaceChoice): PlaceChoice[] {
  const at = places.findIndex(({ id }) => id === found.id)
  return at < 0 ? [...places, found] : places.with(at, found)
}

function failureCode(error: unknown): ExitCode {
  return error instanceof WorkshopError ? error.exitCode : exitCodes.bug
}
