// `--plain` on a real terminal: lines for screen readers and slow links, asked for one by one, and ctrl-c at any question.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keys, openPty, type Pty } from '../helpers/pty.ts'
import { buildProgram, bundle } from './program.ts'

let home: string
let pty: Pty

function begin(...args: string[]): Pty {
  return beginOn({}, '--plain', ...args)
}

function beginOn(env: Record<string, string>, ...args: string[]): Pty {
  pty = openPty([process.execPath, bundle, '--sandbox', '--home', home, '--via', 'api', '--time-scale', '0', ...args], {
    columns: 160,
    rows: 60,
    env,
  })
  return pty
}

const question = /run it\? \[Y\]es.*: *$/

function asked(text: string): boolean {
  return question.test(text.trimEnd())
}

/** No cursor movement, no other screen, nothing redrawn: what is written is what is read. */
function expectPlain(): void {
  expect(pty.raw()).not.toMatch(/\u001b\[\?1049h|\u001b\[\?25l|\u001b\[2J/)
  expect(pty.state()).toEqual({ alternate: false, cursorHidden: false })
}

beforeAll(buildProgram)

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hw-plain-'))
})

afterEach(() => {
  pty.kill()
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

describe('--plain on a terminal', () => {
  it('tells the lesson and the line before it asks, does the line, and proves the step', async () => {
    begin()
    await pty.waitFor(asked, 60_000)
    expect(pty.text()).toMatch(/Step 0: Deploy the shop\s+Goal: /)
    expect(pty.text()).toMatch(/\$ kubectl .*apply -f manifests\/shop\/namespace\.yaml\n+Create the namespace: run it/)
    for (let number = 0; number < 20 && !/Step 0 proved/.test(pty.raw()); number += 1) {
      const before = pty.raw().length
      pty.type('\r')
      await pty.waitFor(() => pty.raw().length > before + 4, 60_000)
      await pty.waitFor((text) => asked(text) || /Step 0 proved/.test(pty.raw()), 60_000)
    }
    await pty.waitFor(/What it showed:[\s\S]*Step 1: [\s\S]*run it\?/, 60_000)
    pty.type('q\r')
    expect(await pty.done(30_000)).toEqual({ exitCode: 130, terminalRestored: true })
    expect(pty.text()).toContain('Step 1 cancelled')
    expectPlain()
  }, 180_000)

  it.each([
    ['ctrl-c', keys.ctrlC],
    ['ctrl-d', '\u0004'],
  ])(
    '%s at a question ends it with 130 and leaves the terminal as it was',
    async (_, key) => {
      begin()
      await pty.waitFor(asked, 60_000)
      pty.type(key)
      expect(await pty.done(30_000)).toEqual({ exitCode: 130, terminalRestored: true })
      expect(pty.text()).not.toContain('bug')
      expectPlain()
    },
    90_000,
  )

  it('ctrl-c while a line runs ends it with 130 and leaves the terminal as it was', async () => {
    begin('--time-scale', '1')
    for (const title of [
      'Create the namespace',
      'Deploy the shop',
      'inside the shop',
      'probe pod outside',
      'is ready',
    ]) {
      await pty.waitFor((text) => asked(text) && text.trimEnd().split('\n').at(-1)!.includes(title), 60_000)
      pty.type('\r')
    }
    await pty.waitFor(/run it\?.*\n+ +Wait until the shop is ready\n/, 60_000)
    pty.type(keys.ctrlC)
    expect(await pty.done(30_000)).toEqual({ exitCode: 130, terminalRestored: true })
    expectPlain()
  }, 90_000)
})

describe('a terminal that cannot be drawn on', () => {
  it.each([
    ['ctrl-c', keys.ctrlC],
    ['ctrl-d', '\u0004'],
    ['q', 'q\r'],
  ])(
    'is asked line by line, and nothing is done without an answer: %s',
    async (_, key) => {
      beginOn({ TERM: 'dumb' })
      await pty.waitFor(asked, 60_000)
      expect(pty.text()).not.toContain('created')
      pty.type(key)
      expect(await pty.done(30_000)).toEqual({ exitCode: 130, terminalRestored: true })
      expect(pty.text()).not.toMatch(/bug|created/)
      expectPlain()
    },
    90_000,
  )
})
