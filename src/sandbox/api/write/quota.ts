import type { ResourceId, Store } from '../../contracts.ts'

/** Names a quota may limit by count: the plain ones, and `count/RESOURCE` for everything. */
const PLAIN = new Set(['pods', 'services', 'configmaps', 'secrets', 'persistentvolumeclaims', 'resourcequotas'])

type Objects = Pick<Store, 'list'>

/** The resource a quota's name counts; undefined for compute resources, which nothing in here uses up. */
export function countedBy(name: string): ResourceId | undefined {
  if (name.startsWith('count/')) return name.slice('count/'.length)
  return PLAIN.has(name) ? name : undefined
}

export function usedOf(store: Objects, resource: ResourceId, namespace: string): number {
  const objects = store.list(resource, namespace)
  if (resource !== 'pods') return objects.length
  // Pods that have ended no longer count.
  return objects.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed').length
}

/** The words of the ResourceQuota plug-in when one more object would be too many. */
export function quotaRefusal(store: Objects, resource: ResourceId, namespace: string): string | undefined {
  for (const quota of store.list('resourcequotas', namespace)) {
    for (const [name, limit] of Object.entries((quota.spec?.hard ?? {}) as Record<string, string | number>)) {
      if (countedBy(name) !== resource) continue
      const used = usedOf(store, resource, namespace)
      if (used + 1 <= Number(limit)) continue
      return `exceeded quota: ${quota.metadata.name}, requested: ${name}=1, used: ${name}=${used}, limited: ${name}=${limit}`
    }
  }
  return undefined
}
