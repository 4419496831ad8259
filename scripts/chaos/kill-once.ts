/** One SIGKILL: at a random moment, or at a random moment of a phase that had none yet. */
import type { Track } from '../../src/workshop/step.ts'
import { type Command, createPhaseReader, lastPhase } from './phases.ts'
import { type Ended, endOf, start } from './program.ts'
import type { Random } from './random.ts'

export type Aim = { afterMs: number } | { phase: string; delayMs: number }

export type Attempt = { killed: true; phase: string } | { killed: false; ended: Ended }

export async function killOnce(command: Command, args: readonly string[], track: Track, aim: Aim): Promise<Attempt> {
  const running = start(args)
  const kill = () => void running.child.kill('SIGKILL')
  let timer: NodeJS.Timeout | undefined
  if ('afterMs' in aim) timer = setTimeout(kill, aim.afterMs)
  else {
    const read = createPhaseReader(command, track)
    let delayMs = aim.delayMs
    const arrive = (phase: string) => {
      if (phase !== aim.phase) {
        if (!timer) return
        // Over too soon this time: sooner the next time it comes.
        clearTimeout(timer)
        timer = undefined
        delayMs /= 2
        return
      }
      if (timer) return
      // At once, not by way of the timer queue: the shortest phases take two milliseconds.
      if (delayMs < 1) kill()
      timer = setTimeout(kill, delayMs)
    }
    if (read({}) === aim.phase) arrive(aim.phase)
    running.onLine((line) => {
      if (line.startsWith('{')) arrive(read(JSON.parse(line)))
    })
  }
  const ended = await endOf(running)
  clearTimeout(timer)
  // Killed, and it had not said that it was done: it was still working.
  const phase = lastPhase(command, track, ended.stdout)
  return ended.signal === 'SIGKILL' && phase !== 'done' ? { killed: true, phase } : { killed: false, ended }
}

/** Milliseconds each phase lasts when nobody is killed, from the times of arrival of a run's lines. */
export async function measurePhases(
  command: Command,
  args: readonly string[],
  track: Track,
): Promise<{ phases: Map<string, number>; ended: Ended }> {
  const running = start(args)
  const read = createPhaseReader(command, track)
  const phases = new Map<string, number>()
  let phase = read({})
  let since = performance.now()
  const visits = new Map<string, number>()
  running.onLine((line) => {
    if (!line.startsWith('{')) return
    const next = read(JSON.parse(line))
    if (next === phase) return
    const now = performance.now()
    phases.set(phase, (phases.get(phase) ?? 0) + now - since)
    visits.set(phase, (visits.get(phase) ?? 0) + 1)
    phase = next
    since = now
  })
  const ended = await endOf(running)
  return { phases: new Map([...phases].map(([name, ms]) => [name, ms / (visits.get(name) ?? 1)])), ended }
}

export function aimAt(phase: string, phases: ReadonlyMap<string, number>, random: Random): Aim {
  // Over before a timer rings.
  if ((phases.get(phase) ?? 0) < 6) return { phase, delayMs: 0 }
  return { phase, delayMs: Math.floor(random.next() ** 2 * Math.min(phases.get(phase) ?? 0, 3_000)) }
}
