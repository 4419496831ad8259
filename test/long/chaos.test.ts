// Interrupted anywhere, two at once, a cluster that misbehaves: short rounds of what `npm run chaos` does at length.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram, eventsOf, root, runProgram, startProgram } from './program.ts'
import { whileServing } from './serving.ts'

const home = mkdtempSync(join(tmpdir(), 'hw-chaos-test-'))
beforeAll(buildProgram)
afterAll(() => rmSync(home, { recursive: true, force: true }))

function chaos(...args: string[]): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', `${root}scripts/chaos.ts`, ...args], { cwd: root })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    child.on('close', (code) => resolve({ code, text }))
  })
}

describe('chaos', () => {
  it('by kills: every resume finishes, every proof holds, nothing is left over', async () => {
    const { code, text } = await chaos('--seed', '2', '--kills', '8')
    expect(text).toMatch(/\n8 kills, in \d of \d\d phases:\n/)
    expect(text).toMatch(/\n\d+ passed, 0 failed\n$/)
    expect(code).toBe(0)
  })

  it('by faults: no false verdict, and where things stand is always said', async () => {
    const { code, text } = await chaos('--seed', '2', '--faults')
    expect(text).toMatch(/\nok {3}0 false blocked\nok {3}0 false open\n/)
    expect(text).toMatch(/\n\d+ passed, 0 failed\n$/)
    expect(code).toBe(0)
  })
})

describe('two at once', () => {
  const place = ['--track', 'calico', '--home', home, '--time-scale', '0', '--via', 'api', '-o', 'json']

  it('the second says who holds it and changes nothing; looking is allowed; afterwards it is free', async () => {
    await whileServing(home, async () => {
      const first = startProgram(['run', '--auto', ...place])
      const ended = new Promise((resolve) => first.on('close', resolve))
      await new Promise<void>((resolve) =>
        first.stdout!.on('data', (chunk) => /action-started/.test(chunk) && resolve()),
      )
      // Stopped, not ended: it holds the lock while the second one comes.
      first.kill('SIGSTOP')
      const second = await runProgram(['run', '--auto', ...place])
      expect(second.code).toBe(5)
      expect(JSON.parse(second.stderr)).toMatchObject({ code: 'LOCK_HELD' })
      expect(second.stderr).toContain(`process ${first.pid} on `)
      expect(eventsOf(second.stdout)).toEqual([])
      expect(second.stderr).toContain('status --watch')
      const status = await runProgram(['status', ...place])
      expect(JSON.parse(status.stdout)).toMatchObject({ track: 'calico', holder: { pid: first.pid } })
      first.kill('SIGCONT')
      expect(await ended).toBe(0)
      expect((await runProgram(['reset', '--yes', ...place])).code).toBe(0)
    })
  })

  it('a lock whose process was killed is taken over at once', async () => {
    await whileServing(home, async () => {
      const first = startProgram(['run', '--auto', ...place])
      const ended = new Promise((resolve) => first.on('close', resolve))
      await new Promise<void>((resolve) =>
        first.stdout!.on('data', (chunk) => /action-started/.test(chunk) && resolve()),
      )
      first.kill('SIGKILL')
      await ended
      const second = await runProgram(['run', '--auto', ...place])
      expect(second.stderr).toBe('')
      expect(second.code).toBe(0)
    })
  })
})
