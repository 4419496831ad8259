/** Names in steps (`cartservice`, `multitool.default`, `redis-cart`, `dns`, `google.com`) become pods, hosts and ports. */
import type { KubeObject } from '../../cluster/port.ts'
import type { ProbeTool, Topology } from '../../workshop/step.ts'
import type { ProbeTo } from '../events.ts'
import { matchLabelSelector } from '../label-selector.ts'
import { choosePods, isFinished, isReady } from '../pods.ts'
import type { Snapshot } from '../snapshot.ts'

export interface SourcePod {
  /** As the track names it. */
  workload: string
  namespace: string
  pod: KubeObject
}

export interface Target {
  /** What the source control and the target control go by: `service:ns/name:port`, `outside:name`. */
  key: string
  kind: 'service' | 'pod' | 'dns' | 'outside'
  to: ProbeTo
  host: string
  port?: number
  /** `dig` only: the server asked. */
  server?: string
  /** The pod that will answer, as policy sees it. */
  pod?: KubeObject
}

export function findSource(topology: Topology, snapshot: Snapshot, workload: string): SourcePod | null {
  const place = topology.sources.find((source) => source.name === workload)
  if (!place) return null
  const { namespace, selector } = place
  const pod = remembered(snapshot, `source ${namespace} ${selector}`, () =>
    choosePods(snapshot.of('v1', 'Pod', namespace), { selector })
      .filter((candidate) => !isFinished(candidate))
      .sort((a, b) => Number(isReady(b)) - Number(isReady(a)) || (a.metadata.name < b.metadata.name ? -1 : 1))
      .slice(0, 1),
  )[0]
  return pod ? { workload, namespace, pod } : null
}

/** Hundreds of probes of one reading ask for the same dozen pods. */
const found = new WeakMap<Snapshot, Map<string, readonly KubeObject[]>>()

function remembered(snapshot: Snapshot, key: string, find: () => readonly KubeObject[]): readonly KubeObject[] {
  const known = found.get(snapshot) ?? new Map<string, readonly KubeObject[]>()
  found.set(snapshot, known)
  const pods = known.get(key) ?? find()
  known.set(key, pods)
  return pods
}

/** The cluster's DNS Service: every pod may reach its TCP port 53 at every stage, which makes it the source control. */
export function clusterDns(snapshot: Snapshot): { address: string; pod?: KubeObject } | null {
  const services = snapshot.of('v1', 'Service', 'kube-system')
  const service =
    services.find((candidate) => candidate.metadata.labels?.['k8s-app'] === 'kube-dns') ??
    services.find((candidate) => candidate.metadata.name === 'kube-dns' || candidate.metadata.name === 'coredns')
  const address: unknown = service?.spec?.clusterIP
  if (!service || typeof address !== 'string' || address === 'None') return null
  const pod = podsOfService(snapshot, service)[0]
  return { address, ...(pod ? { pod } : {}) }
}

export function findTarget(
  topology: Topology,
  snapshot: Snapshot,
  to: string,
  from: string,
  tool: ProbeTool,
  port?: number,
): Target | null {
  const protocol = tool === 'ping' ? 'ICMP' : tool === 'dig' ? 'UDP' : 'TCP'
  if (to === 'dns') return dnsTarget(topology, snapshot, protocol)
  if (to.startsWith('pod:')) {
    const name = to.slice(4)
    const found =
      findSource(topology, snapshot, name)?.pod ?? snapshot.of('v1', 'Pod').find((pod) => matchesPodName(pod, name))
    const address: unknown = found?.status?.podIP
    if (!found || typeof address !== 'string') return null
    const { namespace = 'default' } = found.metadata
    const dialled = tool === 'ping' ? undefined : (port ?? 80)
    return {
      key: `pod:${namespace}/${found.metadata.name}:${dialled ?? 'icmp'}`,
      kind: 'pod',
      to: {
        namespace,
        pod: found.metadata.name,
        protocol,
        ...(dialled === undefined ? {} : { port: dialled, podPort: dialled }),
      },
      host: address,
      pod: found,
      ...(dialled === undefined ? {} : { port: dialled }),
    }
  }
  const service = topology.services.find(
    (candidate) => candidate.name === to || `${candidate.name}.${candidate.namespace}` === to,
  )
  if (service) {
    const fromNamespace = topology.sources.find((source) => source.name === from)?.namespace
    const dialled = port ?? service.port
    const live = snapshot.find({ apiVersion: 'v1', kind: 'Service', namespace: service.namespace, name: service.name })
    const pod = live ? podsOfService(snapshot, live)[0] : undefined
    const podPort = (live && podPortOf(live, dialled, pod)) ?? (dialled === service.port ? service.podPort : undefined)
    return {
      key: `service:${service.namespace}/${service.name}:${dialled}`,
      kind: 'service',
      to: {
        namespace: service.namespace,
        service: service.name,
        port: dialled,
        protocol,
        ...(podPort === undefined ? {} : { podPort }),
      },
      host: fromNamespace === service.namespace ? service.name : `${service.name}.${service.namespace}`,
      port: dialled,
      ...(pod ? { pod } : {}),
    }
  }
  const dialled = tool === 'ping' || tool === 'dig' ? undefined : (port ?? (tool === 'nc' ? 443 : 80))
  return {
    key: `outside:${to}`,
    kind: 'outside',
    to: { host: to, protocol, ...(dialled === undefined ? {} : { port: dialled, podPort: dialled }) },
    host: to,
    ...(dialled === undefined ? {} : { port: dialled }),
  }
}

