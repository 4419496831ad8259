/** Both ends of a connection somebody asks about: those of the track, and any other pod, Service, address or outside name. */
import type { KubeObject } from '../cluster/port.ts'
import { unknownEnd, unknownPort, unknownTarget } from '../errors/catalog/engine.ts'
import type { Topology } from '../workshop/step.ts'
import { choosePods } from './pods.ts'
import type { FlowRequest } from './probe-flow.ts'
import type { Snapshot } from './snapshot.ts'

export interface Ends {
  /** The track's, with the ends asked for. */
  topology: Topology
  from: string
  to: string
  port?: number
}

type Source = Topology['sources'][number]
interface NamedPort {
  name?: string
  port: number
}

export function findEnds(topology: Topology, snapshot: Snapshot, request: FlowRequest): Ends {
  const source = sourceOf(topology, snapshot, request.from)
  if (!source)
    throw unknownEnd(
      request.from,
      topology.sources.map(({ name }) => name),
    )
  const base = { ...topology, sources: [...topology.sources.filter(({ name }) => name !== source.name), source] }
  const from = source.name
  if (/[/=]/.test(request.to)) {
    const pod = podOf(topology, snapshot, request.to)
    const port = portOf(request, containerPorts(pod))
    const to = `pod:${pod.metadata.namespace}/${pod.metadata.name}`
    return { topology: base, from, to, ...(port === undefined ? {} : { port }) }
  }
  const service = serviceOf(snapshot, request.to, inTrack(topology, request.to)?.namespace ?? source.namespace)
  const port = portOf(request, service?.spec?.ports ?? [])
  const asked = port === undefined ? {} : { port }
  if (!service || inTrack(topology, request.to)) return { topology: base, from, to: request.to, ...asked }
  const { name, namespace = source.namespace } = service.metadata
  const dialled = port ?? (service.spec?.ports as NamedPort[] | undefined)?.[0]?.port ?? 80
  const more = { name, namespace, port: dialled, podPort: dialled, selector: '' }
  return {
    topology: { ...base, services: [...base.services.filter((other) => other.name !== name), more] },
    from,
    to: name,
    ...asked,
  }
}

function inTrack({ services }: Topology, to: string): Topology['services'][number] | undefined {
  return services.find((service) => service.name === to || `${service.name}.${service.namespace}` === to)
}

function sourceOf(topology: Topology, snapshot: Snapshot, text: string): Source | null {
  const known = topology.sources.find((source) => source.name === text)
  if (known) return known
  const pod = findPod(snapshot, text)
  if (!pod) return null
  const selector = text.includes('=')
    ? text
    : Object.entries(pod.metadata.labels ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(',')
  return { name: text, namespace: pod.metadata.namespace ?? 'default', selector }
}

function podOf(topology: Topology, snapshot: Snapshot, text: string): KubeObject {
  const pod = findPod(snapshot, text)
  if (!pod) throw unknownTarget(text, [...topology.services.map(({ name }) => name)])
  return pod
}

/** `namespace/pod`, `deploy/name`, `label=value`. */
function findPod(snapshot: Snapshot, text: string): KubeObject | undefined {
  const pods = snapshot.of('v1', 'Pod')
  if (text.includes('=')) return choosePods(pods, { selector: text })[0]
  const deployment = /^deploy(?:ment)?\/(.+)$/.exec(text)?.[1]
  if (deployment === undefined) return pods.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === text)
  const made = new RegExp(`^${literal(deployment)}-[a-z0-9]+-[a-z0-9]+$`)
  return pods.find(({ metadata }) => made.test(metadata.name))
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** As `name.namespace`, or by its name in this namespace. */
function serviceOf(snapshot: Snapshot, to: string, namespace: string): KubeObject | undefined {
  return snapshot
    .of('v1', 'Service')
    .find(
      ({ metadata }) =>
        `${metadata.name}.${metadata.namespace}` === to || (metadata.name === to && metadata.namespace === namespace),
    )
}

function containerPorts(pod: KubeObject): NamedPort[] {
  const containers: { ports?: { name?: string; containerPort: number }[] }[] = pod.spec?.containers ?? []
  return containers.flatMap(({ ports = [] }) =>
    ports.map(({ name, containerPort }) => ({ port: containerPort, ...(name === undefined ? {} : { name }) })),
  )
}

/** By its name among these; without one, the first of a pod and what the track or the tool says of a Service. */
function portOf({ to, port }: FlowRequest, ports: readonly NamedPort[]): number | undefined {
  if (port === undefined) return /[/=]/.test(to) ? ports[0]?.port : undefined
  if (typeof port === 'number') return port
  const named = ports.find(({ name }) => name === port)
  if (!named) throw unknownPort(to, port, ports)
  return named.port
}
