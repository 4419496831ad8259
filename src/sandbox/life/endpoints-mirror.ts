import type { Change, KubeObject } from '../contracts.ts'
import { randomSuffix } from '../store/generate-name.ts'
import { keyOf, splitKey } from './keys.ts'
import type { Controller, LifeContext } from './life.types.ts'
import { controllerReference, isControlledBy } from './owners.ts'

const SLICES = 'endpointslices.discovery.k8s.io'
const SKIP = 'endpointslice.kubernetes.io/skip-mirror'

/** Endpoints made by hand for a Service without a selector, copied to slices: what the network goes by (endpointslicemirroring). */
export function createEndpointsMirror(context: LifeContext): Controller {
  const { store } = context

  const reconcile = context.reconciler.controller((key) => {
    const { namespace, name } = splitKey(key)
    const endpoints = store.get('endpoints', namespace, name)
    const service = store.get('services', namespace, name)
    // What goes away takes its slices with it, as their owner.
    if (!endpoints) return
    const isMirrored = service !== undefined && !hasSelector(service) && endpoints.metadata.labels?.[SKIP] !== 'true'
    const subsets: any[] = isMirrored ? (endpoints.subsets ?? []) : []
    const slices = store.list(SLICES, namespace).filter((slice) => isControlledBy(slice, endpoints))
    for (const [index, subset] of subsets.entries()) write(endpoints, subset, slices[index])
    for (const slice of slices.slice(subsets.length)) store.remove(SLICES, namespace, slice.metadata.name)
  })

  function write(endpoints: KubeObject, subset: any, slice: KubeObject | undefined): void {
    const { namespace, name } = endpoints.metadata
    const endpointOf =
      (isReady: boolean) =>
      ({ ip, hostname, nodeName, targetRef }: any) => ({
        addresses: [ip],
        conditions: { ready: isReady },
        ...(hostname ? { hostname } : {}),
        ...(nodeName ? { nodeName } : {}),
        ...(targetRef ? { targetRef } : {}),
      })
    const body = {
      addressType: 'IPv4',
      endpoints: [
        ...(subset.addresses ?? []).map(endpointOf(true)),
        ...(subset.notReadyAddresses ?? []).map(endpointOf(false)),
      ],
      ports: (subset.ports ?? []).map((port: any) => ({ name: '', protocol: 'TCP', ...port })),
    }
    if (slice) {
      store.modify(SLICES, namespace, slice.metadata.name, (draft) => Object.assign(draft, body))
      return
    }
    store.create(SLICES, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: `${name}-${randomSuffix()}`,
        generateName: `${name}-`,
        namespace: namespace!,
        labels: {
          ...endpoints.metadata.labels,
          'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
          'kubernetes.io/service-name': name,
        },
        ownerReferences: [controllerReference(endpoints)],
      },
      ...body,
    })
  }

  return {
    onChange({ resource, object }: Change) {
      if (resource === 'endpoints' || resource === 'services') reconcile(keyOf(object))
    },
    onExisting(resource, object) {
      if (resource === 'endpoints') reconcile(keyOf(object))
    },
  }
}

function hasSelector(service: KubeObject): boolean {
  return Object.keys(service.spec?.selector ?? {}).length > 0
}
