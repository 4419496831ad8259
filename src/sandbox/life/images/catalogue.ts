import type { ImageFacts } from './image-facts.ts'
import { type ImageReference, parseImageReference } from './image-reference.ts'
import { shopImage } from './shop-images.ts'
import { BUSYBOX, DEBIAN, MULTITOOL, NETSHOOT } from './tool-sets.ts'

/**
 * The images this cluster can pull. Anything else does not exist here and ends in ImagePullBackOff, as a misspelt
 * name does on a real one.
 */

type Facts = Partial<ImageFacts>

const tcp = (...ports: number[]): ImageFacts['listens'] => ports.map((port) => ({ port, protocol: 'TCP' as const }))

const alpine = (extra: readonly string[] = []): Facts => ({
  shell: 'ash',
  tools: new Set([...BUSYBOX, ...extra]),
  nc: 'busybox',
  ping: 'busybox',
  distribution: 'alpine',
})
const debian = (extra: readonly string[] = []): Facts => ({
  shell: 'dash',
  tools: new Set([...DEBIAN, ...extra]),
  distribution: 'debian',
})
const server = (command: string, listens: ImageFacts['listens']): Facts => ({
  main: 'server',
  command: command.split(' '),
  listens,
})
const shellMain = (command = 'sh'): Facts => ({ main: 'shell', command: [command], argsAreCommand: true })

const multitool = (tag: string): Facts => ({
  ...alpine([...MULTITOOL, ...(tag.includes('extra') ? NETSHOOT : [])]),
  ...server('nginx: master process nginx -g daemon off;', tcp(80, 443)),
  ping: 'iputils',
  nc: tag.includes('extra') ? 'openbsd' : 'busybox',
  argsAreCommand: true,
  sizeBytes: 24_000_000,
})

/** By `registry/repository`, docker.io left out. */
const IMAGES: Readonly<Record<string, (tag: string) => Facts>> = {
  'library/redis': (tag) => ({
    ...(tag.includes('alpine') ? alpine(['redis-cli', 'redis-server']) : debian(['redis-cli', 'redis-server'])),
    ...server('redis-server *:6379', tcp(6379)),
    service: 'redis-cart',
    argsAreCommand: true,
    sizeBytes: 17_000_000,
  }),
  'wbitt/network-multitool': multitool,
  'praqma/network-multitool': multitool,
  'nicolaka/netshoot': () => ({
    ...alpine(NETSHOOT),
    ...shellMain('zsh'),
    nc: 'openbsd',
    ping: 'iputils',
    sizeBytes: 196_000_000,
  }),
  'library/busybox': () => ({ ...alpine(), ...shellMain(), distribution: 'none', sizeBytes: 2_200_000 }),
  'library/alpine': () => ({ ...alpine(), ...shellMain('/bin/sh'), sizeBytes: 3_800_000 }),
  'library/debian': () => ({ ...debian(), ...shellMain('bash'), sizeBytes: 48_000_000 }),
  'library/ubuntu': () => ({ ...debian(), ...shellMain('/bin/bash'), distribution: 'ubuntu', sizeBytes: 30_000_000 }),
  'library/nginx': (tag) => ({
    ...(tag.includes('alpine') ? alpine(['curl', 'nginx']) : debian(['curl', 'nginx'])),
    ...server('nginx: master process nginx -g daemon off;', tcp(80)),
    argsAreCommand: true,
    sizeBytes: 62_000_000,
  }),
  'library/httpd': () => ({
    ...debian(),
    ...server('httpd -DFOREGROUND', tcp(80)),
    argsAreCommand: true,
    sizeBytes: 57_000_000,
  }),
  'library/postgres': () => ({
    ...debian(['psql']),
    ...server('postgres', tcp(5432)),
    argsAreCommand: true,
    sizeBytes: 160_000_000,
  }),
  'library/mysql': () => ({
    ...debian(['mysql']),
    ...server('mysqld', tcp(3306)),
    argsAreCommand: true,
    sizeBytes: 240_000_000,
  }),
  'library/python': (tag) => ({
    ...(tag.includes('alpine') ? alpine(['python', 'python3']) : debian(['python', 'python3'])),
    ...shellMain('python3'),
    sizeBytes: 45_000_000,
  }),
  'library/node': (tag) => ({
    ...(tag.includes('alpine') ? alpine(['node', 'npm']) : debian(['node', 'npm', 'curl', 'wget'])),
    ...shellMain('node'),
    sizeBytes: 55_000_000,
  }),
  'library/hello-world': () => ({ main: 'once', command: ['/hello'], sizeBytes: 9_000 }),
  'curlimages/curl': () => ({
    ...alpine(['curl']),
    main: 'once',
    command: ['curl', '--help'],
    root: false,
    sizeBytes: 9_000_000,
  }),
  'registry.k8s.io/pause': () => ({ ...server('/pause', []), root: false, sizeBytes: 320_000 }),
  'registry.k8s.io/e2e-test-images/agnhost': () => ({
    ...alpine(['curl', 'dig']),
    ...server('/agnhost pause', []),
    sizeBytes: 52_000_000,
  }),
  'registry.k8s.io/coredns/coredns': () => ({
    ...server('/coredns -conf /etc/coredns/Corefile', [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
      ...tcp(9153, 8080, 8181),
    ]),
    root: false,
    sizeBytes: 22_000_000,
  }),
  'registry.k8s.io/etcd': () => ({ ...server('etcd', tcp(2379, 2380, 2381)), sizeBytes: 58_000_000 }),
  'registry.k8s.io/kube-apiserver': () => ({ ...server('kube-apiserver', tcp(6443)), sizeBytes: 27_000_000 }),
  'registry.k8s.io/kube-controller-manager': () => ({
    ...server('kube-controller-manager', tcp(10257)),
    sizeBytes: 23_000_000,
  }),
  'registry.k8s.io/kube-scheduler': () => ({ ...server('kube-scheduler', tcp(10259)), sizeBytes: 17_000_000 }),
  'registry.k8s.io/kube-proxy': () => ({
    ...server('/usr/local/bin/kube-proxy', tcp(10249, 10256)),
    shell: 'dash',
    tools: new Set(DEBIAN),
    distribution: 'debian',
    sizeBytes: 26_000_000,
  }),
  'quay.io/calico/node': () => ({
    ...server('/usr/local/bin/runsvdir', tcp(9099)),
    shell: 'bash',
    tools: new Set(DEBIAN),
    sizeBytes: 160_000_000,
  }),
  'quay.io/calico/typha': () => ({ ...server('calico-typha', tcp(5473)), root: false, sizeBytes: 36_000_000 }),
  'quay.io/calico/apiserver': () => ({ ...server('/code/apiserver', tcp(5443)), root: false, sizeBytes: 49_000_000 }),
  'quay.io/calico/kube-controllers': () => ({
    ...server('/usr/bin/kube-controllers', []),
    root: false,
    sizeBytes: 51_000_000,
  }),
}

