// The window is closed: the workshop ends by itself, in order, also while its shell has the terminal.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPty } from '../helpers/pty.ts'
import { buildProgram, bundle } from './program.ts'

const home = mkdtempSync(join(tmpdir(), 'hw-closed-'))
const lock = join(home, 'sandbox-3.32/server.lock')
beforeAll(buildProgram, 120_000)
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))

describe('a closed window ends the workshop and gives up its lock', () => {
  it.each([
    ['on the screen', '', 'enter run next'],
    ['in its shell', 's', 'Leave this shell'],
  ])(
    '%s',
    async (_name, key, shown) => {
      const args = ['--home', home, '--time-scale', '0', '--via', 'api', '--sandbox', '--track', 'calico']
      const pty = openPty([process.execPath, bundle, ...args], { env: { SHELL: '/bin/sh' } })
      await pty.waitFor('enter run next')
      pty.type(key)
      await pty.waitFor(shown)
      const pid = pty.pid()
      expect(existsSync(lock)).toBe(true)
      pty.hangUp()
      while (isAlive(pid)) await delay(20)
      expect(existsSync(lock)).toBe(false)
    },
    60_000,
  )
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
