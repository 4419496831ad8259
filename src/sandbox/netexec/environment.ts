/** The environment a container's processes start with. */
import type { KubeObject, Store } from '../contracts.ts'
import { configuredEnvironment } from '../life/pods/container-config.ts'
import type { SimNetwork } from '../network/network.ts'
import type { ServiceView } from '../network/topology.ts'
import type { ImageFacts } from './image-bases.ts'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export interface EnvironmentOf {
  pod: KubeObject
  spec: any
  image: ImageFacts
  hostname: string
  uid: number
  network: SimNetwork
  store: Pick<Store, 'get'>
}

/** In the kubelet's order: `envFrom`, `env` with `$(NAME)` filled in, and the Services' variables that are not set yet. */
export function environment({
  pod,
  spec,
  image,
  hostname,
  uid,
  network,
  store,
}: EnvironmentOf): Record<string, string> {
  const env: Record<string, string> = { PATH, HOSTNAME: hostname }
  const services = serviceVariables(pod, network)
  const configured = configuredEnvironment(pod, spec, store)
  const variables = 'variables' in configured ? configured.variables : {}
  Object.assign(env, variables)
  for (const { name, value, valueFrom } of spec.env ?? []) {
    env[name] =
      value === undefined
        ? (variables[name] ?? fieldValue(pod, valueFrom) ?? '')
        : filledIn(String(value), env, services)
  }
  const result = {
    ...env,
    ...Object.fromEntries(Object.entries(services).filter(([name]) => !Object.hasOwn(env, name))),
  }
  result.HOME ??= uid === 0 ? '/root' : '/'
  if (image.os === 'none' && image.shell === 'none') delete result.HOME
  return result
}

/** `$(NAME)` becomes what is known by then, `$$` a dollar; anything else stays as it is. */
function filledIn(value: string, env: Record<string, string>, services: Record<string, string>): string {
  return value.replace(/\$\$|\$\(([^()]+)\)/g, (whole, name?: string) => {
    if (name === undefined) return '$'
    if (Object.hasOwn(env, name)) return env[name]!
    return Object.hasOwn(services, name) ? services[name]! : whole
  })
}

function fieldValue(pod: KubeObject, from: any): string | undefined {
  const path: string | undefined = from?.fieldRef?.fieldPath
  const values: Record<string, string | undefined> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'status.podIP': pod.status?.podIP,
    'status.hostIP': pod.status?.hostIP,
    'spec.nodeName': pod.spec?.nodeName,
    'spec.serviceAccountName': pod.spec?.serviceAccountName,
  }
  return path !== undefined && Object.hasOwn(values, path) ? values[path] : undefined
}

/** What kubelet adds for the Services that were there before the pod (`enableServiceLinks`), and for kubernetes always. */
function serviceVariables(pod: KubeObject, network: SimNetwork): Record<string, string> {
  const env: Record<string, string> = {}
  const namespace = pod.metadata.namespace ?? 'default'
  for (const service of network.topology.services()) {
    const isApi = service.namespace === 'default' && service.name === 'kubernetes'
    const isLinked = service.namespace === namespace && pod.spec?.enableServiceLinks !== false
    const [ip] = service.clusterIPs
    if (ip === undefined || !(isApi || (isLinked && isOlder(service.object, pod)))) continue
    Object.assign(env, variablesOf(service, ip))
  }
  return env
}

function isOlder(service: KubeObject, pod: KubeObject): boolean {
  return (service.metadata.creationTimestamp ?? '') <= (pod.metadata.creationTimestamp ?? '')
}

function variablesOf({ name, ports }: ServiceView, ip: string): Record<string, string> {
  const [first] = ports
  if (first === undefined) return {}
  const prefix = name.toUpperCase().replaceAll('-', '_')
  const url = (port: number, protocol: string): string => `${protocol.toLowerCase()}://${ip}:${port}`
  const env: Record<string, string> = {
    [`${prefix}_SERVICE_HOST`]: ip,
    [`${prefix}_SERVICE_PORT`]: String(first.port),
    [`${prefix}_PORT`]: url(first.port, first.protocol),
  }
  for (const { port, protocol, name: portName } of ports) {
    if (portName !== '') env[`${prefix}_SERVICE_PORT_${portName.toUpperCase().replaceAll('-', '_')}`] = String(port)
    const each = `${prefix}_PORT_${port}_${protocol}`
    env[each] = url(port, protocol)
    env[`${each}_PROTO`] = protocol.toLowerCase()
    env[`${each}_PORT`] = String(port)
    env[`${each}_ADDR`] = ip
  }
  return env
}
