/** Another process that works on this track here: looked for when it matters, then followed until it is done. */
import type { Track } from '../../workshop/step.ts'
import type { EngineDeps } from '../deps.ts'
import { type Holder, lockHolder } from '../lock.ts'

export interface HolderWatch {
  /** Who holds it now; from then on `onLook` is called again and again until nobody does. */
  look(): Promise<Holder | null>
}

/** The lock is no kind that is watched: while somebody holds it, it is looked at this often. */
const lookMs = 2_000

export function createHolderWatch(
  deps: EngineDeps,
  track: Track,
  onLook: (holder: Holder | null) => void | Promise<void>,
  signal: AbortSignal,
): HolderWatch {
  let following = false

  async function follow(): Promise<void> {
    for (let holder: Holder | null | undefined; holder !== null; ) {
      await deps.sleep(lookMs, signal)
      // A cluster that does not answer for a moment says nothing about the holder.
      holder = await lockHolder(deps, track).catch(() => undefined)
      if (holder !== undefined) await onLook(holder)
    }
  }

  return {
    async look() {
      const holder = await lockHolder(deps, track)
      if (holder && !following) {
        following = true
        follow()
          // Closed meanwhile: nobody listens any more.
          .catch(() => undefined)
          .finally(() => {
            following = false
          })
      }
      return holder
    },
  }
}