const SHOP_REPOSITORIES = [
  'gcr.io/google-samples/microservices-demo/',
  'us-central1-docker.pkg.dev/google-samples/microservices-demo/',
  'us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/',
]
const TAG = /^(latest|stable|alpine|slim|bookworm|trixie|extra|minimal|mainline|v?\d[\w.-]*|[a-z]+-alpine|alpine-\w+)$/

const NOTHING: ImageFacts = {
  shell: null,
  tools: new Set(),
  nc: null,
  ping: null,
  distribution: 'none',
  root: true,
  main: 'server',
  argsAreCommand: false,
  command: ['/app'],
  listens: [],
  sizeBytes: 20_000_000,
}

const known = new Map<string, ImageFacts | undefined>()

/** Facts of the image, or undefined when no registry has it. */
export function findImage(image: string): ImageFacts | undefined {
  if (!known.has(image)) {
    // Names come from users: the memory must stay bounded.
    if (known.size > 1000) known.clear()
    const reference = parseImageReference(image)
    known.set(image, reference ? lookUp(reference) : undefined)
  }
  return known.get(image)
}

function lookUp(reference: ImageReference): ImageFacts | undefined {
  const path =
    reference.registry === 'docker.io' ? reference.repository : `${reference.registry}/${reference.repository}`
  const shop = SHOP_REPOSITORIES.find((prefix) => path.startsWith(prefix))
  if (shop) return shopImage(path.slice(shop.length), reference.tag)
  // Calico's images come from quay.io and from docker.io under the same names.
  const facts = Object.hasOwn(IMAGES, path) ? IMAGES[path] : IMAGES[`quay.io/${path}`]
  if (!facts || !TAG.test(reference.tag)) return undefined
  return { ...NOTHING, ...facts(reference.tag) }
}
