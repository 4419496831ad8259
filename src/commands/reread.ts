import { type BigIntStats, statSync } from 'node:fs'

/** A file touched so shortly before it was read may be written again without looking different: clocks of file systems are coarse. */
const settledMs = 100

type Outcome<Read> = { value: Read } | { error: unknown }

/**
 * Reads files anew only when they look different (size, times, inode): asking costs a fraction of reading. What reading
 * throws is thrown again as long as the file stays as it is.
 */
export function createReread<Read>(read: (path: string) => Read, now: () => number = Date.now): (path: string) => Read {
  const known = new Map<string, { stamp: string; outcome: Outcome<Read> }>()
  return (path) => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (!stat) {
      known.delete(path)
      return read(path)
    }
    const stamp = stampOf(stat)
    const found = known.get(path)
    if (found?.stamp === stamp) return unwrap(found.outcome)
    const isSettled = now() - Number(stat.ctimeMs) > settledMs
    const outcome = attempt(read, path)
    if (isSettled) known.set(path, { stamp, outcome })
    else known.delete(path)
    return unwrap(outcome)
  }
}

function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
}

function attempt<Read>(read: (path: string) => Read, path: string): Outcome<Read> {
  try {
    return { value: read(path) }
  } catch (error) {
    return { error }
  }
}

function unwrap<Read>(outcome: Outcome<Read>): Read {
  if ('error' in outcome) throw outcome.error
  return outcome.value
}
