/** Rounds of: the whole track, killed again and again until it is let through; then reset, the same way; then compare. */
import type { Track } from '../../src/workshop/step.ts'
import { type Aim, aimAt, killOnce, measurePhases } from './kill-once.ts'
import type { Command } from './phases.ts'
import { type ChaosPlace, differences } from './place.ts'
import { type Ended, eventsOf, run } from './program.ts'
import type { Random } from './random.ts'

export interface KillOptions {
  kills: number
  place: ChaosPlace
  track: Track
  random: Random
  say(line: string): void
}

export interface Tally {
  passed: number
  failed: number
}

/** `ask` waits for nobody with --auto and changes nothing: no time passes in it. */
const instant = new Set(['run: ask', 'run: between steps', 'reset: between its lines', 'done'])

export async function chaosByKills({ kills, place, track, random, say }: KillOptions): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 }
  const perPhase = new Map<string, number>()
  // A named cluster may enforce nothing: then blocked pairs flow, and everything else must still hold.
  const patience = place.isSandbox ? [] : ['--keep-going', '--deadline', '2']
  const commands: Record<Command, string[]> = {
    run: ['run', '--track', track.id, '--auto', ...patience, ...place.args, '-o', 'json'],
    reset: ['reset', '--track', track.id, '--yes', ...place.args, '-o', 'json'],
  }
  const check = (what: string, ok: boolean, details: readonly string[] = []) => {
    if (ok) tally.passed++
    else {
      tally.failed++
      say(`FAIL ${what}`)
      for (const detail of details.slice(0, 12)) say(`     ${detail.slice(0, 400)}`)
    }
  }

  const before = await place.dump()
  say('A first time without kills, to see which phases there are:')
  const measured = {
    run: await measurePhases('run', commands.run, track),
    reset: await measurePhases('reset', commands.reset, track),
  }
  for (const command of ['run', 'reset'] as const)
    check(`${command} without kills`, isFine(measured[command].ended, place), why(measured[command].ended))
  check('after it the cluster is as before', ...asBefore(await differences(place, before)))
  const phases = new Map([...measured.run.phases, ...measured.reset.phases])
  // Claims about objects are over at once where no probing follows, and where the cluster answers at once.
  const isShort = (phase: string) => phase === 'run: proofs' && (phases.get(phase) ?? 0) < 1
  const wanted = [...phases.keys()].filter((phase) => !instant.has(phase) && !isShort(phase))
  const total = { run: measured.run.ended.ms, reset: measured.reset.ended.ms }
  say(`  ${[...phases].map(([phase, ms]) => `${phase} ${Math.round(ms)} ms`).join(', ')}`)

  let done = 0
  /** How often a phase was aimed at and did not come: what is done already is not done again. */
  const missed = new Map<string, number>()

  const never = () => wanted.filter((phase) => !perPhase.has(phase))
  /** Phases of this command without a kill, in the order in which they come: the one aimed at leaves the others ahead. */
  const open = (command: Command) =>
    never().filter((phase) => phase.startsWith(`${command}:`) && (missed.get(phase) ?? 0) < 4)
  /** Fewer kills than phases cannot be everywhere. */
  const everywhere = kills >= wanted.length
  const isEnough = () => done >= kills && (!everywhere || never().length === 0 || done >= kills * 2)

  /** Every phase first; then any phase and any moment, by turns: most of the time goes by in few of them. */
  function chooseAim(command: Command): Aim {
    const [next] = open(command)
    if (next !== undefined) return aimAt(next, phases, random)
    const mine = wanted.filter((phase) => phase.startsWith(`${command}:`))
    if (mine.length > 0 && random.next() < 0.5) return aimAt(random.pick(mine), phases, random)
    return { afterMs: random.between(0, Math.round(total[command])) }
  }

  /** As many as there are phases without a kill; few kills are shared between run and reset. */
  function timesOf(command: Command, otherwise: number): number {
    const mine = open(command).length
    if (mine === 0) return otherwise
    const both = open('run').length + open('reset').length
    return command === 'run' ? Math.ceil(Math.min(1, (kills - done) / both) * mine) : mine
  }

  async function strike(command: Command, times: number): Promise<'killed' | 'through'> {
    for (let time = 0; time < times && !isEnough(); time++) {
      const aim = chooseAim(command)
      const attempt = await killOnce(command, commands[command], track, aim)
      if ('phase' in aim && !(attempt.killed && attempt.phase === aim.phase))
        missed.set(aim.phase, (missed.get(aim.phase) ?? 0) + 1)
      if (!attempt.killed) {
        // It came through before the kill: then this was a resume that must have finished.
        check(`${command} that was quicker than its kill`, isFine(attempt.ended, place), why(attempt.ended))
        return 'through'
      }
      done++
      perPhase.set(attempt.phase, (perPhase.get(attempt.phase) ?? 0) + 1)
    }
    return 'killed'
  }

  async function finish(command: Command, round: number): Promise<void> {
    const ended = await run(commands[command])
    check(`round ${round}: ${command} finishes`, isFine(ended, place), why(ended))
  }

  for (let round = 1; !isEnough(); round++) {
    // In every other round the sandbox lives on while its user is killed; in the others it dies with it.
    const apart = place.isSandbox && round % 2 === 0
    if (apart) await place.serve()
    const began = done
    await strike('run', timesOf('run', random.between(3, 8)))
    await finish('run', round)
    const verify = await run(['verify', '--track', track.id, ...place.args, ...patience.slice(1), '-o', 'json'])
    check(`round ${round}: what is in place is proved`, isFine(verify, place), why(verify))
    const status = await run(['status', '--track', track.id, ...place.args, '-o', 'json'])
    check(`round ${round}: status finds nothing amiss`, status.code === 0, why(status))
    if ((await strike('reset', timesOf('reset', random.between(2, 6)))) === 'killed' && random.next() < 0.35) {
      await finish('run', round)
      await strike('reset', random.between(1, 3))
    }
    await finish('reset', round)
    check(`round ${round}: the cluster is as before`, ...asBefore(await differences(place, before)))
    if (apart) await place.stopServing()
    say(`round ${round}${apart ? ' (sandbox apart)' : ''}: ${done - began} kills`)
  }

  say(`${done} kills, in ${wanted.length - never().length} of ${wanted.length} phases:`)
  for (const [phase, count] of [...perPhase].sort(([a], [b]) => a.localeCompare(b))) say(`  ${count} in ${phase}`)
  if (everywhere) check('every phase had a kill', never().length === 0, [`none in: ${never().join('; ')}`])
  else if (never().length > 0) say(`  fewer kills than phases, so not everywhere; none in: ${never().join('; ')}`)
  return tally
}

