/**
 * What is inside an image, by its name and tag: shell, tools and their flavour, user, listening ports. The life of the
 * sandbox starts containers by it, the network listens by it, exec runs by it. Shop images follow their Dockerfiles at
 * each tag; everything else is what the published image is known to hold.
 */
import {
  ALPINE_IMAGE,
  DEBIAN_IMAGE,
  EMPTY_IMAGE,
  type ImageFacts,
  type ImageInside,
  type ListeningPort,
} from './image-bases.ts'
import { BIND_TOOLS } from './image-tools.ts'
import { shopImage } from './shop-images.ts'

export type { ImageFacts } from './image-bases.ts'

function withTools(base: ImageInside, more: readonly string[], change: Partial<ImageInside> = {}): ImageInside {
  return { ...base, tools: new Set([...base.tools, ...more]), ...change }
}

function tcp(...ports: number[]): ListeningPort[] {
  return ports.map((port) => ({ port, protocol: 'TCP' }))
}

const MULTITOOL = withTools(ALPINE_IMAGE, ['bash', 'curl', 'jq', 'nginx', 'tracepath', ...BIND_TOOLS], {
  ping: 'iputils',
  nslookup: 'bind',
  curl: '8.14.1',
  listens: tcp(80, 443),
  process: 'nginx: master process nginx -g daemon off;',
  keepsRunning: true,
})
const MULTITOOL_EXTRA = withTools(MULTITOOL, ['nmap', 'tcpdump', 'mtr', 'socat', 'git', 'python3'], { nc: 'openbsd' })

/** The whole Debian image of a language carries curl; the slim one does not. */
function languageImage(tag: string, tools: readonly string[], process: string): ImageInside {
  if (tag.includes('alpine')) return withTools(ALPINE_IMAGE, tools, { process })
  const isSlim = tag.includes('slim')
  return withTools(DEBIAN_IMAGE, isSlim ? tools : [...tools, 'curl'], {
    process,
    ...(isSlim ? {} : { curl: '7.88.1' }),
  })
}

const DNS_PORTS: ListeningPort[] = [{ port: 53, protocol: 'UDP' }, ...tcp(53, 8080, 8181, 9153)]

