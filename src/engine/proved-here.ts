import type { Track } from '../workshop/step.ts'
import type { EngineDeps } from './deps.ts'
import { recordKey, recordRef } from './reset/state-namespace.ts'
import { statusOf } from './snapshot.ts'

/**
 * Steps proved on this cluster. Without a record in the cluster it was reset since, perhaps from another machine, and
 * what is remembered here is about a state that is gone; but for what was proved without one, when somebody had typed
 * every line.
 */
export async function provedHere(deps: EngineDeps, track: Track): Promise<readonly number[]> {
  const passed = (await deps.progress?.passed()) ?? []
  if (passed.length === 0 || (await isRecorded(deps, track))) return passed
  return (await deps.progress?.byHand?.()) ?? []
}

/** Writes down how the proof of a step ended, also when the cluster does not answer just now. */
export async function recordProof(deps: EngineDeps, track: Track, step: number, ok: boolean): Promise<void> {
  const isByHand = ok && !(await isRecorded(deps, track).catch(() => true))
  await deps.progress?.record(step, ok, isByHand)
}

/** Whether the cluster says that this program has changed it. Who may not look cannot tell, and takes it for so. */
async function isRecorded(deps: EngineDeps, track: Track): Promise<boolean> {
  try {
    const live = await deps.cluster.get(recordRef)
    return live?.data?.[recordKey(track)] !== undefined
  } catch (error) {
    if (statusOf(error) === 403) return true
    throw error
  }
}
