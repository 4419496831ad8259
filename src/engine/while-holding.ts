import { trackNotPossible } from '../errors/catalog/engine.ts'
import { takeLock } from './lock.ts'
import { createRecorder } from './reset/journal.ts'
import type { Work } from './scope.ts'

/**
 * Work that changes the cluster: checked to be possible at all, with the lock held (two runners notice each other), and
 * every change written down before it is made.
 */
export async function* whileHolding<T, R>(
  work: Work,
  run: (holding: Work) => AsyncGenerator<T, R>,
): AsyncGenerator<T, R> {
  const { deps, track } = work
  await requireFeature(work)
  // A caller that keeps the journal holds the lock as well.
  if (work.recorder) return yield* run(work)
  const lock = deps.self ? await takeLock(deps, track, deps.self) : null
  try {
    const signal = lock ? AbortSignal.any([work.signal, lock.lost]) : work.signal
    return yield* run({ ...work, signal, recorder: createRecorder(deps, track) })
  } finally {
    // A cluster that no longer answers must not hide why the work ended; the lock goes stale by itself.
    await lock?.release().catch(() => undefined)
  }
}

async function requireFeature({ deps, track }: Work): Promise<void> {
  if (!track.requires) return
  const { features } = await deps.cluster.surface()
  if (!features[track.requires.feature]) throw trackNotPossible(track.requires.message)
}
