/** `timeout SECONDS PROGRAM`: the program's own waiting is counted, so that it holds without simulated waiting, too. */
import type { SimClock } from '../../contracts.ts'
import { Killed, type Program } from '../process.ts'
import { readOptions } from './options.ts'
import { findProgram } from './registry.ts'

const DURATION = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/
const UNIT_MS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds; null for what is no duration. `infinity` is one. */
export function durationOf(text: string): number | null {
  if (text === 'infinity' || text === 'inf') return Number.POSITIVE_INFINITY
  const found = DURATION.exec(text)
  return found === null ? null : Number(found[1]) * (UNIT_MS[found[2] ?? ''] as number)
}

export const timeout: Program = async (process) => {
  const { operands } = readOptions(process.argv.slice(1), { flags: 'fv', values: 'sk', stopAtOperand: true })
  const [limitText = '', name, ...args] = operands
  const limit = durationOf(limitText)
  if (limit === null || name === undefined) {
    process.stderr.write(
      'BusyBox v1.37.0 multi-call binary.\n\nUsage: timeout [-s SIG] [-k KILL_SECS] SECS PROG ARGS\n',
    )
    return 1
  }
  const program = findProgram(process.container, name, process.cwd)
  if (typeof program !== 'function') {
    process.stderr.write(`timeout: can't execute '${name}': No such file or directory\n`)
    return 127
  }
  const over = new AbortController()
  const stopped = new Killed(process.container.image.os === 'debian' ? 124 : 143)
  const forward = (): void => over.abort(process.signal.reason)
  process.signal.addEventListener('abort', forward, { once: true })
  const { clock } = process
  // Without simulated waiting an alarm would ring at once; then only what the program waits for counts.
  const ended = new AbortController()
  const alarm =
    clock.scale === 0
      ? null
      : clock.sleep(limit, ended.signal).then(
          () => over.abort(stopped),
          () => undefined,
        )
  const inner = clock.scale === 0 ? limitedClock(clock, limit, () => over.abort(stopped)) : clock
  try {
    return await program({ ...process, argv: [name, ...args], signal: over.signal, clock: inner })
  } catch (thrown) {
    if (thrown === stopped) return stopped.code
    throw thrown
  } finally {
    process.signal.removeEventListener('abort', forward)
    ended.abort(stopped)
    await alarm
  }
}

/** Sleeps that begin together end together; what follows them comes on top. */
function limitedClock(clock: SimClock, limitMs: number, ring: () => void): SimClock {
  let elapsed = 0
  return {
    scale: clock.scale,
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    async sleep(ms, signal) {
      const end = elapsed + ms
      await clock.sleep(Math.min(ms, limitMs), signal)
      elapsed = Math.max(elapsed, end)
      if (elapsed <= limitMs) return
      ring()
      if (signal?.aborted) throw signal.reason
    },
  }
}
