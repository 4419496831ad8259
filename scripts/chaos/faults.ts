/** The whole track on a sandbox whose API misbehaves: it completes or stops with one clear error, and no verdict is false. */
import { setMaxListeners } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sandbox } from '../../src/sandbox/contracts.ts'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { FAULT_KINDS, type FaultKind } from '../../src/sandbox/faults.ts'
import { isClearStop, isOneError, stopOf } from './clear-stop.ts'
import { followPolicies } from './follow.ts'
import type { Tally } from './kills.ts'
import { dumpSandbox } from './place.ts'
import { type Ended, eventsOf, run } from './program.ts'
import type { Random } from './random.ts'
import { compareVerdicts, type Told, type Verdict, verdictsOf } from './verdicts.ts'

export interface FaultOptions {
  track: string
  /** Probes to be compared, at least; a third of them is to expect blocked. */
  probes: number
  rate: number
  random: Random
  say(line: string): void
}

/** Simulated time of the sandbox: its 2 s of latency are 0.1 s, and so are all its other waits. */
const timeScale = 0.05
const attempts = 8
// One signal ends many connections here.
setMaxListeners(0)

export async function chaosByFaults({ track, probes, rate, random, say }: FaultOptions): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 }
  const check = (what: string, ok: boolean, details: readonly string[] = []) => {
    if (ok) tally.passed++
    else tally.failed++
    say(`${ok ? 'ok  ' : 'FAIL'} ${what}`)
    if (!ok) for (const detail of details.slice(0, 12)) say(`     ${detail.slice(0, 400)}`)
  }

  const clean = mkdtempSync(join(tmpdir(), 'hw-chaos-'))
  const told: Told[] = []
  const counts = new Map<string, number>()
  let requests = 0
  let lastStep: unknown = null
  try {
    const truthful = await run([
      'run',
      '--track',
      track,
      '--auto',
      '--home',
      clean,
      '--via',
      'api',
      '-o',
      'json',
      '--time-scale',
      '0',
    ])
    const truth = new Map<string, Verdict>(
      verdictsOf(eventsOf(truthful.stdout)).map(({ key, verdict }) => [key, verdict]),
    )
    lastStep = eventsOf(truthful.stdout)
      .findLast(({ type }) => type === 'run-finished')
      ?.steps.at(-1)?.step
    check(`without faults: ${truth.size} probes`, truthful.code === 0 && truth.size > 0, [truthful.stderr])

    const isPlayed = () => FAULT_KINDS.every((kind) => (counts.get(kind) ?? 0) > 0)
    for (let round = 1; !(isEnough(told, probes) && (isPlayed() || rate === 0)) && round <= 12; round++) {
      const home = mkdtempSync(join(tmpdir(), 'hw-chaos-'))
      try {
        const before = await dumpOf(home)
        const faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, rate]))
        const sandbox = await createSandbox({ home, calico: '3.32', timeScale, faults, random: random.next })
        try {
          await oneTrack(round, home, sandbox)
        } finally {
          for (const [kind, count] of Object.entries(sandbox.faultsInjected!()))
            counts.set(kind, (counts.get(kind) ?? 0) + count)
          requests += sandbox.requestsSeen!()
          await sandbox.close()
        }
        const after = await dumpOf(home)
        const left = [
          ...after.filter((line) => !before.includes(line)),
          ...before.filter((line) => !after.includes(line)),
        ]
        check(`round ${round}: the cluster is as before`, left.length === 0, left)
      } finally {
        rmSync(home, { recursive: true, force: true })
      }
    }

    const hits = [...counts.values()].reduce((sum, count) => sum + count, 0)
    say(`${hits} faults in ${requests} requests: ${[...counts].map(([kind, count]) => `${kind} ${count}`).join(', ')}`)
    check(`at least 5 % of the requests were hit (${Math.round((100 * hits) / requests)} %)`, hits >= requests * 0.05)
    check(
      'every kind of fault was played',
      FAULT_KINDS.every((kind) => (counts.get(kind) ?? 0) > 0),
    )
    const compared = compareVerdicts(told, truth)
    say(
      `${compared.probes} probes, ${compared.expectingBlocked} of them expecting blocked; ${compared.without} ended without a verdict`,
    )
    check(`at least ${probes} probes`, compared.probes >= probes)
    check(`at least ${Math.ceil(probes * 0.3)} expecting blocked`, compared.expectingBlocked >= probes * 0.3)
    check(`${compared.falseBlocked.length} false blocked`, compared.falseBlocked.length === 0, compared.falseBlocked)
    check(`${compared.falseOpen.length} false open`, compared.falseOpen.length === 0, compared.falseOpen)
    check('each of them was asked without faults too', compared.unknown.length === 0, compared.unknown)
  } finally {
    rmSync(clean, { recursive: true, force: true })
  }
  return tally

  /** Until it completes; each stop on the way must be a clear one. The same for what undoes it. */
  async function oneTrack(round: number, home: string, sandbox: Sandbox): Promise<void> {
    const place = ['--track', track, '--home', home, '--via', 'api', '-o', 'json']
    const followed = await followPolicies(sandbox.kubeconfigPath)
    try {
      await untilDone(`round ${round}: run`, ['run', '--auto', ...place], isClearStop)
      for (let time = 0; time < 2; time++) {
        const status = await run(['status', ...place])
        const step = status.code === 0 ? JSON.parse(status.stdout).step : null
        const isTrue = step === null ? isOneError(status) : step === lastStep
        check(`round ${round}: status says ${step === null ? 'why it cannot tell' : `step ${step}`}`, isTrue, [
          status.stderr,
          status.stdout,
        ])
      }
      const injected = sandbox.faultsInjected!
      const isMet = (kind: FaultKind) => rate === 0 || (injected()[kind] ?? 0) > 0
      await followed.meet(() => isMet('discovery-partial') && isMet('watch-drop'))
      const missed = await followed.missing()
      check(`round ${round}: a watch that was dropped missed nothing`, missed.length === 0, missed)
    } finally {
      await followed.close()
    }
    await untilDone(`round ${round}: reset`, ['reset', '--yes', ...place], isOneError)
  }

  async function untilDone(what: string, args: string[], isClear: (ended: Ended) => boolean): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const ended = await run(args)
      told.push(...verdictsOf(eventsOf(ended.stdout)))
      if (ended.code === 0) {
        check(`${what} completes${attempt === 1 ? '' : ` after ${attempt - 1} stops`}`, true)
        return
      }
      check(`${what} stops clearly: ${stopOf(ended).slice(0, 300)}`, isClear(ended), [
        `exit code ${ended.code ?? ended.signal}`,
        ended.stderr,
        ...eventsOf(ended.stdout)
          .slice(-3)
          .map((event) => JSON.stringify(event)),
      ])
    }
    check(`${what} completes`, false, [`not in ${attempts} attempts`])
  }
}

async function dumpOf(home: string): Promise<string[]> {
  const sandbox = await createSandbox({ home, calico: '3.32', timeScale: 0 })
  try {
    await sandbox.settled!()
    return await dumpSandbox(sandbox.kubeconfigPath)
  } finally {
    await sandbox.close()
  }
}

function isEnough(told: readonly Told[], probes: number): boolean {
  return told.length >= probes && told.filter(({ expected }) => expected === 'blocked').length >= probes * 0.3
}