/** It came to its end, and everything it says holds; on a cluster that enforces nothing, all but what only enforcement can block. */
function isFine({ code, signal, stdout }: Ended, place: ChaosPlace): boolean {
  const events = eventsOf(stdout)
  const last = events.findLast(({ type }) => type === 'run-finished' || type === 'reset-finished')
  if (!last) return false
  // Killed after it had said that it was done: then it was done.
  if (code === 0 || signal === 'SIGKILL') return last.ok === true
  return (
    !place.isSandbox &&
    code === 3 &&
    events.every((event) => event.type !== 'action-finished' || event.ok) &&
    events.every(
      (event) =>
        event.type !== 'probe-settled' || event.ok || (event.expected === 'blocked' && event.actual === 'open'),
    )
  )
}

function asBefore(lines: readonly string[]): [boolean, readonly string[]] {
  return [lines.length === 0, lines]
}

/** What a process said that did not end well: its errors, and what its events call wrong. */
function why({ code, signal, stdout, stderr }: Ended): string[] {
  const wrong = eventsOf(stdout).flatMap((event) => {
    if (event.type === 'probe-settled' && !event.ok)
      return [
        `step ${event.step}: ${event.probe.id}: expected ${event.expected}, got ${event.actual}; ${event.remedy ?? ''}`,
      ]
    if (event.type === 'proof-finished' && !event.ok)
      return [`step ${event.step}: ${event.title}: ${event.details.join(' | ')}`]
    if (event.type === 'action-finished' && !event.ok) return [`step ${event.step}: ${event.action}: ${event.message}`]
    if (event.findings) return event.findings.map((finding: { text: string }) => finding.text)
    return []
  })
  return [`exit code ${code ?? signal}`, ...stderr.trim().split('\n').filter(Boolean), ...wrong]
}
