/** Where the cluster stands, again whenever that changes: for whoever watches another runner, and changes nothing. */
import type { Track } from '../workshop/step.ts'
import type { EngineDeps } from './deps.ts'
import { type Holder, lockHolder } from './lock.ts'
import { provedHere } from './proved-here.ts'
import { createWorldWatch } from './session/world-watch.ts'
import { computeStatus, requireSeen, type StatusReport, statusKinds } from './status.ts'

export interface Standing extends StatusReport {
  /** Another process that works on this track here. */
  holder: Holder | null
}

/** The lock is no kind that is watched: it is looked at this often. */
const lookMs = 2_000

/** Ends when the signal aborts. */
export async function* watchStatus(deps: EngineDeps, track: Track, signal: AbortSignal): AsyncGenerator<Standing> {
  let wake: () => void = () => undefined
  const world = createWorldWatch(deps, statusKinds(track, deps.files), () => wake(), signal)
  await world.ready
  const { features } = await deps.cluster.surface()
  for (let last = ''; !signal.aborted; ) {
    const changed = new Promise<void>((resolve) => {
      wake = resolve
    })
    const snapshot = world.snapshot()
    requireSeen(snapshot, deps, track)
    const report = computeStatus({ deps, track, features, snapshot }, await provedHere(deps, track))
    const standing = { ...report, holder: await lockHolder(deps, track) }
    const text = JSON.stringify(standing)
    if (text !== last) yield standing
    last = text
    await Promise.race([changed, deps.sleep(lookMs, signal).catch(() => undefined)])
  }
}
