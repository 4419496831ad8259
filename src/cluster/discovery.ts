/** What the API serves, by aggregated discovery (two requests), else group by group as older servers answer. */
import type { ApiSurface, KindRef } from './port.ts'
import type { Transport } from './transport.ts'

export type Resource = { name: string; kind: string; namespaced: boolean; verbs: readonly string[] }
export type Resources = Map<string, readonly Resource[]>

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const accept = [aggregated, aggregated.replace('v=v2', 'v=v2beta1'), 'application/json'].join(',')

export async function readDiscovery(transport: Transport, signal?: AbortSignal): Promise<Resources> {
  const [core, groups] = await Promise.all(
    ['/api', '/apis'].map((path) => transport.json({ method: 'GET', path, accept, signal })),
  )
  const resources: Resources = new Map()
  if (core.kind === 'APIGroupDiscoveryList') addAggregated(resources, core)
  else await addLegacy(transport, resources, ['v1'], signal)
  if (groups.kind === 'APIGroupDiscoveryList') addAggregated(resources, groups)
  else
    await addLegacy(
      transport,
      resources,
      (groups.groups ?? []).flatMap((group: any) => group.versions.map((version: any) => version.groupVersion)),
      signal,
    )
  return resources
}

function addAggregated(resources: Resources, list: any): void {
  for (const group of list.items ?? []) {
    const name: string = group.metadata?.name ?? ''
    for (const version of group.versions ?? []) {
      // A group whose API server is away is listed as Stale without resources: not served.
      if (!version.resources) continue
      resources.set(
        name ? `${name}/${version.version}` : version.version,
        version.resources.map((resource: any) => ({
          name: resource.resource,
          kind: resource.responseKind?.kind ?? '',
          namespaced: resource.scope === 'Namespaced',
          verbs: resource.verbs ?? [],
        })),
      )
    }
  }
}

async function addLegacy(
  transport: Transport,
  resources: Resources,
  groupVersions: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  await Promise.all(
    groupVersions.map(async (groupVersion) => {
      const path = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`
      try {
        const list = await transport.json({ method: 'GET', path, signal, attempts: 2 })
        resources.set(
          groupVersion,
          (list.resources ?? [])
            .filter((resource: any) => !resource.name.includes('/'))
            .map((resource: any) => ({
              name: resource.name,
              kind: resource.kind,
              namespaced: resource.namespaced,
              verbs: resource.verbs ?? [],
            })),
        )
      } catch (error) {
        // One broken aggregated API must not hide all others.
        if (signal?.aborted) throw error
      }
    }),
  )
}

export function findResource(resources: ApiSurface['resources'], ref: KindRef): Resource | null {
  return (
    resources.get(ref.apiVersion)?.find((resource) => resource.kind === ref.kind && !resource.name.includes('/')) ??
    null
  )
}

/** As typed to kubectl: `pods`, `pod`, `deployments.apps`, `globalnetworkpolicies.projectcalico.org`. */
export function findTypedResource(resources: ApiSurface['resources'], typed: string): (KindRef & Resource) | null {
  const dot = typed.indexOf('.')
  const [word, group] =
    dot < 0 ? [typed.toLowerCase(), null] : [typed.slice(0, dot).toLowerCase(), typed.slice(dot + 1)]
  for (const [groupVersion, list] of resources) {
    const ownGroup = groupVersion.includes('/') ? groupVersion.split('/')[0]! : ''
    if (group !== null && ownGroup !== group) continue
    const found = list.find(
      (resource) =>
        resource.name === word || resource.kind.toLowerCase() === word || shortNames[word] === resource.name,
    )
    if (found) return { apiVersion: groupVersion, ...found }
  }
  return null
}

const shortNames: Record<string, string> = {
  po: 'pods',
  ns: 'namespaces',
  svc: 'services',
  deploy: 'deployments',
  rs: 'replicasets',
  cm: 'configmaps',
  sa: 'serviceaccounts',
  no: 'nodes',
  netpol: 'networkpolicies',
  gnp: 'globalnetworkpolicies',
}

/** The URL path of a resource, or of one object of it. */
export function resourcePath(
  ref: KindRef,
  resource: Resource,
  place: { namespace?: string | undefined; name?: string | undefined },
): string {
  const root = ref.apiVersion.includes('/') ? `/apis/${ref.apiVersion}` : `/api/${ref.apiVersion}`
  const namespace =
    resource.namespaced && place.namespace !== undefined ? `/namespaces/${encodeURIComponent(place.namespace)}` : ''
  const name = place.name === undefined ? '' : `/${encodeURIComponent(place.name)}`
  return `${root}${namespace}/${resource.name}${name}`
}
