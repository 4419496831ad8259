import type { Track } from '../workshop/step.ts'
import type { EngineDeps } from './deps.ts'
import { provedHere } from './proved-here.ts'
import { readFacts, stepInPlace } from './status.ts'

/**
 * The step a run goes on with: the one that was begun and not proved, else the one after the last that is in place. The cluster has the
 * last word: what is recorded as proved and no longer there is done again.
 */
export async function stepToResume(deps: EngineDeps, track: Track): Promise<number> {
  const first = track.steps[0]?.number ?? 0
  const last = track.steps.at(-1)?.number ?? first
  const inPlace = stepInPlace(await readFacts(deps, track))
  if (inPlace === null) return first
  const passed = new Set(await provedHere(deps, track))
  return Math.min(last, passed.has(inPlace) ? inPlace + 1 : inPlace)
}
