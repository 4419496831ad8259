import type { Change, KubeObject } from '../contracts.ts'
import type { Controller, LifeContext } from './life.types.ts'
import { removeObject } from './removal.ts'

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'

/**
 * Follows owner references: what no living owner is left for is deleted; an object deleted in the foreground waits for
 * its dependents; one deleted with orphans lets go of them first.
 */
export function createGarbageCollector(context: LifeContext): Controller {
  const { store } = context
  /** Everything there is: uid -> `resource|namespace|name`. */
  const alive = new Map<string, string>()
  /** Owner's uid -> `resource|namespace|name` of its dependents. */
  const dependents = new Map<string, Set<string>>()

  const collect = context.reconciler.controller((id) => {
    const [resource, namespace, name] = id.split('|') as [string, string, string]
    const object = store.get(resource, namespace || undefined, name)
    if (!object) return
    const owners = object.metadata.ownerReferences ?? []
    const living = owners.filter(({ uid }) => alive.has(uid))
    if (owners.length > 0 && living.length === 0) removeObject(context, resource, object)
    else if (living.length < owners.length) {
      store.modify(resource, namespace || undefined, name, (draft) => {
        draft.metadata.ownerReferences = living
      })
    }
  })

  const finish = context.reconciler.controller((id) => {
    const [resource, namespace, name] = id.split('|') as [string, string, string]
    const object = store.get(resource, namespace || undefined, name)
    if (!object?.metadata.deletionTimestamp || resource === 'pods' || resource === 'namespaces') return
    const finalizers = object.metadata.finalizers ?? []
    if (finalizers.includes(ORPHAN)) {
      for (const child of childrenOf(object)) disown(child, object.metadata.uid!)
      release(resource, object, ORPHAN)
    } else if (finalizers.includes(FOREGROUND)) {
      const children = childrenOf(object)
      for (const child of children) removeInForeground(child)
      if (children.length === 0) release(resource, object, FOREGROUND)
    } else if (finalizers.length === 0) store.remove(resource, namespace || undefined, name)
  })

  function childrenOf(owner: KubeObject): string[] {
    return [...(dependents.get(owner.metadata.uid!) ?? [])]
  }

  function disown(id: string, uid: string): void {
    const [resource, namespace, name] = id.split('|') as [string, string, string]
    store.modify(resource, namespace || undefined, name, (draft) => {
      const rest = (draft.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid)
      if (rest.length > 0) draft.metadata.ownerReferences = rest
      else delete draft.metadata.ownerReferences
    })
  }

  function removeInForeground(id: string): void {
    const [resource, namespace, name] = id.split('|') as [string, string, string]
    const child = store.get(resource, namespace || undefined, name)
    if (!child || child.metadata.deletionTimestamp) return
    if (childrenOf(child).length > 0) {
      store.modify(resource, namespace || undefined, name, (draft) => {
        draft.metadata.finalizers = [...(draft.metadata.finalizers ?? []), FOREGROUND]
      })
      removeObject(context, resource, store.get(resource, namespace || undefined, name)!)
    } else removeObject(context, resource, child)
  }

  function release(resource: string, object: KubeObject, finalizer: string): void {
    const { namespace, name } = object.metadata
    const rest = (object.metadata.finalizers ?? []).filter((other) => other !== finalizer)
    store.modify(resource, namespace, name, (draft) => {
      if (rest.length > 0) draft.metadata.finalizers = rest
      else delete draft.metadata.finalizers
    })
    if (rest.length === 0) store.remove(resource, namespace, name)
  }

  function index(id: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    for (const { uid } of before?.metadata.ownerReferences ?? []) {
      const known = dependents.get(uid)
      known?.delete(id)
      if (known?.size === 0) dependents.delete(uid)
    }
    for (const { uid } of after?.metadata.ownerReferences ?? []) {
      const known = dependents.get(uid)
      if (known) known.add(id)
      else dependents.set(uid, new Set([id]))
    }
  }

  return {
    onChange({ type, resource, object, previous }: Change) {
      if (resource === 'events') return
      const id = idOf(resource, object)
      const uid = object.metadata.uid!
      if (type === 'DELETED') {
        for (const child of childrenOf(object)) collect(child)
        for (const { uid: owner } of object.metadata.ownerReferences ?? []) waiting(owner)
        index(id, object, undefined)
        alive.delete(uid)
        return
      }
      alive.set(uid, id)
      index(id, previous, object)
      if (type === 'ADDED' && object.metadata.ownerReferences?.length) collect(id)
      if (object.metadata.deletionTimestamp) finish(id)
    },
    onExisting(resource, object) {
      const id = idOf(resource, object)
      alive.set(object.metadata.uid!, id)
      index(id, undefined, object)
      if (object.metadata.ownerReferences?.length) collect(id)
      if (object.metadata.deletionTimestamp) finish(id)
    },
  }

  /** An owner may be waiting for the last of its dependents. */
  function waiting(uid: string): void {
    const owner = alive.get(uid)
    if (owner !== undefined) finish(owner)
  }
}

function idOf(resource: string, object: KubeObject): string {
  return `${resource}|${object.metadata.namespace ?? ''}|${object.metadata.name}`
}
