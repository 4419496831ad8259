/** A deletion that somebody's finalizer holds up: it is not waited for without end, and does not pass for done. */
import type { KubeObject, ObjectRef, OperationResult } from '../../cluster/port.ts'
import type { Scope } from '../scope.ts'

const lookMs = 500

/** Runs a deletion; gives up when the object is still held after the usual deadline. */
export async function unlessHeldUp(
  { deps, signal }: Pick<Scope, 'deps' | 'signal'>,
  ref: ObjectRef,
  run: (signal: AbortSignal) => Promise<OperationResult>,
): Promise<OperationResult> {
  const over = new AbortController()
  const both = AbortSignal.any([signal, over.signal])
  const running = run(both)
  const holding = watchHolders(both)
  try {
    const first = await Promise.race<OperationResult | readonly string[]>([
      running,
      holding.then(async (holders) => holders ?? running),
    ])
    if ('ok' in first) return first
    over.abort()
    await running.catch(() => undefined)
    return { ok: false, exitCode: 1, ...heldUp(ref, first) }
  } finally {
    over.abort()
  }

  async function watchHolders(until: AbortSignal): Promise<readonly string[] | null> {
    for (let waited = 0; !until.aborted; waited += lookMs) {
      try {
        await deps.sleep(lookMs, until)
        const live = waited + lookMs >= deps.options.deadlineMs ? await deps.cluster.get(ref) : undefined
        if (live === null) return null
        const holders = live ? holdersOf(live) : []
        if (holders.length > 0) return holders
      } catch {
        // Cut off, or a cluster that does not answer: the deletion itself says so.
        if (until.aborted) return null
      }
    }
    return null
  }
}

/** What keeps an object that is being deleted from going; of a namespace, what keeps its content. */
export function holdersOf({ kind, metadata, status }: KubeObject): readonly string[] {
  if (metadata.deletionTimestamp === undefined) return []
  if (kind !== 'Namespace') return metadata.finalizers ?? []
  const conditions: { type: string; status: string; message?: string }[] = status?.conditions ?? []
  const stuck = conditions.find((one) => one.type === 'NamespaceFinalizersRemaining' && one.status === 'True')
  return stuck ? [`what is in it (${stuck.message ?? 'finalizers remain'})`] : []
}

function heldUp({ kind, namespace, name }: ObjectRef, holders: readonly string[]): { message: string; hint: string } {
  return {
    message: `${kind} ${namespace ? `${namespace}/` : ''}${name} is being deleted and does not go: held by ${holders.join(', ')}, which the workshop did not put there.`,
    hint: 'It goes by itself as soon as whoever holds it lets go of it (metadata.finalizers).',
  }
}
