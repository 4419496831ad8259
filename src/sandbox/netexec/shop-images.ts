/** The shop's images, tag by tag, as their Dockerfiles have it: from v0.10.1 on five of them hold no shell at all. */

import { ALPINE_IMAGE, DEBIAN_IMAGE, EMPTY_IMAGE, type ImageInside } from './image-bases.ts'
import { BIND_TOOLS } from './image-tools.ts'

type Base = 'alpine' | 'alpine-extras' | 'debian' | 'debian-wget' | 'nothing'

interface ShopImage {
  port: number | null
  /** Base from a version on, newest first. */
  bases: readonly (readonly [from: string, base: Base])[]
  process: string
  more?: readonly string[]
}

const GO: ShopImage['bases'] = [
  ['0.10.1', 'nothing'],
  ['0.0.0', 'alpine'],
]
const NODE: ShopImage['bases'] = [['0.0.0', 'alpine']]
const PYTHON: ShopImage['bases'] = [
  ['0.10.3', 'alpine'],
  ['0.9.0', 'debian'],
  ['0.0.0', 'debian-wget'],
]

const SHOP: Readonly<Record<string, ShopImage>> = {
  adservice: {
    port: 9555,
    bases: [
      ['0.9.0', 'alpine'],
      ['0.0.0', 'debian-wget'],
    ],
    process: 'java -jar AdService.jar',
    more: ['java'],
  },
  cartservice: { port: 7070, bases: GO, process: '/app/cartservice' },
  checkoutservice: { port: 5050, bases: GO, process: '/src/checkoutservice' },
  currencyservice: { port: 7000, bases: NODE, process: 'node server.js', more: ['node'] },
  emailservice: { port: 8080, bases: PYTHON, process: 'python email_server.py', more: ['python', 'python3'] },
  frontend: {
    port: 8080,
    bases: [
      ['0.10.1', 'nothing'],
      ['0.0.0', 'alpine-extras'],
    ],
    process: '/src/server',
  },
  loadgenerator: {
    port: null,
    bases: [
      ['0.10.5', 'alpine'],
      ['0.9.0', 'debian'],
      ['0.0.0', 'debian-wget'],
    ],
    process: 'locust --host=http://frontend:80 --headless -u 10 -r 1',
    more: ['python', 'python3'],
  },
  paymentservice: { port: 50051, bases: NODE, process: 'node index.js', more: ['node'] },
  productcatalogservice: { port: 3550, bases: GO, process: '/src/server' },
  recommendationservice: {
    port: 8080,
    bases: PYTHON,
    process: 'python recommendation_server.py',
    more: ['python', 'python3'],
  },
  shippingservice: { port: 50051, bases: GO, process: '/src/shippingservice' },
}

const REPOSITORY = /^(?:google-samples|online-boutique-ci)\/(?:microservices-demo|online-boutique-ci)\/([a-z]+)$/

/** The inside of a shop image, or undefined when the reference is not one. A tag that is no version counts as the newest. */
export function shopImage(registry: string, repository: string, tag: string): ImageInside | undefined {
  if (!registry.endsWith('gcr.io') && !registry.endsWith('pkg.dev')) return undefined
  const service = REPOSITORY.exec(repository)?.[1]
  if (service === undefined || !Object.hasOwn(SHOP, service)) return undefined
  const image = SHOP[service] as ShopImage
  const version = versionOf(tag)
  const base = image.bases.find(([from]) => compare(version, versionOf(from)) >= 0)?.[1] ?? 'nothing'
  return { ...insideOf(base, image.more ?? []), ...listening(image), process: image.process, keepsRunning: true }
}

function listening(image: ShopImage): Pick<ImageInside, 'listens' | 'portVariable'> {
  if (image.port === null) return { listens: [], portVariable: null }
  return { listens: [{ port: image.port, protocol: 'TCP' }], portVariable: 'PORT' }
}

function insideOf(base: Base, more: readonly string[]): ImageInside {
  const from = base === 'nothing' ? EMPTY_IMAGE : base.startsWith('alpine') ? ALPINE_IMAGE : DEBIAN_IMAGE
  const extra = base === 'alpine-extras' ? [...BIND_TOOLS, 'telnet', 'ftpget'] : base === 'debian-wget' ? ['wget'] : []
  return {
    ...from,
    tools: base === 'nothing' ? new Set() : new Set([...from.tools, ...extra, ...more]),
    ...(base === 'alpine-extras' ? { nslookup: 'bind' as const } : {}),
    ...(base === 'debian-wget' ? { wget: 'gnu' as const } : {}),
  }
}

function versionOf(tag: string): readonly number[] {
  const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(tag)
  return found === null ? [Number.POSITIVE_INFINITY] : found.slice(1, 4).map(Number)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) === (b[i] ?? 0) ? 0 : (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
