import { applyDefaults } from '../../api/defaults/defaults.ts'
import type { KubeObject, ResourceId, Store } from '../../contracts.ts'

export interface SeedObject {
  resource: ResourceId
  object: KubeObject
}

/** Stores what is not there yet, with the defaults the API server would fill in. */
export function plant(store: Store, objects: readonly SeedObject[]): void {
  for (const { resource, object } of objects) {
    if (store.get(resource, object.metadata.namespace, object.metadata.name)) continue
    store.create(resource, applyDefaults(resource, structuredClone(object), { store }))
  }
}

export function seed(
  resource: ResourceId,
  apiVersion: string,
  kind: string,
  name: string,
  namespace: string | undefined,
  rest: { labels?: Record<string, string>; annotations?: Record<string, string>; [key: string]: any },
): SeedObject {
  const { labels, annotations, ...body } = rest
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
  }
  return { resource, object: { kind, apiVersion, metadata, ...body } }
}
