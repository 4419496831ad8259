import { describe, expect, it } from 'vitest'
import { createBatch, type Timers } from '../../src/ui/batch.ts'

function fakeTimers() {
  let now = 0
  let waiting: { at: number; run: () => void }[] = []
  const timers: Timers = {
    now: () => now,
    after(ms, run) {
      const entry = { at: now + ms, run }
      waiting.push(entry)
      return () => {
        waiting = waiting.filter((other) => other !== entry)
      }
    },
  }
  return {
    timers,
    pass(ms: number) {
      now += ms
      const due = waiting.filter((entry) => entry.at <= now)
      waiting = waiting.filter((entry) => entry.at > now)
      for (const entry of due) entry.run()
    },
  }
}

describe('batched changes', () => {
  it('a hundred of them in a moment are delivered twice: at once, and when the time is over', () => {
    const clock = fakeTimers()
    let emit = () => {}
    const batch = createBatch(
      {
        subscribe(listener) {
          emit = listener
          return () => {}
        },
      },
      () => 100,
      clock.timers,
    )
    let delivered = 0
    batch.subscribe(() => {
      delivered += 1
    })
    emit()
    clock.pass(0)
    expect(delivered).toBe(1)
    for (let index = 0; index < 100; index += 1) emit()
    clock.pass(50)
    expect(delivered).toBe(1)
    clock.pass(50)
    expect(delivered).toBe(2)
    clock.pass(1000)
    expect(delivered).toBe(2)
  })
})
