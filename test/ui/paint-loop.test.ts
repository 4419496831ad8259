import { describe, expect, it } from 'vitest'
import { createPaintLoop, sizeOf } from '../../src/ui/paint-loop.ts'
import type { Painter } from '../../src/ui/painter.ts'

/** A turn of the event loop is a call of `turn`, time passes in `pass`. */
function setup() {
  let now = 0
  let soon: (() => void)[] = []
  let later: { at: number; run: () => void }[] = []
  const listeners = new Set<() => void>()
  let frames = 0
  const painted: number[] = []
  let size = { columns: 80, rows: 24 }
  const painter: Painter = { open() {}, redraw() {}, close() {}, paint: () => void painted.push(now) }
  const loop = createPaintLoop(
    {
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      frame() {
        frames += 1
        return { lines: [], panes: [], focus: null }
      },
      cost() {},
    },
    painter,
    () => size,
    {
      now: () => now,
      soon(run) {
        soon.push(run)
        return () => {
          soon = soon.filter((other) => other !== run)
        }
      },
      after(ms, run) {
        const entry = { at: now + ms, run }
        later.push(entry)
        return () => {
          later = later.filter((other) => other !== entry)
        }
      },
    },
  )
  return {
    loop,
    painted,
    frames: () => frames,
    resize(columns: number, rows: number) {
      size = { columns, rows }
      loop.hurry()
    },
    change() {
      for (const listener of listeners) listener()
    },
    turn() {
      const due = soon
      soon = []
      for (const run of due) run()
    },
    pass(ms: number) {
      now += ms
      const due = later.filter((entry) => entry.at <= now)
      later = later.filter((entry) => entry.at > now)
      for (const entry of due) entry.run()
    },
  }
}

describe('a paint loop', () => {
  it('paints at once when it starts', () => {
    const { loop, painted } = setup()
    loop.start()
    expect(painted).toEqual([0])
  })

  it('makes one frame of everything a turn brought', () => {
    const { loop, painted, change, turn, pass } = setup()
    loop.start()
    pass(1000)
    for (let key = 0; key < 50; key += 1) change()
    expect(painted).toHaveLength(1)
    turn()
    expect(painted).toEqual([0, 1000])
  })

  it('paints no more often than a screen shows, and loses nothing', () => {
    const { loop, painted, change, turn, pass } = setup()
    loop.start()
    for (let ms = 0; ms < 160; ms += 1) {
      pass(1)
      change()
      turn()
    }
    expect(painted.length).toBeLessThanOrEqual(11)
    const before = painted.length
    change()
    turn()
    pass(16)
    turn()
    expect(painted.length).toBeGreaterThan(before)
  })

  it('does not let a key wait for the next frame of news, nor paint twice for it', () => {
    const { loop, painted, change, turn, pass } = setup()
    loop.start()
    pass(5)
    change()
    loop.hurry()
    loop.hurry()
    turn()
    expect(painted).toEqual([0, 5])
    pass(100)
    turn()
    expect(painted).toEqual([0, 5])
  })

  it('makes no frame while nothing changes, and none after it is stopped', () => {
    const { loop, frames, change, turn, pass } = setup()
    loop.start()
    pass(10_000)
    turn()
    expect(frames()).toBe(1)
    change()
    loop.stop()
    turn()
    change()
    turn()
    pass(1000)
    expect(frames()).toBe(1)
  })

  it('paints when the window has another size', () => {
    const { loop, painted, resize, turn, pass } = setup()
    loop.start()
    pass(100)
    resize(40, 10)
    turn()
    expect(painted).toHaveLength(2)
  })

  it('takes a window without a size for one of 80 x 24', () => {
    expect(sizeOf({})).toEqual({ columns: 80, rows: 24 })
    expect(sizeOf({ columns: 0, rows: 0 })).toEqual({ columns: 80, rows: 24 })
    expect(sizeOf({ columns: 200, rows: 60 })).toEqual({ columns: 200, rows: 60 })
  })
})
