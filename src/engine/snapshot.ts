/** A reading of the cluster: what policy and the shop's state depend on, listed at once. */
import type { ClusterPort, KindRef, KubeObject, ObjectRef } from '../cluster/port.ts'
import type { Track } from '../workshop/step.ts'

const calico = 'projectcalico.org/v3'

/** What decides traffic. */
export const worldKinds: readonly KindRef[] = [
  { apiVersion: 'v1', kind: 'Namespace' },
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  ...[
    'Tier',
    'GlobalNetworkPolicy',
    'NetworkPolicy',
    'StagedGlobalNetworkPolicy',
    'StagedNetworkPolicy',
    'StagedKubernetesNetworkPolicy',
    'GlobalNetworkSet',
    'NetworkSet',
    'HostEndpoint',
  ].map((kind) => ({ apiVersion: calico, kind })),
]

export interface Snapshot {
  readonly objects: readonly KubeObject[]
  /** Kinds that could not be read, with the server's words. */
  readonly unread: readonly { kind: string; message: string }[]
  find(ref: ObjectRef): KubeObject | undefined
  of(apiVersion: string, kind: string, namespace?: string): KubeObject[]
}

export function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) }
}

/** One key per object, whatever version of its group it is written in. */
export function refKey(ref: ObjectRef): string {
  const slash = ref.apiVersion.indexOf('/')
  const group = slash < 0 ? '' : ref.apiVersion.slice(0, slash)
  return `${group}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`
}

export function createSnapshot(objects: readonly KubeObject[], unread: Snapshot['unread'] = []): Snapshot {
  const byKey = new Map(objects.map((object) => [refKey(refOf(object)), object]))
  const byKind = new Map<string, KubeObject[]>()
  for (const object of objects) {
    const kind = `${object.apiVersion}/${object.kind}`
    const same = byKind.get(kind)
    if (same) same.push(object)
    else byKind.set(kind, [object])
  }
  return {
    objects,
    unread,
    find: (ref) => byKey.get(refKey(ref)),
    of: (apiVersion, kind, namespace) =>
      (byKind.get(`${apiVersion}/${kind}`) ?? []).filter(
        (object) => namespace === undefined || object.metadata.namespace === namespace,
      ),
  }
}

/** The kinds of `wanted` this cluster serves. */
export async function servedKinds(cluster: ClusterPort, wanted: readonly KindRef[]): Promise<KindRef[]> {
  const { resources } = await cluster.surface()
  return wanted.filter((kind) =>
    resources.get(kind.apiVersion)?.some((resource) => resource.kind === kind.kind && !resource.name.includes('/')),
  )
}

/**
 * Reads all objects of these kinds, all kinds at once. A kind that may not be read is noted, not an error. Who may not
 * read a kind everywhere sees what there is of it in these `namespaces`; what decides traffic is noted as unread all the same.
 */
export async function readSnapshot(
  cluster: ClusterPort,
  wanted: readonly KindRef[] = worldKinds,
  namespaces: readonly string[] = [],
): Promise<Snapshot> {
  const unread: { kind: string; message: string }[] = []
  // Items of a list may come without kind and apiVersion.
  const typed = (kind: KindRef, objects: readonly KubeObject[]) =>
    objects.map((object) => (object.kind ? object : { ...object, ...kind }))
  const lists = await Promise.all(
    (await servedKinds(cluster, wanted)).map(async (kind) => {
      try {
        return typed(kind, await cluster.list(kind))
      } catch (error) {
        if (!isForbidden(error)) throw error
        const some = await listIn(cluster, kind, namespaces)
        const isWorld = worldKinds.some((one) => one.apiVersion === kind.apiVersion && one.kind === kind.kind)
        if (some === null || isWorld) unread.push({ kind: kind.kind, message: (error as { message: string }).message })
        return typed(kind, some ?? [])
      }
    }),
  )
  return createSnapshot(lists.flat(), unread)
}

async function listIn(
  cluster: ClusterPort,
  kind: KindRef,
  namespaces: readonly string[],
): Promise<KubeObject[] | null> {
  const { resources } = await cluster.surface()
  const isNamespaced = resources.get(kind.apiVersion)?.find((one) => one.kind === kind.kind)?.namespaced
  if (!isNamespaced || namespaces.length === 0) return null
  try {
    return (await Promise.all(namespaces.map((namespace) => cluster.list(kind, { namespace })))).flat()
  } catch (error) {
    if (!isForbidden(error)) throw error
    return null
  }
}

/** The namespaces a track works in. */
export function namespacesOf({ topology }: Pick<Track, 'topology'>): string[] {
  return topology.namespaces.map(({ name }) => name)
}

export function statusOf(error: unknown): number | null {
  if (error === null || typeof error !== 'object' || !('status' in error)) return null
  return typeof error.status === 'number' ? error.status : null
}

function isForbidden(error: unknown): boolean {
  return statusOf(error) === 403
}
