/** The whole track on a sandbox whose API misbehaves: it completes or stops with one clear error, and no verdict is false. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { FAULT_KINDS } from '../../src/sandbox/faults.ts'
import type { Tally } from './kills.ts'
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

export async function chaosByFaults({ track, probes, rate, random, say }: FaultOptions): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 }
  const check = (what: string, ok: boolean, details: readonly string[] = []) => {
    if (ok) tally.passed++
    else tally.failed++
    say(`${ok ? 'ok  ' : 'FAIL'} ${what}`)
    if (!ok) for (const detail of details.slice(0, 12)) say(`     ${detail.slice(0, 400)}`)
  }
  const auto = (home: string) => ['run', '--track', track, '--auto', '--home', home, '--via', 'api', '-o', 'json']

  const clean = mkdtempSync(join(tmpdir(), 'hw-chaos-'))
  const told: Told[] = []
  const counts = new Map<string, number>()
  let requests = 0
  try {
    const truthful = await run([...auto(clean), '--time-scale', '0'])
    const truth = new Map<string, Verdict>(
      verdictsOf(eventsOf(truthful.stdout)).map(({ key, verdict }) => [key, verdict]),
    )
    check(`without faults: ${truth.size} probes`, truthful.code === 0 && truth.size > 0, [truthful.stderr])

    for (let round = 1; !isEnough(told, probes) && round <= 20; round++) {
      const home = mkdtempSync(join(tmpdir(), 'hw-chaos-'))
      const faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, rate]))
      const sandbox = await createSandbox({ home, calico: '3.32', timeScale, faults, random: random.next })
      try {
        await oneTrack(round, home)
      } finally {
        for (const [kind, count] of Object.entries(sandbox.faultsInjected!()))
          counts.set(kind, (counts.get(kind) ?? 0) + count)
        requests += sandbox.requestsSeen!()
        await sandbox.close()
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

  /** Until it completes; each stop on the way must be a clear one. */
  async function oneTrack(round: number, home: string): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const ended = await run(auto(home))
      told.push(...verdictsOf(eventsOf(ended.stdout)))
      if (ended.code === 0) {
        check(`round ${round}: completes${attempt === 1 ? '' : ` after ${attempt - 1} stops`}`, true)
        break
      }
      check(`round ${round}: stops clearly: ${stopOf(ended).slice(0, 300)}`, isClearStop(ended), [
        `exit code ${ended.code ?? ended.signal}`,
        ended.stderr,
        ...eventsOf(ended.stdout)
          .slice(-3)
          .map((event) => JSON.stringify(event)),
      ])
      if (attempt === attempts) check(`round ${round}: completes`, false, [`not in ${attempts} attempts`])
    }
    const reset = await run(['reset', '--track', track, '--yes', '--home', home, '--via', 'api', '-o', 'json'])
    const isReset = reset.code === 0 || /RESET_INCOMPLETE/.test(reset.stderr) || isOneError(reset)
    check(`round ${round}: reset ${reset.code === 0 ? 'completes' : 'says what it left'}`, isReset, [reset.stderr])
  }
}

function isEnough(told: readonly Told[], probes: number): boolean {
  return told.length >= probes && told.filter(({ expected }) => expected === 'blocked').length >= probes * 0.3
}

/** One error that says where things stand; or a step that failed, whose notice says it, or whose probes name what was not proved. */
function isClearStop(ended: Ended): boolean {
  const events = eventsOf(ended.stdout)
  const last = events.at(-1)
  if (last?.type === 'run-failed')
    return isOneError(ended) && /nothing was done|lines (are|were) done/.test(last.message)
  if (ended.code === 3 && last?.type === 'run-finished')
    return events.some(
      (event) =>
        (event.type === 'notice' && event.text.startsWith('Stopped at')) ||
        (event.type === 'probe-settled' && !event.ok && event.remedy) ||
        (event.type === 'proof-finished' && !event.ok && event.details.length > 0),
    )
  // It did not get as far as a run: then nothing was changed.
  return events.length === 0 && isOneError(ended)
}

function isOneError({ code, stderr }: Ended): boolean {
  const lines = stderr.trim().split('\n')
  return code === 5 && lines.length === 1 && /^\{"v":1,"type":"error"/.test(lines[0]!)
}

function stopOf(ended: Ended): string {
  const events = eventsOf(ended.stdout)
  const wrong = events.findLast(
    (event) =>
      event.type === 'run-failed' ||
      (event.type === 'action-finished' && !event.ok) ||
      (event.type === 'probe-settled' && !event.ok) ||
      (event.type === 'proof-finished' && !event.ok),
  )
  return (wrong?.message ?? wrong?.remedy ?? wrong?.details?.join('; ') ?? ended.stderr).replaceAll('\n', ' ')
}
