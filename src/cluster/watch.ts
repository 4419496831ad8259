/** List, then watch from there, for ever: every loss ends in a fresh list, so that nothing is missed silently. */
import type { KubeObject, WatchEvent } from './port.ts'
import { backoffMs, type Sleep } from './retry.ts'
import { describeNetworkError, type Transport } from './transport.ts'

export interface WatchPlan {
  /** The kind is served: where to list and watch it. null: it is not. */
  locate(): Promise<{ path: string; kind: string; apiVersion: string } | null>
  query: Readonly<Record<string, string | undefined>>
}

/** How often a kind that is not served is looked for again. */
const absentKindMs = 20_000
/** The server ends a watch itself after this; silence for longer is a dead connection. */
const watchSeconds = 240

export async function watchForever(
  transport: Transport,
  plan: WatchPlan,
  onEvent: (event: WatchEvent) => void,
  sleep: Sleep,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      const place = await plan.locate()
      if (!place) {
        onEvent({ type: 'synced', objects: [] })
        await sleep(absentKindMs, signal)
        continue
      }
      const list = await transport.json({ method: 'GET', path: place.path, query: plan.query, signal, attempts: 1 })
      const fill = (object: any): KubeObject => ({
        ...object,
        apiVersion: object.apiVersion ?? place.apiVersion,
        kind: object.kind ?? place.kind,
      })
      const known = new Set<string>()
      const objects: KubeObject[] = (list.items ?? []).map(fill)
      for (const object of objects) known.add(object.metadata.uid ?? object.metadata.name)
      onEvent({ type: 'synced', objects })
      failures = 0
      await follow(
        transport,
        place.path,
        plan,
        list.metadata?.resourceVersion ?? '0',
        known,
        fill,
        onEvent,
        sleep,
        signal,
      )
    } catch (error) {
      if (signal.aborted) return
      onEvent({ type: 'lost', reason: describeNetworkError(error) })
      try {
        await sleep(backoffMs(failures++), signal)
      } catch {
        return
      }
    }
  }
}

/** Watches until the server's history no longer reaches back (returns: list again) or the connection fails (throws). */
async function follow(
  transport: Transport,
  path: string,
  plan: WatchPlan,
  from: string,
  known: Set<string>,
  fill: (object: any) => KubeObject,
  onEvent: (event: WatchEvent) => void,
  sleep: Sleep,
  signal: AbortSignal,
): Promise<void> {
  let version = from
  let expired = false
  let empty = 0
  while (!expired && !signal.aborted) {
    // A server that ends every watch at once must not be asked in a tight loop.
    if (empty > 0) await sleep(backoffMs(empty), signal)
    empty++
    await transport.lines(
      {
        method: 'GET',
        path,
        query: {
          ...plan.query,
          watch: 'true',
          resourceVersion: version,
          allowWatchBookmarks: 'true',
          timeoutSeconds: watchSeconds,
        },
        signal,
      },
      (line) => {
        const event = JSON.parse(line)
        // 410 Expired; calico-apiserver says InternalError without a code. Either way: list again.
        if (event.type === 'ERROR') {
          expired = true
          return
        }
        empty = 0
        version = event.object?.metadata?.resourceVersion ?? version
        if (event.type === 'BOOKMARK') return
        const object = fill(event.object)
        const id = object.metadata.uid ?? object.metadata.name
        if (event.type === 'DELETED') {
          known.delete(id)
          onEvent({ type: 'deleted', object })
          return
        }
        // calico-apiserver reports changes of policies as ADDED.
        onEvent({ type: known.has(id) ? 'modified' : 'added', object })
        known.add(id)
      },
      (watchSeconds + 30) * 1000,
    )
  }
}
