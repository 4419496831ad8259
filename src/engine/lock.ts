/**
 * Two runners on one cluster and track notice each other by a ConfigMap: creating it is atomic, taking over a stale one
 * is guarded by its resourceVersion. The holder renews it; one that is not renewed, or whose process is gone, is stale.
 */
import { lockHeld, recordsNotAllowed } from '../errors/catalog/engine.ts'
import type { Track } from '../workshop/step.ts'
import type { EngineDeps, RunnerIdentity } from './deps.ts'
import { ensureStateNamespace, leaveStateNamespace, stateNamespace } from './reset/state-namespace.ts'
import { statusOf } from './snapshot.ts'

export interface Holder {
  host: string
  pid: number
  since: string
}

export interface Lock {
  /** Set when another runner took over; the work should stop then. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

const staleAfterMs = 30_000
const renewEveryMs = 10_000

/** Throws LOCK_HELD, which names the holder, when another live runner has it. */
export async function takeLock(deps: EngineDeps, track: Track, self: RunnerIdentity): Promise<Lock> {
  const { cluster, clock } = deps
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: stateNamespace, name: `lock-${track.id}` }
  const since = clock.now().toISOString()
  const data = () => ({ host: self.host, pid: String(self.pid), since, renewed: clock.now().toISOString() })
  try {
    await ensureStateNamespace(deps)
  } catch (error) {
    throw statusOf(error) === 403 ? recordsNotAllowed(error as Error) : error
  }
  for (let attempt = 0; ; attempt++) {
    try {
      const { apiVersion, kind, ...metadata } = ref
      await cluster.create({ apiVersion, kind, metadata, data: data() })
      break
    } catch (error) {
      if (isEnding(error) && attempt <= 5) {
        await ensureStateNamespace(deps)
        continue
      }
      if (statusOf(error) === 403) {
        await leaveStateNamespace(deps)
        throw recordsNotAllowed(error as Error)
      }
      if (statusOf(error) !== 409) throw error
    }
    const live = await cluster.get(ref)
    if (!live) continue
    const holder = readHolder(live.data)
    if (holder && !isOurs(holder, self) && !isStale(deps, holder, self)) throw lockHeld(holder, cluster.context)
    try {
      await cluster.patch(ref, { metadata: { resourceVersion: live.metadata.resourceVersion }, data: data() })
      break
    } catch (error) {
      // Somebody was faster, or has just released it: look again.
      const status = statusOf(error)
      if ((status !== 409 && status !== 404) || attempt > 5) throw error
    }
  }
  const lost = new AbortController()
  const renewing = new AbortController()
  const renewed = renew()
  return {
    lost: lost.signal,
    async release() {
      renewing.abort()
      await renewed
      if (lost.signal.aborted) return
      const live = await cluster.get(ref)
      const holder = live && readHolder(live.data)
      if (!holder || !isOurs(holder, self)) return
      await cluster.delete(ref)
      await leaveStateNamespace(deps)
    },
  }

  async function renew(): Promise<void> {
    while (!renewing.signal.aborted) {
      try {
        await deps.sleep(renewEveryMs, renewing.signal)
        const live = await cluster.get(ref)
        const holder = live && readHolder(live.data)
        if (holder && !isOurs(holder, self)) {
          lost.abort(lockHeld(holder, cluster.context))
          return
        }
        if (live) await cluster.patch(ref, { data: data() })
      } catch (error) {
        // A renewal that fails is tried again; stale only after three of them.
        if (renewing.signal.aborted) return
        if (statusOf(error) === null && !(error instanceof Error)) throw error
      }
    }
  }
}

/** Who holds it right now, for a runner that only watches. */
export async function lockHolder(deps: EngineDeps, track: Track): Promise<Holder | null> {
  const live = await deps.cluster
    .get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: stateNamespace, name: `lock-${track.id}` })
    .catch((error: unknown) => {
      // Who may not look cannot tell.
      if (statusOf(error) === 403) return null
      throw error
    })
  const holder = live ? readHolder(live.data) : null
  return holder && deps.self && (isOurs(holder, deps.self) || isStale(deps, holder, deps.self)) ? null : holder
}

/** Refused only because somebody who was here before us has just left. */
function isEnding(error: unknown): boolean {
  return statusOf(error) === 403 && /being terminated/.test((error as Error).message)
}

type HeldBy = Holder & { renewed: string }

function readHolder(data: unknown): HeldBy | null {
  if (data === null || typeof data !== 'object') return null
  const { host, pid, since, renewed } = data as Record<string, unknown>
  if (typeof host !== 'string' || typeof pid !== 'string' || typeof since !== 'string' || typeof renewed !== 'string')
    return null
  return { host, pid: Number(pid), since, renewed }
}

function isOurs(holder: Holder, self: RunnerIdentity): boolean {
  return holder.host === self.host && holder.pid === self.pid
}

function isStale({ clock }: EngineDeps, holder: HeldBy, self: RunnerIdentity): boolean {
  if (holder.host === self.host && !self.isAlive(holder.pid)) return true
  const renewed = Date.parse(holder.renewed)
  return Number.isNaN(renewed) || clock.now().getTime() - renewed > staleAfterMs
}