/** Well-known images besides the shop's, by repository with `docker.io` and `library` taken off. */
const REPOSITORIES: Readonly<Record<string, (tag: string) => ImageInside>> = {
  'wbitt/network-multitool': (tag) => (tag.includes('extra') ? MULTITOOL_EXTRA : MULTITOOL),
  'praqma/network-multitool': (tag) => (tag.includes('extra') ? MULTITOOL_EXTRA : MULTITOOL),
  alpine: () => ALPINE_IMAGE,
  busybox: () => withTools(ALPINE_IMAGE, [], { os: 'none', process: 'sh' }),
  redis: (tag) =>
    withTools(tag.includes('alpine') ? ALPINE_IMAGE : DEBIAN_IMAGE, ['redis-cli', 'redis-server'], {
      listens: tcp(6379),
      process: 'redis-server *:6379',
      keepsRunning: true,
    }),
  nginx: (tag) =>
    withTools(tag.includes('alpine') ? ALPINE_IMAGE : DEBIAN_IMAGE, ['nginx', 'curl'], {
      curl: tag.includes('alpine') ? '8.14.1' : '7.88.1',
      listens: tcp(80),
      process: 'nginx: master process nginx -g daemon off;',
      keepsRunning: true,
    }),
  httpd: (tag) =>
    withTools(tag.includes('alpine') ? ALPINE_IMAGE : DEBIAN_IMAGE, ['httpd'], {
      listens: tcp(80),
      process: 'httpd -DFOREGROUND',
      keepsRunning: true,
    }),
  postgres: (tag) =>
    withTools(tag.includes('alpine') ? ALPINE_IMAGE : DEBIAN_IMAGE, ['psql', 'pg_isready'], {
      listens: tcp(5432),
      process: 'postgres',
      keepsRunning: true,
    }),
  // Started without a command both find no terminal and end.
  python: (tag) => languageImage(tag, ['python3', 'python', 'pip'], 'python3'),
  node: (tag) => languageImage(tag, ['node', 'npm', 'npx'], 'node'),
  'hello-world': () => ({ ...EMPTY_IMAGE, process: '/hello', keepsRunning: false }),
  // registry.k8s.io/e2e-test-images/agnhost; `pause` is what it does when told nothing.
  agnhost: () => withTools(ALPINE_IMAGE, ['curl', ...BIND_TOOLS], { process: '/agnhost pause', keepsRunning: true }),
  debian: () => DEBIAN_IMAGE,
  ubuntu: () => ({ ...DEBIAN_IMAGE, os: 'ubuntu' }),
  bash: () => withTools(ALPINE_IMAGE, ['bash'], { process: 'bash' }),
  'curlimages/curl': () => withTools(ALPINE_IMAGE, ['curl'], { curl: '8.14.1', uid: 100, process: 'curl' }),
  'nicolaka/netshoot': () =>
    withTools(ALPINE_IMAGE, ['bash', 'zsh', 'curl', 'jq', 'nmap', 'tcpdump', ...BIND_TOOLS], {
      nc: 'openbsd',
      ping: 'iputils',
      nslookup: 'bind',
      curl: '8.14.1',
      process: 'zsh',
    }),
  'coredns/coredns': () => ({
    ...EMPTY_IMAGE,
    listens: DNS_PORTS,
    process: '/coredns -conf /etc/coredns/Corefile',
    uid: 65532,
  }),
  coredns: () => ({ ...EMPTY_IMAGE, listens: DNS_PORTS, process: '/coredns -conf /etc/coredns/Corefile', uid: 65532 }),
  pause: () => ({ ...EMPTY_IMAGE, process: '/pause', uid: 65535 }),
  'kube-proxy': () => ({ ...DEBIAN_IMAGE, process: 'kube-proxy', keepsRunning: true }),
  'kube-apiserver': () => ({ ...EMPTY_IMAGE, process: 'kube-apiserver', listens: tcp(6443) }),
  'kube-controller-manager': () => ({ ...EMPTY_IMAGE, process: 'kube-controller-manager' }),
  'kube-scheduler': () => ({ ...EMPTY_IMAGE, process: 'kube-scheduler' }),
  etcd: () => ({ ...EMPTY_IMAGE, process: 'etcd', listens: tcp(2379) }),
}

/** `host:5000/a/b:tag@sha256:...` taken apart; the tag is `latest` when none is written. */
export function parseImage(reference: string): { registry: string; repository: string; tag: string } {
  const withoutDigest = reference.replace(/@.*$/, '')
  const slash = withoutDigest.lastIndexOf('/')
  const colon = withoutDigest.indexOf(':', slash + 1)
  const path = colon < 0 ? withoutDigest : withoutDigest.slice(0, colon)
  const tag = colon < 0 ? 'latest' : withoutDigest.slice(colon + 1)
  const [first = '', ...rest] = path.split('/')
  const hasRegistry = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost')
  const registry = hasRegistry ? first : 'docker.io'
  const repository = (hasRegistry ? rest.join('/') : path).replace(/^library\//, '')
  return { registry, repository, tag }
}

/** Facts about an image reference; `known: false` with an empty inside when nobody knows it. */
export function findImage(reference: string): ImageFacts {
  const { registry, repository, tag } = parseImage(reference)
  const inside = insideOf(registry, repository, tag)
  return { ...(inside ?? EMPTY_IMAGE), repository, tag, known: inside !== undefined }
}

function insideOf(registry: string, repository: string, tag: string): ImageInside | undefined {
  const shop = shopImage(registry, repository, tag)
  if (shop !== undefined) return shop
  const byName =
    registry === 'registry.k8s.io' || registry === 'k8s.gcr.io' ? repository.replace(/^.*\//, '') : repository
  const found = REPOSITORIES[byName] ?? REPOSITORIES[repository]
  if (found !== undefined && Object.hasOwn(REPOSITORIES, byName)) return found(tag)
  // Calico's own images carry no shell worth calling one.
  if (/^(calico|tigera|projectcalico)\//.test(repository))
    return { ...EMPTY_IMAGE, process: repository.replace(/^.*\//, '') }
  return undefined
}
