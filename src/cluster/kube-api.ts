/**
 * The Kubernetes API as the rest of this folder uses it: objects by kind, discovery behind it. Adapters (`api-client.ts`,
 * `api-executor.ts`) stand on this.
 */
import { kindNotServed } from '../errors/catalog/cluster.ts'
import {
  type Discovery,
  findResource,
  type Resource,
  type Resources,
  readDiscovery,
  resourcePath,
} from './discovery.ts'
import type { KindRef, KubeObject, ListOptions, ObjectRef } from './port.ts'
import type { ApiRequest, Transport } from './transport.ts'

export interface KubeApi {
  readonly transport: Transport
  readonly context: string
  /** The context's own namespace: where an object without one belongs, as for kubectl. */
  readonly namespace: string
  resources(options?: { refresh?: boolean }): Promise<Resources>
  discovery(refresh: boolean): Promise<Discovery>
  /** null when it is not served, also after asking again. */
  locate(ref: KindRef): Promise<Resource | null>
  /** Throws KIND_NOT_SERVED. */
  path(ref: KindRef & { namespace?: string | undefined; name?: string | undefined }): Promise<string>
  get(ref: ObjectRef, signal?: AbortSignal): Promise<KubeObject | null>
  list(kind: KindRef, options?: ListOptions, signal?: AbortSignal): Promise<KubeObject[]>
  send(request: ApiRequest): Promise<KubeObject>
}

/** How soon discovery is asked again because of an unknown kind. */
const rediscoverMs = 3_000

export function createKubeApi(
  transport: Transport,
  place: { context: string; namespace: string },
  now: () => number = () => performance.now(),
): KubeApi {
  let known: { at: number; value: Promise<Discovery> } | null = null

  function discovery(refresh: boolean): Promise<Discovery> {
    if (known && !refresh) return known.value
    const value = readDiscovery(transport)
    known = { at: now(), value }
    value.catch(() => {
      known = null
    })
    return value
  }

  async function resources(options: { refresh?: boolean } = {}): Promise<Resources> {
    return (await discovery(options.refresh ?? false)).resources
  }

  async function locate(ref: KindRef): Promise<Resource | null> {
    let found = await discovery(false)
    const resource = findResource(found.resources, ref)
    if (resource) return resource
    if (!known || now() - known.at >= rediscoverMs || found.failed.has(ref.apiVersion)) found = await discovery(true)
    // "Not there" would be a lie while its server is away.
    const failure = found.failed.get(ref.apiVersion)
    if (failure) throw failure
    return findResource(found.resources, ref)
  }

  async function path(ref: KindRef & { namespace?: string | undefined; name?: string | undefined }): Promise<string> {
    const resource = await locate(ref)
    if (!resource) throw kindNotServed(ref.apiVersion, ref.kind, place.context)
    // A list without a namespace is over all of them.
    const namespace = ref.namespace ?? (ref.name === undefined ? undefined : place.namespace)
    return resourcePath(ref, resource, { namespace, name: ref.name })
  }

  return {
    transport,
    context: place.context,
    namespace: place.namespace,
    resources,
    discovery,
    locate,
    path,
    async get(ref, signal) {
      const resource = await locate(ref)
      if (!resource) return null
      try {
        return await transport.json({ method: 'GET', path: await path(ref), signal })
      } catch (error) {
        if ((error as { status?: number }).status === 404) return null
        throw error
      }
    },
    async list(kind, options = {}, signal) {
      const resource = await locate(kind)
      if (!resource) return []
      const items: KubeObject[] = []
      let more: string | undefined
      const at = resourcePath(kind, resource, { namespace: options.namespace })
      do {
        const list: any = await transport.json({
          method: 'GET',
          path: at,
          query: { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector, continue: more },
          signal,
        })
        for (const item of list.items ?? []) items.push({ ...item, apiVersion: kind.apiVersion, kind: kind.kind })
        more = list.metadata?.continue || undefined
      } while (more)
      return items
    },
    send: (request) => transport.json(request),
  }
}
