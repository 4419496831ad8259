import { join } from 'node:path'
import type { WorkshopEvent } from '../engine/events.ts'
import { loadJson, saveJson } from './json-file.ts'

/** `from to` (workload and service) -> what the last probe of the pair saw. */
export type Measured = Map<string, string>

const file = (home: string, uid: string) =>
  join(home, 'clusters', uid.replaceAll(/[^A-Za-z0-9_-]/g, '_'), 'measured.json')

export async function loadMeasured(home: string, uid: string): Promise<Measured> {
  const kept = await loadJson(file(home, uid))
  const pairs =
    kept && typeof kept === 'object'
      ? Object.entries(kept).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
      : []
  return new Map(pairs)
}

/** Adds what these probes saw to what is kept for the cluster. */
export async function saveMeasured(home: string, uid: string, seen: Measured): Promise<void> {
  if (seen.size === 0) return
  const all = new Map([...(await loadMeasured(home, uid)), ...seen])
  await saveJson(file(home, uid), Object.fromEntries(all))
}

/** Passes events on and notes what the probes between workloads and services saw. */
export async function* noteMeasured<Result>(
  events: AsyncGenerator<WorkshopEvent, Result>,
  seen: Measured,
): AsyncGenerator<WorkshopEvent, Result> {
  let next = await events.next()
  for (; !next.done; next = await events.next()) {
    const event = next.value
    if (event.type === 'probe-settled' && event.set === 'matrix' && event.probe.to.service) {
      seen.set(`${event.probe.from.workload} ${event.probe.to.service}`, event.actual)
    }
    yield event
  }
  return next.value
}
