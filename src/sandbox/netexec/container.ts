/** The inside of a running container as its processes find it: environment, user, files, tools. */
import type { KubeObject, Store } from '../contracts.ts'
import { configuredFiles } from '../life/pods/container-config.ts'
import type { SimNetwork } from '../network/network.ts'
import { environment } from './environment.ts'
import { type ContainerFiles, createFiles } from './files.ts'
import { findImage } from './images.ts'
import type { Container } from './process.ts'

/** undefined when the pod has no container of that name. */
export function openContainer(
  pod: KubeObject,
  name: string,
  network: SimNetwork,
  store: Pick<Store, 'get'>,
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
  const env = environment({ pod, spec, image, hostname, uid, network, store })
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
      given: { ...givenFiles(container, network), ...configuredFiles(pod, spec, store) },
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
