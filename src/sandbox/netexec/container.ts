/** The inside of a running container as its processes find it: environment, user, files, tools. */
import type { KubeObject } from '../contracts.ts'
import type { SimNetwork } from '../network/network.ts'
import type { ServiceView } from '../network/topology.ts'
import { type ContainerFiles, createFiles } from './files.ts'
import { findImage, type ImageFacts } from './images.ts'
import type { Container } from './process.ts'

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

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** undefined when the pod has no container of that name. */
export function openContainer(
  pod: KubeObject,
  name: string,
  network: SimNetwork,
  filesOf: (make: () => ContainerFiles) => ContainerFiles,
): Container | undefined {
  const spec = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []),
    ...(pod.spec?.ephemeralContainers ?? []),
  ].find((each: any) => each.name === name)
  if (spec === undefined) return undefined
  const image = findImage(spec.image ?? '')
  const podId = `${pod.metadata.namespace}/${pod.metadata.name}`
  const hostname = String(pod.spec?.hostname ?? pod.metadata.name).slice(0, 63)
  const ip: string = pod.status?.podIP ?? ''
  const security = { ...(pod.spec?.securityContext ?? {}), ...(spec.securityContext ?? {}) }
  const uid = Number(security.runAsUser ?? image.uid)
  const gid = Number(security.runAsGroup ?? 0)
  const env = environment(spec, image, hostname, uid, network, pod)
  const container: Omit<Container, 'files'> = {
    podId,
    pod,
    name,
    image,
    hostname,
    ip,
    uid,
    gid,
    canPing: uid === 0 && !drops(security.capabilities),
    env,
    workingDir: spec.workingDir ?? '/',
    command: [...(spec.command ?? []), ...(spec.args ?? [])].join(' ') || image.process,
  }
  const files = filesOf(() =>
    createFiles({
      image,
      given: givenFiles(container, network),
      readOnlyRoot: security.readOnlyRootFilesystem === true,
      writableMounts: mounts(spec),
      uid,
    }),
  )
  return { ...container, files }
}

/** Without CAP_NET_RAW there is no raw socket, root or not. */
function drops(capabilities: any): boolean {
  const dropped: string[] = capabilities?.drop ?? []
  const added: string[] = capabilities?.add ?? []
  return (
    dropped.some((each) => each === 'ALL' || each === 'NET_RAW') &&
    !added.some((each) => each === 'NET_RAW' || each === 'ALL')
  )
}

function mounts(spec: any): string[] {
  return (spec.volumeMounts ?? [])
    .filter((mount: any) => mount.readOnly !== true)
    .map((mount: any) => String(mount.mountPath).replace(/\/$/, ''))
}

function environment(
  spec: any,
  image: ImageFacts,
  hostname: string,
  uid: number,
  network: SimNetwork,
  pod: KubeObject,
): Record<string, string> {
  const env: Record<string, string> = { PATH, HOSTNAME: hostname }
  for (const { name, value, valueFrom } of spec.env ?? []) env[name] = String(value ?? fieldValue(pod, valueFrom) ?? '')
  Object.assign(env, serviceVariables(pod, network))
  env.HOME = uid === 0 ? '/root' : '/'
  if (image.os === 'none' && image.shell === 'none') delete env.HOME
  return env
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

const OS_RELEASE: Readonly<Record<string, string>> = {
  alpine:
    'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.2\nPRETTY_NAME="Alpine Linux v3.22"\nHOME_URL="https://alpinelinux.org/"\n',
  debian:
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nID=debian\n',
  ubuntu: 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\n',
}

function givenFiles(
  { podId, hostname, ip, image, pod, command }: Omit<Container, 'files'>,
  network: SimNetwork,
): Record<string, string> {
  const { servers, search, ndots } = network.resolverConfig(podId)
  const resolvConf = `${search.length === 0 ? '' : `search ${search.join(' ')}\n`}nameserver ${servers[0] ?? ''}\n${search.length === 0 ? '' : `options ndots:${ndots}\n`}`
  const aliases = (pod.spec?.hostAliases ?? [])
    .map((alias: any) => `${alias.ip}\t${(alias.hostnames ?? []).join('\t')}\n`)
    .join('')
  const files: Record<string, string> = {
    '/etc/resolv.conf': resolvConf,
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${ip}\t${hostname}\n${aliases}`,
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n',
    '/proc/1/cmdline': command.replaceAll(' ', '\0'),
    '/proc/version': 'Linux version 6.6.87 (gcc) #1 SMP PREEMPT_DYNAMIC\n',
    '/var/run/secrets/kubernetes.io/serviceaccount/namespace': pod.metadata.namespace ?? 'default',
  }
  const release = OS_RELEASE[image.os]
  if (release !== undefined) files['/etc/os-release'] = release
  if (image.os === 'alpine') files['/etc/alpine-release'] = '3.22.2\n'
  if (image.os === 'debian') files['/etc/debian_version'] = '12.12\n'
  return files
}
