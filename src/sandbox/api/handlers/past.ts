import type { KubeObject, ResourceId, Store } from '../../contracts.ts'

/**
 * What a list at an earlier revision would have shown, by taking the changes since then back; null when the history no
 * longer reaches that far. Pages of one list are pages of one moment.
 */
export function objectsAt(
  store: Store,
  resource: ResourceId,
  namespace: string | undefined,
  revision: number,
): KubeObject[] | null {
  const changes = store.since(revision, resource)
  if (changes === null) return null
  const now = store.list(resource, namespace)
  if (changes.length === 0) return now
  const objects = new Map(now.map((object) => [keyOf(object), object]))
  for (const { type, object, previous } of changes.toReversed()) {
    if (namespace !== undefined && object.metadata.namespace !== namespace) continue
    if (type === 'ADDED') objects.delete(keyOf(object))
    else objects.set(keyOf(object), previous!)
  }
  return [...objects.keys()].sort().map((key) => objects.get(key)!)
}

/** As lists are sorted: by namespace, then name, bytewise. */
export function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
}
