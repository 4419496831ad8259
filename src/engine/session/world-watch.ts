/** The cluster's objects as they change, whoever changes them: one watch per kind, announced once things are quiet. */
import type { KindRef, KubeObject, WatchEvent } from '../../cluster/port.ts'
import type { EngineDeps } from '../deps.ts'
import { createSnapshot, refKey, refOf, type Snapshot, servedKinds, statusOf } from '../snapshot.ts'

export interface WorldWatch {
  /** Resolves when every kind was read once. */
  readonly ready: Promise<void>
  snapshot(): Snapshot
  connection(): { ok: true } | { ok: false; reason: string }
}

/** Changes within this time are announced together. */
const quietMs = 150

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

  function changed(): void {
    current = null
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
    const typed = (object: KubeObject) => (object.kind ? object : { ...object, ...kind })
    if (event.type === 'lost') {
      lost.set(name, event.reason)
      onChange()
      return
    }
    lost.delete(name)
    if (event.type === 'synced') {
      byKind.set(name, new Map(event.objects.map(typed).map((object) => [refKey(refOf(object)), object])))
    } else {
      const objects = byKind.get(name) ?? new Map<string, KubeObject>()
      const object = typed(event.object)
      if (event.type === 'deleted') objects.delete(refKey(refOf(object)))
      else objects.set(refKey(refOf(object)), object)
      byKind.set(name, objects)
    }
    changed()
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
