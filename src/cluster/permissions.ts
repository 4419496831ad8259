/** Which API rights an operation needs, so that a step is refused before its first change and never half done. */
import { findTypedResource } from './discovery.ts'
import { loadManifest } from './manifest.ts'
import type { ApiSurface, ClusterPort, KindRef, Operation } from './port.ts'

export interface Need {
  verb: string
  group?: string
  resource: string
  subresource?: string
  namespace?: string
  name?: string
}

export function shownNeed({ verb, group, resource, subresource, namespace, name }: Need): string {
  const what = `${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}`
  return `${verb} ${what}${name ? ` "${name}"` : ''}${namespace ? ` in ${namespace}` : ''}`
}

export async function needsOf(operation: Operation, cluster: Pick<ClusterPort, 'surface'>): Promise<Need[]> {
  const { resources } = await cluster.surface()
  switch (operation.kind) {
    case 'apply':
      return (operation.objects ?? loadManifest(operation.path)).flatMap((object) =>
        onObject(resources, object, object.metadata, ['get', 'create', 'patch']),
      )
    case 'delete':
      return loadManifest(operation.path).flatMap((object) =>
        onObject(resources, object, object.metadata, ['get', 'delete']),
      )
    case 'delete-object':
      return onObject(resources, operation.ref, operation.ref, ['get', 'delete'])
    case 'label':
      return onTyped(
        resources,
        operation.resource,
        operation.namespace,
        [operation.name === undefined ? 'list' : 'get', 'patch'],
        operation.name,
      )
    case 'create-namespace':
      return [{ verb: 'create', resource: 'namespaces' }]
    case 'run-pod':
      return [{ verb: 'create', resource: 'pods', namespace: operation.namespace }]
    case 'restart':
      return ['list', 'delete'].map((verb) => ({ verb, resource: 'pods', namespace: operation.namespace }))
    case 'wait':
      return onTyped(resources, operation.resource, operation.namespace, ['get', 'list', 'watch'])
    case 'show':
      // Only looks: a refusal is said there and stops nothing.
      return []
  }
}

type Resources = ApiSurface['resources']

function onObject(
  resources: Resources,
  kind: KindRef,
  place: { name: string; namespace?: string },
  verbs: readonly string[],
): Need[] {
  const resource = resources.get(kind.apiVersion)?.find((one) => one.kind === kind.kind)
  // Not served: another check says so.
  if (!resource) return []
  const group = groupOf(kind.apiVersion)
  return verbs.map((verb) => ({
    verb,
    ...(group ? { group } : {}),
    resource: resource.name,
    ...(resource.namespaced ? { namespace: place.namespace ?? 'default' } : {}),
    // Rights to create cannot name an object.
    ...(verb === 'create' ? {} : { name: place.name }),
  }))
}

function onTyped(
  resources: Resources,
  typed: string,
  namespace: string | undefined,
  verbs: readonly string[],
  name?: string,
): Need[] {
  const found = findTypedResource(resources, typed)
  if (!found) return []
  const group = groupOf(found.apiVersion)
  return verbs.map((verb) => ({
    verb,
    ...(group ? { group } : {}),
    resource: found.name,
    ...(found.namespaced ? { namespace: namespace ?? 'default' } : {}),
    ...(name === undefined ? {} : { name }),
  }))
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0]! : ''
}

/** What of it this user may not do; empty: everything is allowed. Tier rights are not visible this way. */
export async function missingRights(operations: readonly Operation[], cluster: ClusterPort): Promise<Need[]> {
  const needs = [
    ...new Map(
      (await Promise.all(operations.map((operation) => needsOf(operation, cluster))))
        .flat()
        .map((need) => [shownNeed(need), need]),
    ).values(),
  ]
  const allowed = await Promise.all(needs.map((need) => cluster.can(need.verb, need)))
  return needs.filter((_, index) => !allowed[index])
}
