import type { Change, KubeObject, Store } from '../../contracts.ts'
import type { ApiContext } from '../context.ts'
import type { ResourceType } from '../registry/resource-type.ts'

export interface Dependent {
  type: ResourceType
  object: KubeObject
}

function isOwnedBy(object: KubeObject, uid: string): boolean {
  return (object.metadata.ownerReferences ?? []).some((reference) => reference.uid === uid)
}

/** Objects that name this one as owner. */
export function dependentsOf(context: ApiContext, owner: KubeObject): Dependent[] {
  const { uid, namespace } = owner.metadata
  if (!uid) return []
  const found: Dependent[] = []
  for (const type of context.registry.resources) {
    if (type.storedAs !== type.id) continue
    for (const object of context.store.list(type.id, type.namespaced ? namespace : undefined)) {
      if (isOwnedBy(object, uid)) found.push({ type, object })
    }
  }
  return found
}

/** `--cascade=orphan`: dependents forget their owner and stay. */
export function orphanDependents(store: Store & { resources?(): string[] }, owner: KubeObject): void {
  for (const resource of store.resources?.() ?? []) {
    for (const object of store.list(resource)) {
      if (!isOwnedBy(object, owner.metadata.uid!)) continue
      store.modify(resource, object.metadata.namespace, object.metadata.name, (draft) => {
        const rest = draft.metadata.ownerReferences!.filter((reference) => reference.uid !== owner.metadata.uid)
        if (rest.length > 0) draft.metadata.ownerReferences = rest
        else delete draft.metadata.ownerReferences
      })
    }
  }
}

/**
 * Foreground deletion: an owner marked `foregroundDeletion` goes when its last dependent has gone. Returns the function
 * that stops watching.
 */
export function finishForegroundDeletions(context: ApiContext): () => void {
  return context.store.subscribe((change: Change) => {
    if (change.type !== 'DELETED') return
    for (const reference of change.object.metadata.ownerReferences ?? []) {
      const type = context.registry.byKind(reference.apiVersion, reference.kind)
      if (!type) continue
      const owner = context.store.get(
        type.storedAs,
        type.namespaced ? change.object.metadata.namespace : undefined,
        reference.name,
      )
      if (!owner || owner.metadata.uid !== reference.uid) continue
      if (!owner.metadata.finalizers?.includes('foregroundDeletion') || dependentsOf(context, owner).length > 0)
        continue
      const rest = owner.metadata.finalizers.filter((finalizer) => finalizer !== 'foregroundDeletion')
      if (rest.length === 0) context.store.remove(type.storedAs, owner.metadata.namespace, owner.metadata.name)
      else
        context.store.modify(type.storedAs, owner.metadata.namespace, owner.metadata.name, (draft) => {
          draft.metadata.finalizers = rest
        })
    }
  })
}
