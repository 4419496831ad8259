import type { Endpoint } from './endpoint.ts'
import { isTypo, nearNames } from './near-names.ts'
import { parseIp } from './net.ts'
import type { Service } from './objects/services.ts'
import { selectorMatches } from './selector/matches.ts'
import { tryParseSelector } from './selector/parse.ts'
import type { World } from './world.ts'

/** What FROM or TO of a command names. */
export type Ref =
  | { kind: 'endpoints'; text: string; endpoints: Endpoint[] }
  | { kind: 'service'; text: string; service: Service }
  /** `note` says what the address stands for when that is not what was typed. */
  | { kind: 'ip'; text: string; ip: string; names: string[]; note?: string }
  /** A name outside whose address is not known here. */
  | { kind: 'name'; text: string; name: string }
  | { kind: 'unknown'; text: string; why: string; suggestions: string[] }

/**
 * `namespace/pod`, `deploy/name`, `svc/name`, `app=label`, `name.namespace`, a Service, workload or pod by its name, an
 * IP address, an outside name. A source prefers workloads, a target Services.
 */
export function resolveRef(world: World, text: string, side: 'from' | 'to'): Ref {
  if (parseIp(text)) return fromIp(world, text)
  const labelled = /^([^=!\s]+)==?([^=]*)$/.exec(text)
  if (labelled || text.includes(' ')) return byLabels(world, text)
  const parts = text.split('/')
  if (parts.length > 1) return byPath(world, text, parts)
  const dotted = byDottedName(world, text, side)
  // A target `name.namespace` is first of all what DNS makes of it: the Service.
  if (side === 'to' && dotted?.kind === 'service') return dotted
  const found = byName(world, text, undefined, side) ?? dotted
  if (found) return found
  const dns = text === 'dns' && side === 'to' ? clusterDns(world) : null
  if (dns) return { kind: 'service', text, service: dns }
  const host = hostPod(world, text)
  return host ?? outsideName(world, text) ?? unknown(world, text, `nothing here is called ${text}`)
}

/** The cluster's DNS is `kube-dns` by name or, where it is called otherwise, by label. */
function clusterDns(world: World): Service | undefined {
  const services = [...world.services.values()].filter(({ namespace }) => namespace === 'kube-system')
  return (
    services.find(({ name, object }) => object && name === 'kube-dns') ??
    services.find(({ object }) => object?.metadata.labels?.['k8s-app'] === 'kube-dns')
  )
}

function fromIp(world: World, text: string): Ref {
  const endpoints = [...world.addresses.endpointsAt(text)]
  if (endpoints.length > 0) return { kind: 'endpoints', text, endpoints }
  const service = [...world.services.values()].find(({ object }) => object?.spec?.clusterIP === text)
  return service ? { kind: 'service', text, service } : { kind: 'ip', text, ip: text, names: [] }
}

