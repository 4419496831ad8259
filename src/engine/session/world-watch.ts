/** The cluster's objects as they change, whoever changes them: one watch per kind, announced once things are quiet. */
import type { KindRef, KubeObject, WatchEvent } from '../../cluster/port.ts'
import type { EngineDeps } from '../deps.ts'
import { looksSame } from '../looks-same.ts'
import { createSnapshot, refKey, refOf, type Snapshot, servedKinds, statusOf } from '../snapshot.ts'

export interface WorldWatch {
  /** Resolves when every kind was read once. */
  readonly ready: Promise<void>
  snapshot(): Snapshot
  connection(): { ok: true } | { ok: false; reason: string }
}

/** Changes within this time are announced together. */
const quietMs = 150

/** False when nothing changed that anybody here looks at; the objects kept are then the very same as before. */
function keep(objects: Map<string, KubeObject>, event: Exclude<WatchEvent, { type: 'lost' }>, kind: KindRef): boolean {
  const put = (given: KubeObject): boolean => {
    const object = given.kind ? given : { ...given, ...kind }
    const key = refKey(refOf(object))
    const before = objects.get(key)
    if (before && looksSame(before, object)) return false
    objects.set(key, object)
    return true
  }
  if (event.type === 'deleted') return objects.delete(refKey(refOf({ ...event.object, ...kind })))
  if (event.type !== 'synced') return put(event.object)
  const now = new Set(event.objects.map((object) => refKey(refOf({ ...object, ...kind }))))
  const gone = [...objects.keys()].filter((key) => !now.has(key))
  for (const key of gone) objects.delete(key)
  return event.objects.map(put).includes(true) || gone.length > 0
}

export function createWorldWatch(
  deps: EngineDeps,
  kinds: readonly KindRef[],
  onChange: () => void,
  signal: AbortSignal,
): WorldWatch {
  const byKind = new Map<string, Map<string, KubeObject>>()
  const lost = new Map<string, string>()
  const unread = new Map<string, string>()
  let current: Snapshot | null = null
  let announcing = false

  function announce(): void {
    if (announcing) return
    announcing = true
    deps.sleep(quietMs, signal).then(
      () => {
        announcing = false
        onChange()
      },
      // Closed meanwhile: nobody listens any more.
      () => undefined,
    )
  }

  function take(kind: KindRef, event: WatchEvent): void {
    const name = `${kind.apiVersion}/${kind.kind}`
    if (event.type === 'lost') {
      // Every attempt to come back that fails says so again.
      if (lost.get(name) !== event.reason) announce()
      lost.set(name, event.reason)
      return
    }
    const isBack = lost.delete(name)
    const objects = byKind.get(name) ?? new Map<string, KubeObject>()
    byKind.set(name, objects)
    const isChanged = keep(objects, event, kind)
    if (isChanged) current = null
    if (isChanged || isBack) announce()
  }

  async function start(): Promise<void> {
    const served = await servedKinds(deps.cluster, kinds)
    await Promise.all(
      served.map(
        (kind) =>
          new Promise<void>((resolve, reject) => {
            deps.cluster
              .watch(
                kind,
                {},
                (event) => {
                  take(kind, event)
                  if (event.type === 'synced') resolve()
                },
                signal,
              )
              .then(resolve, (error: unknown) => {
                if (signal.aborted) return resolve()
                if (statusOf(error) === null) return reject(error)
                // Not allowed to see this kind: said where it matters, and everything else goes on.
                unread.set(kind.kind, (error as { message: string }).message)
                resolve()
              })
          }),
      ),
    )
  }

  return {
    ready: start(),
    snapshot() {
      current ??= createSnapshot(
        [...byKind.values()].flatMap((objects) => [...objects.values()]),
        [...unread].map(([kind, message]) => ({ kind, message })),
      )
      return current
    },
    connection() {
      const reason = [...lost.values()][0]
      return reason === undefined ? { ok: true } : { ok: false, reason }
    },
  }
}
