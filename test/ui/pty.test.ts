import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bundleProgram } from '../helpers/bundle.ts'
import { keys, openPty, type Pty, type PtyOptions } from '../helpers/pty.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let app: Awaited<ReturnType<typeof bundleProgram>>
let open: Pty[] = []

function start(options: PtyOptions = {}): Pty {
  const pty = openPty([process.execPath, app.file], { ...options, env: { HW_TEST_CONTENT: root, ...options.env } })
  open.push(pty)
  return pty
}

beforeAll(async () => {
  app = await bundleProgram(fileURLToPath(new URL('../helpers/scripted-app.ts', import.meta.url)))
})

afterAll(() => app.remove())

afterEach(() => {
  for (const pty of open) pty.kill()
  open = []
})

describe('on a real terminal', () => {
  it.each([
    [80, 24],
    [120, 40],
  ])('walks two steps by enter at %i x %i, and leaves a summary and the terminal as it was', async (columns, rows) => {
    const pty = start({ columns, rows, env: { HW_TEST_UP_TO: '1' } })
    await pty.waitFor('step 2 of 8')
    expect(pty.state().alternate).toBe(true)
    for (const step of [2, 3]) {
      await pty.waitFor(`step ${step} of 8`)
      while (!pty.text().includes(`go to step ${step + 1}`)) {
        const before = pty.text()
        pty.type(keys.enter)
        await pty.waitFor((text) => text !== before && /enter (run next|prove|go to|goes on)/.test(text))
      }
      expect(pty.text()).toMatch(/expected\s+actual/)
      pty.type(keys.enter)
    }
    await pty.waitFor('step 4 of 8')
    pty.type('q')
    expect(await pty.done()).toEqual({ exitCode: 0, terminalRestored: true })
    expect(pty.state()).toEqual({ alternate: false, cursorHidden: false })
    expect(pty.text()).toContain('4 of 9 steps proved')
  })

  it.each([
    ['before the cluster answers', { HW_TEST_HANG: 'connect' }, 'Starting the sandbox', ''],
    ['while an action runs', { HW_TEST_PACE: '300' }, 'run next', 'a'],
    ['while a command is typed', {}, 'run next', ':mat'],
  ])('ctrl-c %s restores the terminal and exits 130', async (_, env, wait, type) => {
    const pty = start({ env })
    await pty.waitFor(wait)
    if (type) {
      const before = pty.text()
      pty.type(type)
      await pty.waitFor((text) => text !== before)
    }
    pty.type(keys.ctrlC)
    expect(await pty.done()).toEqual({ exitCode: 130, terminalRestored: true })
    expect(pty.state()).toEqual({ alternate: false, cursorHidden: false })
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('%s from outside restores the terminal too', async (signal) => {
    const pty = start()
    await pty.waitFor('run next')
    pty.signal(signal)
    expect(await pty.done()).toEqual({ exitCode: 130, terminalRestored: true })
    expect(pty.state()).toEqual({ alternate: false, cursorHidden: false })
  })

  it('survives a storm of sizes', async () => {
    const pty = start()
    await pty.waitFor('run next')
    for (let turn = 0; turn < 40; turn += 1) pty.resize(40 + ((turn * 37) % 120), 8 + ((turn * 13) % 40))
    pty.resize(80, 24)
    await pty.waitFor((text) => text.includes('▶  0 Deploy the shop') && text.includes('enter run next'))
    pty.type('2')
    await pty.waitFor('arriving')
    expect(pty.screen().filter((line) => line.includes('hipster-workshop'))).toHaveLength(1)
  })

  it('hands the terminal to a shell and comes back to the same place', async () => {
    const pty = start({ env: { HW_TEST_UP_TO: '3' } })
    await pty.waitFor('run next')
    pty.type('s')
    await pty.waitFor('in the shell')
    expect(pty.state().cursorHidden).toBe(false)
    pty.type('hello\r')
    await pty.waitFor('run next')
    expect(pty.text()).toContain('step 4 of 8')
    pty.type('q')
    expect(await pty.done()).toEqual({ exitCode: 0, terminalRestored: true })
  })

  it('has the new size when the window was resized while a shell had the terminal', async () => {
    const pty = start({ env: { HW_TEST_UP_TO: '3', HW_TEST_SHELL: 'interactive' } })
    await pty.waitFor('run next')
    pty.type('s')
    await pty.waitFor('in the shell')
    pty.resize(120, 40)
    pty.type('hello\r')
    await pty.waitFor((text) => text.split('\n')[39]?.includes('run next') === true)
    expect(pty.screen()[0]).toMatch(/^ hipster-workshop .{90,}\? help/)
  })

  it('writes nothing while nothing happens', async () => {
    const pty = start()
    await pty.waitFor('run next')
    await new Promise((resolve) => setTimeout(resolve, 200))
    const before = pty.raw().length
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(pty.raw().length).toBe(before)
  })

  it('says everything without colour when NO_COLOR is set', async () => {
    const pty = start({ env: { NO_COLOR: '1', FORCE_COLOR: '0', HW_TEST_UP_TO: '3' } })
    await pty.waitFor('run next')
    pty.type('2')
    await pty.waitFor(/\[○\]/)
    expect(pty.raw()).not.toMatch(/\u001b\[[0-9;]*m/)
    expect(pty.text()).toContain('›')
  })

  it('draws on the normal screen when asked to', async () => {
    const pty = start({ env: { HW_TEST_ALT: 'no' } })
    await pty.waitFor('run next')
    expect(pty.state().alternate).toBe(false)
    pty.type('q')
    expect((await pty.done()).exitCode).toBe(0)
    expect(pty.text()).toMatch(/q quit\nhipster-workshop: /)
  })
})
