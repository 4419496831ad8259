import type { SimClock } from './contracts.ts'

/**
 * Real time for stamps, scaled time for waiting. At scale 0 a sleep still gives way to pending I/O once, so that
 * watchers see every state an object passes through.
 */
export function createSimClock(scale: number): SimClock {
  return {
    scale,
    now: () => new Date(),
    monotonic: () => performance.now(),
    sleep: (ms, signal) => sleep(ms * scale, signal),
  }
}

/** Waits in real time; a timer that is still running never keeps the process alive. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const finish = () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }
    const abort = () => {
      if (timer) clearTimeout(timer)
      if (turn) clearImmediate(turn)
      reject(signal?.reason)
    }
    // setTimeout counts in 32 bits: longer waits are as good as endless.
    const timer = ms > 0 ? setTimeout(finish, Math.min(ms, 2 ** 31 - 1)).unref() : undefined
    const turn = timer ? undefined : setImmediate(finish)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
