/** What the API serves, by aggregated discovery (two requests), else group by group as older servers answer. */
import { ApiRefusal } from '../errors/catalog/cluster.ts'
import type { ApiSurface, KindRef } from './port.ts'
import type { Transport } from './transport.ts'

export type Resource = { name: string; kind: string; namespaced: boolean; verbs: readonly string[] }
export type Resources = Map<string, readonly Resource[]>

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const accept = [aggregated, aggregated.replace('v=v2', 'v=v2beta1'), 'application/json'].join(',')

export interface Discovery {
  resources: Resources
  /** Groups whose server does not answer at the moment: what they serve is not known, which is not "nothing". */
  failed: ReadonlyMap<string, ApiRefusal>
}

export async function readDiscovery(transport: Transport, signal?: AbortSignal): Promise<Discovery> {
  const resources: Resources = new Map()
  const failed = new Map<string, ApiRefusal>()
  const [core, groups] = await Promise.all(['/api', '/apis'].map((path) => readRoot(transport, path, signal)))
  const named = (groups.groups ?? []).flatMap((group: any) =>
    group.versions.map((version: any) => version.groupVersion),
  )
  if (core.kind === 'APIGroupDiscoveryList') addAggregated(resources, failed, core)
  else await addLegacy(transport, resources, failed, ['v1'], signal)
  if (groups.kind === 'APIGroupDiscoveryList') addAggregated(resources, failed, groups)
  else await addLegacy(transport, resources, failed, named, signal)
  return { resources, failed }
}

async function readRoot(transport: Transport, path: string, signal?: AbortSignal): Promise<any> {
  try {
    return await transport.json({ method: 'GET', path, accept, signal })
  } catch (error) {
    // Some proxies in front of an API server know only the plain form.
    if (error instanceof ApiRefusal && error.status === 406) return transport.json({ method: 'GET', path, signal })
    throw error
  }
}

function addAggregated(resources: Resources, failed: Map<string, ApiRefusal>, list: any): void {
  for (const group of list.items ?? []) {
    const name: string = group.metadata?.name ?? ''
    for (const version of group.versions ?? []) {
      const groupVersion = name ? `${name}/${version.version}` : version.version
      if (version.freshness === 'Stale' && !version.resources?.length) {
        failed.set(
          groupVersion,
          new ApiRefusal({
            status: 503,
            message: `the API server of ${groupVersion} does not answer`,
            request: 'GET /apis',
          }),
        )
        continue
      }
      resources.set(
        groupVersion,
        (version.resources ?? []).map((resource: any) => ({
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
  failed: Map<string, ApiRefusal>,
  groupVersions: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  await Promise.all(
    groupVersions.map(async (groupVersion) => {
      const path = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`
      try {
        const list = await transport.json({ method: 'GET', path, signal })
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
        if (!(error instanceof ApiRefusal)) throw error
        failed.set(groupVersion, error)
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
