// The real screen in a real terminal: whole tracks by keys, and the terminal as it was whenever one leaves.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { keys, openPty, type Pty } from '../helpers/pty.ts'
import { buildProgram, bundle } from './program.ts'

let open: { pty: Pty; home: string }[] = []

function start(columns: number, rows: number, args: readonly string[] = []): Pty {
  const home = mkdtempSync(join(tmpdir(), 'hw-screen-'))
  const pty = openPty(
    [process.execPath, bundle, '--sandbox', '--via', 'api', '--time-scale', '0', '--home', home, ...args],
    { columns, rows },
  )
  open.push({ pty, home })
  return pty
}

beforeAll(buildProgram)

afterEach(() => {
  for (const { pty, home } of open) {
    pty.kill()
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
  open = []
})

/** Presses enter until the step is proved, answering questions on the way; what stood on the screen then. */
async function walkStep(pty: Pty, step: number, last: boolean): Promise<void> {
  const proved = last ? /enter see the result/ : new RegExp(`enter go to step ${step + 1}`)
  for (let presses = 0; presses < 60; presses += 1) {
    const before = await pty.waitFor(
      (text) => /enter (run next|prove|go to step|see the result|goes on)/.test(text),
      90_000,
    )
    if (proved.test(before)) return
    pty.type(keys.enter)
    await pty.waitFor((text) => text !== before, 90_000)
  }
  throw new Error(`never proved:\n${pty.text()}`)
}

describe('the real screen on the sandbox', () => {
  it.each([
    [80, 24, 'calico'],
    [120, 40, 'calico'],
    [100, 30, 'netpol'],
  ])(
    'walks a whole track by keys at %i x %i: %s',
    async (columns, rows, track) => {
      const pty = start(columns, rows, ['--track', track])
      await pty.waitFor('run next')
      const steps = Number(/step \d+ of (\d+)/.exec(pty.text())?.[1])
      const first = Number(/step (\d+) of/.exec(pty.text())?.[1])
      for (let step = first; step <= steps; step += 1) {
        await pty.waitFor(`step ${step} of ${steps}`)
        await walkStep(pty, step, step === steps)
        // A frame can arrive in parts.
        await pty.waitFor(/\b(\d+) of \1 as expected|has no proof of its own/)
        expect(pty.text()).not.toContain('not as expected')
        if (step < steps) pty.type(keys.enter)
      }
      for (const [view, word] of [
        ['2', 'leaving'],
        ['3', 'tier'],
        ['4', 'flows'],
        ['5', 'every command'],
      ] as const) {
        pty.type(view)
        await pty.waitFor(word)
        expect(Math.max(...pty.screen().map((line) => line.length))).toBeLessThanOrEqual(columns)
      }
      pty.type('q')
      expect(await pty.done()).toEqual({ exitCode: 0, terminalRestored: true })
      expect(pty.state()).toEqual({ alternate: false, cursorHidden: false })
      expect(pty.text()).toContain('steps proved')
    },
    600_000,
  )

  it.each([
    ['while the sandbox starts', 'Starting the sandbox', ''],
    ['before anything ran', 'run next', ''],
    ['while a step runs', 'run next', 'a'],
  ])(
    'ctrl-c %s gives the terminal back',
    async (_, wait, key) => {
      const pty = start(80, 24)
      await pty.waitFor(wait)
      if (key) {
        const before = pty.text()
        pty.type(key)
        await pty.waitFor((text) => text !== before)
      }
      pty.type(keys.ctrlC)
      expect(await pty.done(60_000)).toEqual({ exitCode: 130, terminalRestored: true })
      expect(pty.state()).toEqual({ alternate: false, cursorHidden: false })
    },
    120_000,
  )
})
