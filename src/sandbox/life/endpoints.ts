import type { Change, KubeObject } from '../contracts.ts'
import { randomSuffix } from '../store/generate-name.ts'
import { equalJson } from '../store/json-value.ts'
import { keyOf, splitKey } from './keys.ts'
import { matchesLabels } from './label-selector.ts'
import type { Controller, LifeContext } from './life.types.ts'
import { controllerReference } from './owners.ts'
import { isReady } from './pods/pod-actions.ts'
import { stamp } from './stamps.ts'

const SLICES = 'endpointslices.discovery.k8s.io'
const SERVICE_LABEL = 'kubernetes.io/service-name'

/** What a Service's selector finds, as EndpointSlice and as the older Endpoints. */
export function createEndpointsController(context: LifeContext): Controller {
  const { store, clock } = context

  const reconcile = context.reconciler.controller((key) => {
    const { namespace, name } = splitKey(key)
    const service = store.get('services', namespace, name)
    // A Service without a selector has endpoints made by hand, or none.
    if (!service || Object.keys(service.spec?.selector ?? {}).length === 0 || service.spec.type === 'ExternalName')
      return
    const pods = store.list('pods', namespace).filter((pod) => isBackend(pod, service))
    const groups = groupByPorts(service, pods)
    for (const [serial, group] of groups.entries()) writeSlice(service, group, serial)
    removeSurplus(service, groups.length)
    writeEndpoints(service, pods)
  })

  function slicesOf(service: KubeObject): KubeObject[] {
    return store
      .list(SLICES, service.metadata.namespace)
      .filter(({ metadata }) => metadata.labels?.[SERVICE_LABEL] === service.metadata.name)
  }

  function writeSlice(service: KubeObject, { ports, pods }: Group, serial: number): void {
    const { namespace, name } = service.metadata
    const body = {
      addressType: 'IPv4',
      endpoints: pods.map((pod) => endpoint(pod, service)),
      ports: ports.map(({ name: portName, port, protocol, appProtocol }) => ({
        name: portName,
        protocol,
        port,
        ...(appProtocol ? { appProtocol } : {}),
      })),
    }
    const labels = {
      ...service.metadata.labels,
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      [SERVICE_LABEL]: name,
      ...(service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
    }
    const existing = slicesOf(service)[serial]
    if (!existing) {
      store.create(SLICES, {
        kind: 'EndpointSlice',
        apiVersion: 'discovery.k8s.io/v1',
        metadata: {
          name: `${name}-${randomSuffix()}`,
          generateName: `${name}-`,
          namespace: namespace!,
          labels,
          annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': stamp(clock.now()) },
          ownerReferences: [controllerReference(service)],
        },
        ...body,
      })
      return
    }
    store.modify(SLICES, namespace, existing.metadata.name, (draft) => {
      const before = JSON.stringify([draft.endpoints, draft.ports])
      Object.assign(draft, body)
      draft.metadata.labels = labels
      if (before === JSON.stringify([draft.endpoints, draft.ports])) return
      draft.metadata.annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': stamp(clock.now()) }
      draft.metadata.generation = (draft.metadata.generation ?? 1) + 1
    })
  }

  function removeSurplus(service: KubeObject, wanted: number): void {
    for (const slice of slicesOf(service).slice(wanted))
      store.remove(SLICES, slice.metadata.namespace, slice.metadata.name)
  }

  function writeEndpoints(service: KubeObject, pods: readonly KubeObject[]): void {
    const { namespace, name } = service.metadata
    const subsets = groupByPorts(
      service,
      pods.filter((pod) => !pod.metadata.deletionTimestamp),
    )
      .filter((group) => group.pods.length > 0)
      .map((group) => subset(group, service))
    const labels = {
      ...service.metadata.labels,
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
      ...(service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
    }
    const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': stamp(clock.now()) }
    if (!store.get('endpoints', namespace, name)) {
      const metadata = { name, namespace: namespace!, labels, annotations }
      store.create('endpoints', {
        kind: 'Endpoints',
        apiVersion: 'v1',
        metadata,
        ...(subsets.length > 0 ? { subsets } : {}),
      })
      return
    }
    store.modify('endpoints', namespace, name, (draft) => {
      const before = JSON.stringify(draft.subsets ?? [])
      draft.metadata.labels = labels
      if (subsets.length > 0) draft.subsets = subsets
      else delete draft.subsets
      if (before !== JSON.stringify(subsets)) draft.metadata.annotations = annotations
    })
  }

  return {
    onChange(change: Change) {
      const { resource, object, previous } = change
      if (resource === 'services') {
        if (change.type !== 'DELETED') reconcile(keyOf(object))
        else {
          // Slices go by their owner reference, Endpoints by name.
          store.remove('endpoints', object.metadata.namespace, object.metadata.name)
        }
      }
      if (resource !== 'pods' || (previous && isSameBackend(object, previous))) return
      for (const service of store.list('services', object.metadata.namespace)) {
        const selector = service.spec?.selector
        if (!selector || Object.keys(selector).length === 0) continue
        const touched = [object, previous].some((pod) => pod && matchesLabels(selector, pod.metadata.labels))
        if (touched) reconcile(keyOf(service))
      }
    },
    onExisting(resource, object) {
      if (resource === 'services') reconcile(keyOf(object))
    },
  }
}

interface Port {
  name: string
  port: number
  protocol: string
  appProtocol?: string
}

interface Group {
  ports: Port[]
  pods: KubeObject[]
}

function isBackend(pod: KubeObject, service: KubeObject): boolean {
  const phase = pod.status?.phase
  return (
    matchesLabels(service.spec.selector, pod.metadata.labels) &&
    pod.status?.podIP !== undefined &&
    phase !== 'Succeeded' &&
    phase !== 'Failed'
  )
}

/** Stored objects share what did not change between them. */
function isSameBackend(pod: KubeObject, previous: KubeObject): boolean {
  return (
    pod.spec === previous.spec &&
    pod.status === previous.status &&
    equalJson(pod.metadata.labels, previous.metadata.labels) &&
    pod.metadata.deletionTimestamp === previous.metadata.deletionTimestamp
  )
}

/** Pods that resolve the target ports alike share a slice; there is always at least one (empty) group. */
function groupByPorts(service: KubeObject, pods: readonly KubeObject[]): Group[] {
  const groups = new Map<string, Group>()
  for (const pod of pods) {
    const ports = (service.spec.ports ?? []).flatMap((port: any) => resolvePort(port, pod) ?? [])
    const key = JSON.stringify(ports)
    const group = groups.get(key)
    if (group) group.pods.push(pod)
    else groups.set(key, { ports, pods: [pod] })
  }
  return groups.size > 0 ? [...groups.values()] : [{ ports: [], pods: [] }]
}

function resolvePort(servicePort: any, pod: KubeObject): Port | undefined {
  const target = servicePort.targetPort ?? servicePort.port
  const port =
    typeof target === 'number'
      ? target
      : pod.spec.containers
          .flatMap((container: any) => container.ports ?? [])
          .find((candidate: any) => candidate.name === target && candidate.protocol === servicePort.protocol)
          ?.containerPort
  if (port === undefined) return undefined
  const { name = '', protocol = 'TCP', appProtocol } = servicePort
  return { name, port, protocol, ...(appProtocol ? { appProtocol } : {}) }
}

function endpoint(pod: KubeObject, service: KubeObject): object {
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const serving = isReady(pod)
  return {
    addresses: [pod.status.podIP],
    conditions: { ready: service.spec.publishNotReadyAddresses ? true : serving && !terminating, serving, terminating },
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
    nodeName: pod.spec.nodeName,
    ...hostnameOf(pod, service),
  }
}

/** A pod that names this Service as its subdomain has a DNS name of its own in it. */
function hostnameOf({ spec }: KubeObject, service: KubeObject): { hostname?: string } {
  return spec.hostname && spec.subdomain === service.metadata.name ? { hostname: spec.hostname } : {}
}

function subset({ ports, pods }: Group, service: KubeObject): object {
  const address = (pod: KubeObject) => ({
    ip: pod.status.podIP,
    ...hostnameOf(pod, service),
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
  })
  const ready = pods.filter((pod) => service.spec.publishNotReadyAddresses || isReady(pod))
  const notReady = pods.filter((pod) => !ready.includes(pod))
  return {
    ...(ready.length > 0 ? { addresses: ready.map(address) } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady.map(address) } : {}),
    // An unnamed port has no name here, unlike in slices.
    ports: ports.map(({ name, ...port }) => ({ ...(name ? { name } : {}), ...port })),
  }
}
