import type { SimClock } from './contracts.ts'
import { createSimClock } from './sim-clock.ts'

/** A clock that can be told not to wait for a while: what happens before anybody watches takes no time. */
export interface SwitchClock extends SimClock {
  /** True while `atOnce` runs. */
  readonly instant: boolean
  atOnce<T>(work: () => Promise<T>): Promise<T>
}

export function switchClock(usual: SimClock): SwitchClock {
  const instant = createSimClock(0)
  let current = usual
  return {
    get scale() {
      return current.scale
    },
    get instant() {
      return current === instant
    },
    now: () => current.now(),
    monotonic: () => current.monotonic(),
    sleep: (ms, signal) => current.sleep(ms, signal),
    async atOnce(work) {
      current = instant
      try {
        return await work()
      } finally {
        current = usual
      }
    },
  }
}
