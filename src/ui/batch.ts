/** A session can report hundreds of changes in a moment; the screen asks for the newest state at most every `ms`. */
export interface Batched {
  subscribe(listener: () => void): () => void
  /** Counts the deliveries; a snapshot for React. */
  version(): number
  stop(): void
}

export interface Timers {
  now(): number
  /** Returns what cancels it. */
  after(ms: number, run: () => void): () => void
}

/** The first change of a quiet time is delivered at once, those that follow together. */
export function createBatch(
  source: { subscribe(listener: () => void): () => void },
  ms: () => number,
  timers: Timers,
): Batched {
  const listeners = new Set<() => void>()
  let version = 0
  let last = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | null = null
  const deliver = () => {
    cancel = null
    last = timers.now()
    version += 1
    for (const listener of listeners) listener()
  }
  const unsubscribe = source.subscribe(() => {
    if (cancel) return
    const wait = last + ms() - timers.now()
    cancel = timers.after(Math.max(0, wait), deliver)
  })
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    version: () => version,
    stop() {
      unsubscribe()
      cancel?.()
      cancel = null
    },
  }
}

export const realTimers: Timers = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
