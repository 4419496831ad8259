/**
 * When the painter paints: once per turn of the event loop, after the keys that turn brought, and at most as often as a
 * screen shows. React would lay out a tree nobody sees for every one of these frames.
 */
import type { Painter } from './painter.ts'
import type { Screen } from './screen.ts'
import type { Size } from './world.ts'

export interface PaintTimers {
  now(): number
  /** Returns what cancels it. */
  after(ms: number, run: () => void): () => void
  /** After what has arrived by now was handled. */
  soon(run: () => void): () => void
}

export interface PaintLoop {
  /** Paints at once; later on by itself whenever the screen changes. */
  start(): void
  /** Somebody waits for it, at a key or a window: with the end of this turn. */
  hurry(): void
  stop(): void
}

const frameMs = 16

export function createPaintLoop(
  screen: Pick<Screen, 'subscribe' | 'frame' | 'cost'>,
  painter: Painter,
  size: () => Size,
  timers: PaintTimers = realPaintTimers,
): PaintLoop {
  let last = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | null = null
  let unsubscribe: (() => void) | null = null
  let isSoon = false

  function paint(): void {
    cancel = null
    isSoon = false
    const began = timers.now()
    const now = size()
    painter.paint(screen.frame(now).lines, now)
    last = timers.now()
    screen.cost(last - began)
  }

  function paintSoon(): void {
    isSoon = true
    cancel = timers.soon(paint)
  }

  function request(): void {
    if (cancel) return
    const wait = last + frameMs - timers.now()
    if (wait > 0) cancel = timers.after(wait, paint)
    else paintSoon()
  }

  return {
    start() {
      unsubscribe ??= screen.subscribe(request)
      paint()
    },
    hurry() {
      if (isSoon) return
      cancel?.()
      paintSoon()
    },
    stop() {
      unsubscribe?.()
      unsubscribe = null
      cancel?.()
      cancel = null
      isSoon = false
    },
  }
}

const realPaintTimers: PaintTimers = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  soon(run) {
    const turn = setImmediate(run)
    return () => clearImmediate(turn)
  },
}

/** What the terminal says; some say nothing, or zero. */
export function sizeOf(stdout: { columns?: number; rows?: number }): Size {
  return { columns: stdout.columns || 80, rows: stdout.rows || 24 }
}

/** A resize is told to whoever is in the foreground; Node asks only when it is told. Raises `resize` when it is another one. */
export function askSize(stdout: NodeJS.WriteStream): void {
  const ask: unknown = Reflect.get(stdout, '_refreshSize')
  if (typeof ask === 'function') ask.call(stdout)
}
