/** Which API rights an operation needs, so that a step is refused before its first change and never half done. */
import { findTypedResource } from './discovery.ts'
import { loadManifest } from './manifest.ts'
import type { ApiSurface, ClusterPort, KindRef, Operation } from './port.ts'
import { isAboutTier, tierQuestions, tierRefusal } from './tier-rights.ts'

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

/** What `kubectl auth can-i '*' '*'` asks: an administrator has every right below it too. */
const everything: Need = { verb: '*', group: '*', resource: '*' }

/**
 * Those of the needs that are refused. One question settles it for administrators. Else asked without names first, which
 * is one question for many objects; with names only where that is refused, because a role may allow just these.
 */
export async function refusedNeeds(needs: readonly Need[], may: (need: Need) => Promise<boolean>): Promise<Need[]> {
  if (needs.length === 0 || (await may(everything))) return []
  const asked = new Map<string, Promise<boolean>>()
  const once = (need: Need) => {
    const key = shownNeed(need)
    const answer = asked.get(key) ?? may(need)
    asked.set(key, answer)
    return answer
  }
  const allowed = await Promise.all(
    needs.map(async (need) => {
      const { name, ...general } = need
      return (await once(general)) || (name !== undefined && (await once(need)))
    }),
  )
  const refused = needs.filter((_, index) => !allowed[index])
  return [...new Map(refused.map((need) => [shownNeed(need), need])).values()]
}

/** What of these operations this user may not do, as sentences; empty: everything is allowed. Tier rights included. */
export async function refusalsOf(
  operations: readonly Operation[],
  cluster: Pick<ClusterPort, 'surface' | 'can' | 'create'>,
): Promise<string[]> {
  const { features } = await cluster.surface()
  const needs = (await Promise.all(operations.map((operation) => needsOf(operation, cluster)))).flat()
  const [refused, tiers] = await Promise.all([
    refusedNeeds(needs, (need) => cluster.can(need.verb, need)),
    Promise.all((features.tiers ? tierQuestions(operations) : []).map((question) => tierRefusal(cluster, question))),
  ])
  return [...refused.map(shownNeed), ...new Set(tiers.filter((text) => text !== null).filter(isAboutTier))]
}
