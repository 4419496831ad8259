import type { ImageFacts } from './image-facts.ts'
import { BUSYBOX, DEBIAN } from './tool-sets.ts'

/**
 * The shop's images by release: what was inside changed in v0.10.1 (Go and .NET services lost their shell), in
 * v0.10.3 (Python services went to Alpine) and in v0.10.5. Read from src/<service>/Dockerfile at each tag.
 */

type Base = 'alpine' | 'alpine-java' | 'alpine-node' | 'alpine-python' | 'debian-java' | 'debian-python' | 'nothing'

interface Service {
  port: number | null
  command: readonly string[]
  /** Newest first: the base from that release on. */
  bases: readonly (readonly [from: string, base: Base])[]
  sizeBytes: number
}

const GO: Service['bases'] = [
  ['0.10.1', 'nothing'],
  ['0.3.8', 'alpine'],
]
const PYTHON: Service['bases'] = [
  ['0.10.3', 'alpine-python'],
  ['0.3.8', 'debian-python'],
]
const NODE: Service['bases'] = [['0.3.8', 'alpine-node']]

const SERVICES: Readonly<Record<string, Service>> = {
  adservice: {
    port: 9555,
    command: ['java', '-jar', '/app/build/install/hipstershop/lib/hipstershop.jar'],
    bases: [
      ['0.9.0', 'alpine-java'],
      ['0.3.8', 'debian-java'],
    ],
    sizeBytes: 121_000_000,
  },
  cartservice: { port: 7070, command: ['/app/cartservice'], bases: GO, sizeBytes: 33_000_000 },
  checkoutservice: { port: 5050, command: ['/src/checkoutservice'], bases: GO, sizeBytes: 15_000_000 },
  currencyservice: { port: 7000, command: ['node', 'server.js'], bases: NODE, sizeBytes: 66_000_000 },
  emailservice: { port: 8080, command: ['python', 'email_server.py'], bases: PYTHON, sizeBytes: 62_000_000 },
  frontend: { port: 8080, command: ['/src/server'], bases: GO, sizeBytes: 17_000_000 },
  loadgenerator: {
    port: null,
    command: ['locust'],
    bases: [
      ['0.10.5', 'alpine-python'],
      ['0.3.8', 'debian-python'],
    ],
    sizeBytes: 70_000_000,
  },
  paymentservice: { port: 50051, command: ['node', 'index.js'], bases: NODE, sizeBytes: 64_000_000 },
  productcatalogservice: { port: 3550, command: ['/src/server'], bases: GO, sizeBytes: 15_000_000 },
  recommendationservice: {
    port: 8080,
    command: ['python', 'recommendation_server.py'],
    bases: PYTHON,
    sizeBytes: 63_000_000,
  },
  shippingservice: { port: 50051, command: ['/src/shippingservice'], bases: GO, sizeBytes: 14_000_000 },
}

const RELEASES = /^v0\.(3\.[8-9]|[4-9]\.\d+|10\.[0-6])$/

/** Facts of a shop service at a release tag, or undefined when there is no such service or release. */
export function shopImage(service: string, tag: string): ImageFacts | undefined {
  const found = SERVICES[service]
  if (!found || !RELEASES.test(tag)) return undefined
  const base = found.bases.find(([from]) => isAtLeast(tag.slice(1), from))?.[1] ?? 'nothing'
  return {
    service,
    ...baseFacts(base),
    // The frontend of the shell days had busybox-extras and bind-tools on top.
    ...(service === 'frontend' && base === 'alpine'
      ? { tools: new Set([...BUSYBOX, 'dig', 'host', 'httpd', 'ftpget']) }
      : {}),
    root: false,
    main: 'server',
    argsAreCommand: false,
    command: found.command,
    listens: found.port === null ? [] : [{ port: found.port, protocol: 'TCP' }],
    ...(found.port === null ? {} : { portVariable: 'PORT' }),
    sizeBytes: found.sizeBytes,
  }
}

function baseFacts(base: Base): Pick<ImageFacts, 'shell' | 'tools' | 'nc' | 'ping' | 'distribution'> {
  switch (base) {
    case 'nothing':
      return { shell: null, tools: new Set(), nc: null, ping: null, distribution: 'distroless' }
    case 'alpine':
    case 'alpine-java':
    case 'alpine-node':
    case 'alpine-python': {
      const extra =
        base === 'alpine'
          ? []
          : base === 'alpine-java'
            ? ['java']
            : base === 'alpine-node'
              ? ['node']
              : ['python', 'python3']
      return {
        shell: 'ash',
        tools: new Set([...BUSYBOX, ...extra]),
        nc: 'busybox',
        ping: 'busybox',
        distribution: 'alpine',
      }
    }
    case 'debian-java':
      return {
        shell: 'dash',
        tools: new Set([...DEBIAN, 'wget', 'java']),
        nc: null,
        ping: null,
        distribution: 'debian',
      }
    case 'debian-python':
      return {
        shell: 'dash',
        tools: new Set([...DEBIAN, 'wget', 'python', 'python3']),
        nc: null,
        ping: null,
        distribution: 'debian',
      }
  }
}

function isAtLeast(version: string, floor: string): boolean {
  const a = version.split('.').map(Number)
  const b = floor.split('.').map(Number)
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