function dnsTarget(topology: Topology, snapshot: Snapshot, protocol: ProbeTo['protocol']): Target | null {
  const dns = clusterDns(snapshot)
  if (!dns) return null
  const asked = topology.services[0]
  return {
    key: 'dns',
    kind: 'dns',
    to: { namespace: 'kube-system', service: 'kube-dns', port: 53, podPort: 53, protocol },
    // `dig` asks for a name, `nc` connects to the server.
    host: protocol === 'UDP' && asked ? `${asked.name}.${asked.namespace}.svc.cluster.local` : dns.address,
    ...(protocol === 'UDP' ? { server: dns.address } : { port: 53 }),
    ...(dns.pod ? { pod: dns.pod } : {}),
  }
}

function matchesPodName(pod: KubeObject, name: string): boolean {
  return `${pod.metadata.namespace}/${pod.metadata.name}` === name || pod.metadata.name === name
}

/** Pods behind a Service, ready ones first. */
function podsOfService(snapshot: Snapshot, service: KubeObject): readonly KubeObject[] {
  const selector: Record<string, string> | undefined = service.spec?.selector
  if (!selector || Object.keys(selector).length === 0) return []
  const text = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  const { namespace } = service.metadata
  return remembered(snapshot, `service ${namespace} ${text}`, () =>
    snapshot
      .of('v1', 'Pod', namespace)
      .filter((pod) => matchLabelSelector(text, pod.metadata.labels) && !isFinished(pod))
      .sort((a, b) => Number(isReady(b)) - Number(isReady(a))),
  )
}

/** The pod port behind a Service port: a number, or the name of a container port. */
function podPortOf(service: KubeObject, port: number, pod: KubeObject | undefined): number | undefined {
  const ports: { port: number; targetPort?: number | string }[] = service.spec?.ports ?? []
  const found = ports.find((candidate) => candidate.port === port)
  if (!found) return undefined
  const target = found.targetPort ?? found.port
  if (typeof target === 'number') return target
  if (/^\d+$/.test(target)) return Number(target)
  const containers: { ports?: { name?: string; containerPort: number }[] }[] = pod?.spec?.containers ?? []
  return containers.flatMap((container) => container.ports ?? []).find((candidate) => candidate.name === target)
    ?.containerPort
}

/** null when a `blocked` of this Service may be believed as far as its own state goes; otherwise what is wrong with it. */
export function serviceProblem(snapshot: Snapshot, target: Target): string | null {
  if (target.kind !== 'service') return null
  const { namespace = '', service: name = '', port } = target.to
  const service = snapshot.find({ apiVersion: 'v1', kind: 'Service', namespace, name })
  if (!service) return `Service ${name} does not exist in namespace ${namespace}`
  const ports: { port: number }[] = service.spec?.ports ?? []
  if (!ports.some((candidate) => candidate.port === port))
    return `Service ${name} has no port ${port}: nothing could answer there`
  return hasReadyEndpoint(snapshot, service)
    ? null
    : `Service ${name} has no ready endpoint: nothing could answer there`
}

function hasReadyEndpoint(snapshot: Snapshot, service: KubeObject): boolean {
  const slices = snapshot
    .of('discovery.k8s.io/v1', 'EndpointSlice', service.metadata.namespace)
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name)
  return slices.some((slice) =>
    ((slice.endpoints ?? []) as { conditions?: { ready?: boolean } }[]).some(
      (endpoint) => endpoint.conditions?.ready !== false,
    ),
  )
}
