// The NetworkPolicy track as people run it: by either way, by hand, killed, taken back in part, beside the other track, and
// a stranger's track from another folder.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPty } from '../helpers/pty.ts'
import { findKubectl } from '../sandbox/api/find-kubectl.ts'
import { buildProgram, bundle, eventsOf, root, runProgram } from './program.ts'
import { dump, killAt, whileServing } from './serving.ts'

const found = findKubectl()
const kubectl = 'path' in found ? found.path : null
const folders: string[] = []
function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'hw-netpol-'))
  folders.push(home)
  return home
}
beforeAll(buildProgram)
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const { blog } = JSON.parse(readFileSync(new URL('../data/expected-verdicts.json', import.meta.url), 'utf8'))
/** Stage of the track -> what all pairs are then. Step 5 proves its services one by one and everything at the end. */
const stages: Record<string, string> = { 0: 'b0', 1: 'b0', 2: 'b1', 3: 'b1', 4: 'b2', '5j': 'b3' }

function expectEveryPair(events: any[], only = Object.keys(stages)): void {
  for (const stage of only) {
    const expected = blog.stages
      .find(({ id }: any) => id === stages[stage])
      .probes.map(([from, to, , verdict]: string[]) => `${from}>${to} ${verdict}`)
    const measured = events
      .filter((event) => event.type === 'probe-settled' && event.set === 'matrix' && event.stage === stage)
      .map(
        (event) =>
          `${event.probe.from.workload}>${event.probe.to.service} ${event.actual === 'timed-out' ? 'blocked' : event.actual}`,
      )
    expect(expected).toHaveLength(143)
    expect([stage, measured.sort()]).toEqual([stage, expected.sort()])
  }
}

const at = (home: string, via = 'api') => ['--home', home, '--time-scale', '0', '--via', via]
const netpol = (home: string, via = 'api') => ['--track', 'netpol', ...at(home, via)]
const run = (home: string, via = 'api') => ['run', '--auto', '--sandbox', ...netpol(home, via), '-o', 'json']

async function done(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stdout, stderr } = await runProgram(args, env)
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

describe('the whole NetworkPolicy track, as a program', () => {
  it('by the API: every pair as at each stage of the data, and every way back', async () => {
    const home = newHome()
    const before = await dump(at(home))
    const after = new Map<number, string[]>()
    const events: any[] = []
    for (const step of [0, 1, 2, 3, 4, 5]) {
      events.push(...eventsOf(await done([...run(home), '--step', String(step)])))
      after.set(step, await dump(at(home)))
    }
    expectEveryPair(events)
    expect(JSON.parse(await done(['status', ...netpol(home), '-o', 'json']))).toMatchObject({ step: 5, ok: true })
    expectEveryPair(eventsOf(await done(['verify', ...netpol(home), '-o', 'json'])), ['5j'])
    for (const to of [4, 2, 1, 0]) {
      await done(['reset', '--to', String(to), '--yes', ...netpol(home)])
      // Restarts leave nothing behind but pods of other names, which a dump leaves out.
      expect([to, await dump(at(home))]).toEqual([to, after.get(to)])
      const verified = eventsOf(await done(['verify', '--step', String(to), ...netpol(home), '-o', 'json']))
      expectEveryPair(verified, [String(to)])
    }
    await done(['reset', '--yes', ...netpol(home)])
    expect(await dump(at(home))).toEqual(before)
  })

  it.skipIf(!kubectl)(`by kubectl${'missing' in found ? ` (skipped: ${found.missing})` : ''}`, async () => {
    const home = newHome()
    const env = { HW_KUBECTL: kubectl! }
    const before = await dump(at(home))
    const events = eventsOf(await done(run(home, 'kubectl'), env))
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', ok: true })
    expectEveryPair(events)
    await whileServing(home, async (kubeconfig) => {
      const deleted = spawnSync(kubectl!, ['delete', 'networkpolicy', 'redis-allow-cart', '-n', 'hipstershop'], {
        encoding: 'utf8',
        env: { ...process.env, KUBECONFIG: kubeconfig, KUBERC: 'off', KUBECACHEDIR: join(home, 'cache') },
      })
      expect(deleted.status).toBe(0)
      const verify = await runProgram(['verify', '--deadline', '2', ...netpol(home), '-o', 'json'], env)
      expect(verify.code).toBe(3)
      const wrong = eventsOf(verify.stdout).filter((event) => event.type === 'probe-settled' && !event.ok)
      expect(new Set(wrong.map((event) => event.probe.to.service))).toEqual(new Set(['redis-cart']))
      const status = await runProgram(['status', ...netpol(home), '-o', 'json'], env)
      expect(status.code).toBe(3)
      expect(JSON.parse(status.stdout).findings[0]).toMatchObject({
        kind: 'missing',
        text: expect.stringContaining('redis-allow-cart'),
        repair: expect.stringContaining('apply -f manifests/netpol/05-redis.yaml'),
      })
    })
    await done(['reset', '--yes', ...netpol(home, 'kubectl')], env)
    expect(await dump(at(home))).toEqual(before)
  })

  it('goes on where it was after a SIGKILL in any step', async () => {
    const home = newHome()
    const before = await dump(at(home))
    for (const step of [0, 2, 3, 4, 5]) expect(await killAt(run(home), step)).toBe('killed')
    const events = eventsOf(await done(run(home)))
    expect(events[0]).toMatchObject({ type: 'run-started', steps: [5] })
    expectEveryPair(events, ['5j'])
    await done(['reset', '--yes', ...netpol(home)])
    expect(await dump(at(home))).toEqual(before)
  })

  it('and the Calico track do not mix: the line that takes the other one back is named, and works', async () => {
    const home = newHome()
    const before = await dump(at(home))
    const calico = ['--track', 'calico', ...at(home)]
    await done(['goto', '4', ...calico])
    const refused = await runProgram(run(home))
    expect(refused.code).toBe(5)
    expect(JSON.parse(refused.stderr)).toMatchObject({
      code: 'OTHER_TRACK',
      hint: `Take it back first: hipster-workshop reset --track calico --home ${home}`,
    })
    await done(['reset', '--yes', ...calico])
    expect(await dump(at(home))).toEqual(before)
    await done(['goto', '5', ...netpol(home)])
    const other = await runProgram(['goto', '2', ...calico])
    expect([other.code, other.stderr]).toEqual([5, expect.stringContaining('[OTHER_TRACK]')])
    await done(['reset', '--yes', ...netpol(home)])
    expect(await dump(at(home))).toEqual(before)
  })
})