/** `app=frontend`, several joined by commas, or a selector of Calico's language. */
function byLabels(world: World, text: string): Ref {
  const selector = /[!&|"'(]/.test(text)
    ? text
    : text
        .split(',')
        .map((term) => term.replace(/^([^=]+)==?(.*)$/, '$1 == "$2"'))
        .join(' && ')
  const parsed = tryParseSelector(selector)
  if ('error' in parsed) return unknown(world, text, `${text} is no label selector: ${parsed.error.message}`)
  const endpoints = world.endpoints.filter(
    ({ kind, labelClass }) => kind === 'workload' && selectorMatches(parsed.node, labelClass.labels),
  )
  return endpoints.length > 0
    ? { kind: 'endpoints', text, endpoints }
    : unknown(world, text, `no pod has the labels ${text}`)
}

const workloadWords = new Set([
  'deploy',
  'deployment',
  'deployments',
  'sts',
  'statefulset',
  'ds',
  'daemonset',
  'rs',
  'replicaset',
  'job',
  'workload',
])
const podWords = new Set(['pod', 'po', 'pods'])
const serviceWords = new Set(['svc', 'service', 'services'])

function byPath(world: World, text: string, parts: readonly string[]): Ref {
  // `deploy/name` or `namespace/deploy/name`; in `namespace/pod` the second part is a name, whatever it is.
  const kindAt = parts
    .slice(0, -1)
    .findIndex((part) => workloadWords.has(part) || podWords.has(part) || serviceWords.has(part))
  if (kindAt < 0) return byNamespaced(world, text, parts[0]!, parts.slice(1).join('/'))
  const kind = parts[kindAt]!
  const rest = parts.filter((_part, index) => index !== kindAt)
  const namespace = rest.length > 1 ? rest[0] : undefined
  const name = rest.at(-1) ?? ''
  const found = serviceWords.has(kind)
    ? serviceNamed(world, text, name, namespace)
    : podWords.has(kind)
      ? endpointsRef(text, podsNamed(world, name, namespace))
      : endpointsRef(text, workloadsNamed(world, name, namespace))
  return found ?? unknown(world, text, podless(world, name, namespace) ?? `there is no ${text}`)
}

/** A workload that is here while its pods are not. */
function podless(world: World, name: string, namespace: string | undefined): string | null {
  const found = world.objects.find(
    ({ metadata, spec }) =>
      metadata?.name === name &&
      (namespace === undefined || (metadata.namespace ?? 'default') === namespace) &&
      spec?.template !== undefined,
  )
  return found ? `${found.kind} ${name} is here, and none of its pods` : null
}

function byNamespaced(world: World, text: string, namespace: string, name: string): Ref {
  const pod = world.endpointsById.get(`${namespace}/${name}`)
  if (pod) return { kind: 'endpoints', text, endpoints: [pod] }
  const reason = world.notEndpoints.get(`${namespace}/${name}`)
  if (reason)
    return hostPod(world, text) ?? unknown(world, text, `no policy applies to pod ${text} as a pod: ${reason}`)
  return byName(world, name, namespace, 'to', text) ?? unknown(world, text, `there is no pod ${text}`)
}

/** `frontend.hipstershop`, `frontend.hipstershop.svc.cluster.local`, `multitool.default`. */
function byDottedName(world: World, text: string, side: 'from' | 'to'): Ref | null {
  const [name = '', namespace] = text.split('.')
  const isClusterName = text.split('.').length === 2 || /^[^.]+\.[^.]+\.(svc|pod)(\.|$)/.test(text)
  return namespace !== undefined && isClusterName ? byName(world, name, namespace, side, text) : null
}

function byName(
  world: World,
  name: string,
  namespace: string | undefined,
  side: 'from' | 'to',
  text = name,
): Ref | null {
  const endpoints =
    endpointsRef(text, workloadsNamed(world, name, namespace)) ?? endpointsRef(text, podsNamed(world, name, namespace))
  const service = serviceNamed(world, text, name, namespace)
  return side === 'from' ? (endpoints ?? service) : (service ?? endpoints)
}

function workloadsNamed(world: World, name: string, namespace: string | undefined): Endpoint[] {
  return world.endpoints.filter(
    (endpoint) => endpoint.workload === name && (namespace === undefined || endpoint.namespace === namespace),
  )
}

function podsNamed(world: World, name: string, namespace: string | undefined): Endpoint[] {
  return world.endpoints.filter(
    (endpoint) => endpoint.name === name && (namespace === undefined || endpoint.namespace === namespace),
  )
}

function endpointsRef(text: string, endpoints: Endpoint[]): Ref | null {
  return endpoints.length > 0 ? { kind: 'endpoints', text, endpoints } : null
}

function serviceNamed(world: World, text: string, name: string, namespace: string | undefined): Ref | null {
  const services = [...world.services.values()].filter(
    (service) =>
      service.object && service.name === name && (namespace === undefined || service.namespace === namespace),
  )
  if (services.length === 1) return { kind: 'service', text, service: services[0]! }
  if (services.length === 0) return null
  const options = services.map((service) => `${service.name}.${service.namespace}`)
  return { kind: 'unknown', text, why: `more than one Service is called ${name}`, suggestions: options }
}

/** A pod on the host network is its node: an address no policy of pods applies to (`namespace/pod` or its name). */
function hostPod(world: World, text: string): Ref | null {
  const pod = world.objects.find(
    ({ kind, metadata, spec, status }) =>
      kind === 'Pod' &&
      spec?.hostNetwork === true &&
      typeof status?.podIP === 'string' &&
      (metadata.name === text || `${metadata.namespace ?? 'default'}/${metadata.name}` === text),
  )
  if (!pod) return null
  const ip = String(pod.status!.podIP)
  const note = `${text} uses the host network: it is its node, ${ip}, which only policies of hosts concern; to the pods of its own node it is always let in`
  return { kind: 'ip', text, ip, names: [], note }
}

/** With at least two labels, the last of letters only; not a name of this cluster, nor nearly one. */
const outside = /^(?=.{4,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,63}\.?$/i

function outsideName(world: World, text: string): Ref | null {
  const name = text.replace(/\.$/, '').toLowerCase()
  const [ip] = world.options.names?.[text] ?? world.options.names?.[name] ?? []
  if (ip !== undefined) return { kind: 'ip', text, ip, names: [name] }
  const isOurs = /\.(svc|local|cluster\.local)$/.test(name) || world.namespaces.has(name.split('.')[1]!)
  return outside.test(text) && !isOurs && !isTypo(world, name) ? { kind: 'name', text, name } : null
}

function unknown(world: World, text: string, why: string): Ref {
  return { kind: 'unknown', text, why, suggestions: nearNames(world, text) }
}
