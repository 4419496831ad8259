// The built program as people run it: the whole track by either way, what another process then finds, kills, and the way back.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findKubectl } from '../sandbox/api/find-kubectl.ts'
import { buildProgram, eventsOf, runProgram } from './program.ts'
import { dump, killAt, whileServing } from './serving.ts'

const found = findKubectl()
const kubectl = 'path' in found ? found.path : null
const folders: string[] = []
function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'hw-long-'))
  folders.push(home)
  return home
}
beforeAll(buildProgram)
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const data = JSON.parse(readFileSync(new URL('../data/expected-verdicts.json', import.meta.url), 'utf8'))
const stages: Record<string, string> = {
  0: '0',
  1: '1',
  2: '2',
  3: '3',
  4: '4',
  '5a': '5 after default-egress',
  '5b': '5 after the label',
  6: '6',
  7: '7 open source',
  8: '8 open source',
}

function expectEveryPair(events: any[]): void {
  for (const [stage, name] of Object.entries(stages)) {
    const [id, variant] = data.meta.ourPath.steps[name]
    const expected = data.stages
      .find((candidate: any) => candidate.id === id)
      .probes.filter((probe: any) => probe.kind === 'service')
      .map(
        ({ src, dst, expect: verdict }: any) =>
          `${src}>${dst} ${typeof verdict === 'string' ? verdict : verdict[variant]}`,
      )
    const measured = events
      .filter((event) => event.type === 'probe-settled' && event.set === 'matrix' && event.stage === stage)
      .map(
        (event) =>
          `${event.probe.from.workload}>${event.probe.to.service} ${event.actual === 'timed-out' ? 'blocked' : event.actual}`,
      )
    expect([stage, measured.sort()]).toEqual([stage, expected.sort()])
  }
}

const track = (home: string, via: string) => [
  'run',
  '--track',
  'calico',
  '--auto',
  '--sandbox',
  '--home',
  home,
  '--via',
  via,
  '--time-scale',
  '0',
  '--output',
  'json',
]

describe('the whole Calico track, as a program', () => {
  it('by the API: every pair as measured on a real cluster, and reset leaves the sandbox as it was', async () => {
    const home = newHome()
    const place = ['--home', home, '--time-scale', '0', '--via', 'api']
    const before = await dump(place)
    const run = await runProgram(track(home, 'api'))
    expect(run.stderr).toBe('')
    expect(run.code).toBe(0)
    const events = eventsOf(run.stdout)
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', ok: true })
    expectEveryPair(events)
    const reset = await runProgram(['reset', '--yes', ...place])
    expect(reset.stderr).toBe('')
    expect(reset.code).toBe(0)
    expect(await dump(place)).toEqual(before)
  })

  it.skipIf(!kubectl)(
    `by kubectl, and what another process then finds${'missing' in found ? ` (skipped: ${found.missing})` : ''}`,
    async () => {
      const home = newHome()
      const env = { HW_KUBECTL: kubectl! }
      const run = await runProgram(track(home, 'kubectl'), env)
      expect(run.stderr).toBe('')
      expect(run.code).toBe(0)
      expectEveryPair(eventsOf(run.stdout))

      await whileServing(home, async (kubeconfig) => {
        const typed = (...args: string[]) =>
          spawnSync(kubectl!, args, {
            encoding: 'utf8',
            env: { ...process.env, KUBECONFIG: kubeconfig, KUBERC: 'off', KUBECACHEDIR: join(home, 'cache') },
          })
        expect(
          typed('delete', 'networkpolicies.projectcalico.org', 'app-hipstershop.redis-cart', '-n', 'hipstershop')
            .status,
        ).toBe(0)
        const verify = await runProgram(
          ['verify', '--home', home, '--time-scale', '0', '--deadline', '2', '-o', 'json'],
          env,
        )
        expect(verify.code).toBe(3)
        const wrong = eventsOf(verify.stdout).filter((event) => event.type === 'probe-settled' && !event.ok)
        expect(wrong.map((event) => event.probe.to.service)).toContain('redis-cart')
        for (const event of wrong) expect(event.decidedBy).not.toBeNull()

        const pod = typed(
          'get',
          'pods',
          '-n',
          'hipstershop',
          '-l',
          'app=cartservice',
          '-o',
          'jsonpath={.items[0].metadata.name}',
        ).stdout
        expect(typed('delete', 'pod', pod, '-n', 'hipstershop').status).toBe(0)
        const status = await runProgram(['status', '--home', home, '-o', 'json'], env)
        expect(status.code).toBe(3)
        const { findings } = JSON.parse(status.stdout)
        expect(findings.some(({ text }: { text: string }) => /cartservice/.test(text) && /pci/.test(text))).toBe(true)
        expect(findings.some(({ text }: { text: string }) => /app-hipstershop\.redis-cart/.test(text))).toBe(true)
      })
    },
  )

  it('goes on where it was after a SIGKILL in any step', async () => {
    const home = newHome()
    const place = ['--home', home, '--time-scale', '0', '--via', 'api']
    const before = await dump(place)
    // Killed at the first event of each of these steps; a process that is gone by then would be no kill.
    for (const step of [0, 2, 4, 5, 6, 7]) expect(await killAt(track(home, 'api'), step)).toBe('killed')
    const run = await runProgram(track(home, 'api'))
    expect(run.code).toBe(0)
    expect(eventsOf(run.stdout)[0]).toMatchObject({ type: 'run-started', steps: [7, 8] })
    const reset = await runProgram(['reset', '--yes', ...place])
    expect(reset.code).toBe(0)
    expect(await dump(place)).toEqual(before)
  })
})
