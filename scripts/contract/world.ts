import { createRegistry, type Registry } from '../../src/sandbox/api/registry/registry.ts'
import type { KubeObject } from '../../src/sandbox/contracts.ts'
import { parseRoute, type ResourceRoute } from '../../src/sandbox/server/route.ts'
import type { MemoryStore } from '../../src/sandbox/store/memory-store.ts'
import type { RecordedRequest } from './recording.ts'

const TIERS: readonly [name: string, order: number, action: string][] = [
  ['default', 1_000_000, 'Deny'],
  ['kube-admin', 1000, 'Pass'],
  ['kube-baseline', 10_000_000, 'Pass'],
]

/** The cluster a recording found, put together from what its own requests were answered. */
export class World {
  readonly store: MemoryStore
  readonly #registry: Registry = createRegistry('3.32')

  constructor(store: MemoryStore) {
    this.store = store
    for (const name of ['default', 'kube-system', 'calico-system']) this.ensureNamespace(name)
    for (const [name, order, defaultAction] of TIERS) this.ensureTier(name, { order, defaultAction })
  }

  routeOf(request: RecordedRequest): ResourceRoute | undefined {
    const route = parseRoute(request.path, this.#registry)
    return route.kind === 'resource' ? route : undefined
  }

  /** Makes the store show what the recorded answer shows, as controllers and earlier commands had made it. */
  prepare(request: RecordedRequest): void {
    const route = this.routeOf(request)
    if (!route) return
    const { status, body } = request.response
    const isMissingNamespace = body?.kind === 'Status' && body.details?.kind === 'namespaces'
    if (isMissingNamespace && status === 404) this.remove('namespaces', undefined, body.details.name)
    else if (route.namespace && !(status === 403 && /terminated/.test(body?.message ?? '')))
      this.ensureNamespace(route.namespace)
    if (status === 403 && /being terminated/.test(body?.message ?? '')) this.terminate(route.namespace!)
    if (status === 404 && !isMissingNamespace && body?.details?.name && route.name)
      this.remove(route.type.storedAs, route.namespace, route.name)
    this.#prepareTiers(request)
    if (route.subresource && !['status', 'ephemeralcontainers', 'resize'].includes(route.subresource)) {
      if (route.name && status < 400) this.ensure(route, request)
      if (route.name && (status === 400 || status === 403) && route.subresource !== 'log') this.ensure(route, request)
      if (route.subresource === 'log' && status !== 404) this.ensure(route, request)
      return
    }
    switch (request.method) {
      case 'GET':
        if (status === 200) this.#show(route, body, request)
        else if (status !== 404 && route.name) this.ensure(route, request)
        break
      case 'POST':
        if (status === 201 && !isDryRun(request))
          this.remove(route.type.storedAs, route.namespace, body?.metadata?.name)
        if (status === 409)
          this.put(route, { ...request.body, metadata: { ...request.body.metadata, namespace: route.namespace } })
        break
      case 'PATCH':
      case 'PUT':
        if (status === 201) this.remove(route.type.storedAs, route.namespace, route.name!)
        else if (status !== 404) this.ensure(route, request)
        break
      case 'DELETE':
        if (status !== 404) this.ensure(route, request)
        break
    }
  }

  #prepareTiers({ body, path, response }: RecordedRequest): void {
    if (!path.startsWith('/apis/projectcalico.org')) return
    const tier = body?.spec?.tier ?? response.body?.spec?.tier
    // Whatever else was wrong, the tier was there unless that is what was said.
    const isMissing = /key not found|does not exist/.test(response.body?.message ?? '')
    if (tier && !isMissing) this.ensureTier(tier, { order: 100, defaultAction: 'Deny' })
    if (/non-empty tier/.test(response.body?.message ?? '')) {
      const name = path.split('/').at(-1)!
      this.ensureTier(name, { order: 100, defaultAction: 'Deny' })
      this.#set('globalnetworkpolicies.projectcalico.org', {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkPolicy',
        metadata: { name: `${name}.x` },
        spec: { tier: name, selector: 'all()', types: ['Ingress'] },
      })
    }
  }

  #show(route: ResourceRoute, body: any, request: RecordedRequest): void {
    if (!body) return
    if (body.kind === 'Table') {
      for (const row of body.rows ?? []) if (row.object?.metadata) this.#partial(route, row.object)
      return
    }
    if (route.name) {
      if (body.kind === 'PartialObjectMetadata') this.#partial(route, body)
      else if (body.metadata) this.put(route, body)
      return
    }
    const items: any[] = body.items ?? []
    if (request.query.continue) {
      // The pages before this one: the token has to stand for something.
      for (const item of items) this.put(route, item)
      return
    }
    if (
      !request.query.labelSelector &&
      !request.query.fieldSelector &&
      !request.response.truncated &&
      !request.query.limit
    ) {
      const names = new Set(items.map((item) => `${item.metadata.namespace ?? ''}/${item.metadata.name}`))
      for (const known of this.store.list(route.type.storedAs, route.namespace)) {
        if (!names.has(`${known.metadata.namespace ?? ''}/${known.metadata.name}`))
          this.remove(route.type.storedAs, known.metadata.namespace, known.metadata.name)
      }
    }
    for (const item of items)
      body.kind?.startsWith('PartialObject') ? this.#partial(route, item) : this.put(route, item)
  }

  #partial(route: ResourceRoute, object: any): void {
    const { name, namespace } = object.metadata
    if (object.kind && object.kind !== 'PartialObjectMetadata') this.put(route, object)
    else if (!this.store.get(route.type.storedAs, namespace, name))
      this.put(route, { metadata: object.metadata, spec: {}, status: {} })
  }

  /** The object of a request that needs it to exist, from the answer when that shows it. */
  ensure(route: ResourceRoute, request: RecordedRequest): void {
    if (this.store.get(route.type.storedAs, route.namespace, route.name!)) return
    const { body, status } = request.response
    if (body?.kind === 'Scale') {
      const matchLabels = Object.fromEntries(
        (body.status?.selector ?? 'a=b').split(',').map((term: string) => term.split('=')),
      )
      this.put(route, {
        metadata: body.metadata,
        spec: { ...body.spec, selector: { matchLabels } },
        status: { replicas: body.status?.replicas },
      })
      return
    }
    const shown = status < 400 && body?.kind === route.type.kind ? body : undefined
    const minimal = {
      metadata: { name: route.name!, ...(route.namespace ? { namespace: route.namespace } : {}), uid: 'seeded' },
      spec: route.type.id === 'pods' ? { nodeName: 'lab', containers: [{ name: 'c', image: 'x' }] } : {},
      status: {},
    }
    const object = shown ?? minimal
    const conflicting = conflictingObject(request, object) ?? duplicatedPort(request, object)
    if (conflicting) {
      this.put(route, conflicting)
      return
    }
    const { deletionTimestamp: _a, deletionGracePeriodSeconds: _b, ...metadata } = object.metadata
    this.put(
      route,
      request.method === 'DELETE' ? { ...object, metadata: { ...metadata, finalizers: undefined } } : object,
    )
  }

  /** The pod of a recorded exec, attach or port-forward, with the container it names running, or not. */
  prepareSession(request: RecordedRequest, isRunning: boolean): void {
    const route = this.routeOf(request)
    if (!route?.name) return
    const pod: any = structuredClone(this.store.get('pods', route.namespace, route.name))
    const name = String(request.query.container ?? pod.spec?.containers?.[0]?.name ?? 'c')
    const lists = ['containers', 'ephemeralContainers', 'initContainers']
    const known = lists.some((list) => pod.spec?.[list]?.some((one: any) => one.name === name))
    if (!known) pod.spec.containers = [{ name, image: 'x' }]
    const others = (pod.status?.containerStatuses ?? []).filter((one: any) => one.name !== name)
    const ephemeral = (pod.status?.ephemeralContainerStatuses ?? []).filter((one: any) => one.name !== name)
    const state = isRunning ? { running: {} } : { waiting: { reason: 'ContainerCreating' } }
    pod.status = {
      ...pod.status,
      containerStatuses: [...others, { name, state }],
      ephemeralContainerStatuses: ephemeral,
    }
    this.put(route, pod)
  }

  put(route: ResourceRoute, object: any): void {
    const { type } = route
    const namespace = type.namespaced ? (object.metadata?.namespace ?? route.namespace) : undefined
    if (namespace) this.ensureNamespace(namespace)
    const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`
    this.#set(type.storedAs, {
      ...object,
      apiVersion,
      kind: type.kind,
      metadata: { ...object.metadata, ...(namespace ? { namespace } : {}) },
    })
  }

  remove(resource: string, namespace: string | undefined, name: string | undefined): void {
    if (name) this.store.remove(resource, namespace, name)
  }

  ensureNamespace(name: string): void {
    if (this.store.get('namespaces', undefined, name)) return
    this.#set('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        uid: `ns-${name}`,
        creationTimestamp: '2026-11-22T09:12:46Z',
        labels: { 'kubernetes.io/metadata.name': name },
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })
  }

  terminate(name: string): void {
    this.ensureNamespace(name)
    this.store.modify('namespaces', undefined, name, (draft) => {
      draft.metadata.deletionTimestamp = '2026-11-22T09:12:46Z'
      draft.status = { phase: 'Terminating' }
    })
  }

  ensureTier(name: string, spec: { order: number; defaultAction: string }): void {
    if (this.store.get('tiers.projectcalico.org', undefined, name)) return
    this.#set('tiers.projectcalico.org', {
      apiVersion: 'projectcalico.org/v3',
      kind: 'Tier',
      metadata: { name, uid: `tier-${name}`, creationTimestamp: '2026-11-22T09:12:46Z' },
      spec,
      status: {},
    })
  }

  /** Puts an object as it is, its own resourceVersion and uid included. */
  #set(resource: string, object: KubeObject): void {
    const existing = this.store.get(resource, object.metadata.namespace, object.metadata.name)
    if (existing) this.store.remove(resource, existing.metadata.namespace, existing.metadata.name)
    const snapshot = this.store.snapshot()
    const objects = { ...snapshot.objects, [resource]: [...(snapshot.objects[resource] ?? []), object] }
    const revision = Math.max(snapshot.revision, Number(object.metadata.resourceVersion ?? 0) || 0)
    this.store.restore({ revision, objects })
  }
}

/** For a recorded ownership conflict: an object whose field another manager set, to another value. */
function conflictingObject(request: RecordedRequest, object: any): any {
  const cause = request.response.body?.details?.causes?.find((one: any) => one.reason === 'FieldManagerConflict')
  if (!cause || !request.body?.spec) return undefined
  const [, manager = '', apiVersion = ''] = /conflict with "([^"]+)"(?: using (\S+))?/.exec(cause.message) ?? []
  const name = cause.field.split('.').at(-1)
  return {
    ...object,
    ...request.body,
    metadata: {
      ...object.metadata,
      ...request.body.metadata,
      managedFields: [
        {
          manager,
          operation: 'Update',
          apiVersion,
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:spec': { [`f:${name}`]: {} } },
        },
      ],
    },
    spec: { ...request.body.spec, [name]: -1 },
  }
}

/** For a port name refused as taken: an object that has the name on another port already. */
function duplicatedPort(request: RecordedRequest, object: any): any {
  const cause = request.response.body?.details?.causes?.[0]
  if (cause?.reason !== 'FieldValueDuplicate' || !request.body?.spec?.ports) return undefined
  const ports = request.body.spec.ports.map((port: any) => ({ ...port, port: port.port + 8000, protocol: 'TCP' }))
  return { ...object, spec: { ...request.body.spec, type: 'ClusterIP', ports } }
}

function isDryRun(request: RecordedRequest): boolean {
  return request.query.dryRun !== undefined
}
