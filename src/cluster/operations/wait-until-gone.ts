import type { ObjectRef } from '../port.ts'
import type { OperationContext } from './context.ts'

/** Until the object is gone, or another of the same name stands there. False when it is still there at the end. */
export async function waitUntilGone(
  ref: ObjectRef,
  uid: string | undefined,
  context: OperationContext,
  limitMs = 120_000,
): Promise<boolean> {
  const end = context.now() + limitMs
  for (let round = 0; ; round++) {
    const live = await context.api.get(ref, context.signal)
    if (!live || (uid !== undefined && live.metadata.uid !== uid)) return true
    if (context.now() >= end) return false
    await context.sleep(Math.min(20 * 2 ** round, 1000), context.signal)
  }
}