describe('the NetworkPolicy track by hand', () => {
  it('asks, explains every answer, takes back the other track, and lets the learner write', async () => {
    const home = newHome()
    await done(['goto', '2', '--track', 'calico', ...at(home)])
    const pty = openPty([process.execPath, bundle, 'run', ...netpol(home), '--deadline', '2'], {
      columns: 120,
      rows: 40,
      env: { CI: undefined },
    })
    try {
      const answer = async (question: string | RegExp, text: string) => {
        await pty.waitFor(question, 30_000)
        pty.type(`${text}\r`)
      }
      await answer('Carry this out? [y/N]', 'y')
      for (const title of [
        'Create the namespace',
        'Deploy the shop',
        'inside the shop',
        'pod outside',
        'shop is ready',
        'probe pod outside',
        'what runs',
      ])
        await answer(new RegExp(`${title}[^\\n]*: run it\\?[^\\n]*:\\s*$`), '')
      for (const title of ['The labels', 'and their ports', 'pods listen'])
        await answer(new RegExp(`${title}[^\\n]*: run it\\?[^\\n]*:\\s*$`), '')
      await answer('Your answer, 1 to 3 (enter: none):', '2')
      await pty.waitFor(/No: That is the Service's port[\s\S]*The answer is: 8080/)
      await answer(/to shippingservice: run it\?[^\n]*:\s*$/, 'q')
      expect((await pty.done(20_000)).exitCode).toBe(130)
    } finally {
      pty.kill()
    }
    await done(['goto', '4', ...netpol(home)])
    const writing = openPty([process.execPath, bundle, 'run', '--step', '5', ...netpol(home), '--deadline', '1'], {
      columns: 120,
      rows: 40,
      env: { CI: undefined },
    })
    try {
      await writing.waitFor(/\[w\]rite it yourself[^\n]*:\s*$/, 30_000)
      writing.type('w\r')
      await writing.waitFor(/Apply what you wrote[^\n]*\[p\]lan[^\n]*:\s*$/)
      writing.type('p\r')
      await writing.waitFor(/With it, 4 of 6 would be as this stage wants them[\s\S]*\[p\]lan[^\n]*:\s*$/)
      copyFileSync(join(root, 'manifests/netpol/05-catalog.yaml'), join(home, 'workshop/my-policies.yaml'))
      writing.type('p\r')
      await writing.waitFor(/everything is as this stage wants it \(6 of 6\)[\s\S]*\[p\]lan[^\n]*:\s*$/)
      writing.type('\r')
      await writing.waitFor(/ok: productcatalogservice is open to its callers/)
      // The next stage is the learner's as well.
      await writing.waitFor(/currencyservice[\s\S]*Apply what you wrote[^\n]*\[p\]lan[^\n]*:\s*$/)
      writing.type('q\r')
      expect((await writing.done(20_000)).exitCode).toBe(130)
    } finally {
      writing.kill()
    }
  }, 120_000)
})

describe("a stranger's track from another folder", () => {
  it('runs, lints and resets', async () => {
    const home = newHome()
    const before = await dump(at(home))
    const content = ['--content', join(root, 'test/fixtures/content')]
    const zoo = ['--track', 'zoo', ...content, ...at(home)]
    await done(['lint', ...content])
    const events = eventsOf(await done(['run', '--auto', '--sandbox', ...zoo, '-o', 'json']))
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', ok: true })
    expect(JSON.parse(await done(['status', ...zoo, '-o', 'json']))).toMatchObject({ track: 'zoo', step: 1, ok: true })
    // The only track of a folder need not be named.
    expect(JSON.parse(await done(['status', ...content, ...at(home), '-o', 'json']))).toMatchObject({ track: 'zoo' })
    await done(['reset', '--yes', ...zoo])
    expect(await dump(at(home))).toEqual(before)
  })
})
