import type { KubeObject } from '../contracts.ts'
import type { LifeContext } from './life.types.ts'
import { deletePod } from './pods/pod-actions.ts'
import { stamp } from './stamps.ts'

/** Deletes as a DELETE with Background propagation does: pods gracefully, held objects wait for their finalizers. */
export function removeObject(
  context: Pick<LifeContext, 'store' | 'clock'>,
  resource: string,
  object: KubeObject,
): void {
  const { namespace, name } = object.metadata
  if (resource === 'pods') deletePod(context, object)
  else if ((object.metadata.finalizers ?? []).length === 0) context.store.remove(resource, namespace, name)
  else if (!object.metadata.deletionTimestamp) {
    context.store.modify(resource, namespace, name, (draft) => {
      draft.metadata.deletionTimestamp = stamp(context.clock.now())
    })
  }
}
