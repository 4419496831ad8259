/**
 * The Hipster Shop as an application: who calls whom for which page, over connections that stay open. A page fails with
 * the cause of the call that failed, as the services' own handlers do (microservices-demo, src/frontend/handlers.go and
 * src/checkoutservice/main.go).
 */
import type { ConnectOutcome, HttpRequest, HttpResponse, SimClock } from '../contracts.ts'
import { parseImage } from '../netexec/images.ts'
import type { ConnectionRegistry } from './connections.ts'
import type { Resolver } from './resolver.ts'
import { createShopPages } from './shop-pages.ts'
import type { PodView, Topology } from './topology.ts'

export type ShopService =
  | 'adservice'
  | 'cartservice'
  | 'checkoutservice'
  | 'currencyservice'
  | 'emailservice'
  | 'frontend'
  | 'loadgenerator'
  | 'paymentservice'
  | 'productcatalogservice'
  | 'recommendationservice'
  | 'redis-cart'
  | 'shippingservice'

export interface Callee {
  service: ShopService
  variable: string
  fallback: string
}

const CART: Callee = { service: 'cartservice', variable: 'CART_SERVICE_ADDR', fallback: 'cartservice:7070' }
const CATALOG: Callee = {
  service: 'productcatalogservice',
  variable: 'PRODUCT_CATALOG_SERVICE_ADDR',
  fallback: 'productcatalogservice:3550',
}
const CURRENCY: Callee = {
  service: 'currencyservice',
  variable: 'CURRENCY_SERVICE_ADDR',
  fallback: 'currencyservice:7000',
}
const SHIPPING: Callee = {
  service: 'shippingservice',
  variable: 'SHIPPING_SERVICE_ADDR',
  fallback: 'shippingservice:50051',
}

/** The real call graph; addresses come from the caller's environment, as in the programs. */
export const CALL_GRAPH: Readonly<Partial<Record<ShopService, readonly Callee[]>>> = {
  frontend: [
    CART,
    CATALOG,
    CURRENCY,
    SHIPPING,
    {
      service: 'recommendationservice',
      variable: 'RECOMMENDATION_SERVICE_ADDR',
      fallback: 'recommendationservice:8080',
    },
    { service: 'checkoutservice', variable: 'CHECKOUT_SERVICE_ADDR', fallback: 'checkoutservice:5050' },
    { service: 'adservice', variable: 'AD_SERVICE_ADDR', fallback: 'adservice:9555' },
  ],
  checkoutservice: [
    CART,
    CATALOG,
    CURRENCY,
    SHIPPING,
    { service: 'paymentservice', variable: 'PAYMENT_SERVICE_ADDR', fallback: 'paymentservice:50051' },
    { service: 'emailservice', variable: 'EMAIL_SERVICE_ADDR', fallback: 'emailservice:5000' },
  ],
  recommendationservice: [CATALOG],
  cartservice: [{ service: 'redis-cart', variable: 'REDIS_ADDR', fallback: 'redis-cart:6379' }],
}

export interface CallResult {
  /** The pod that served it; undefined when the call failed. */
  pod: PodView | undefined
  /** gRPC's own words about the failure. */
  error: string
  tookMs: number
}

export interface Shop {
  answer(frontend: PodView, request: HttpRequest): HttpResponse
  /** Something changed: programs that lack a connection try again, as gRPC does in the background. */
  keepConnecting(): void
  close(): void
}

export interface ShopParts {
  topology: Topology
  clock: SimClock
  connections: ConnectionRegistry
  connect(from: string, address: string, port: number, protocol?: 'TCP' | 'UDP'): ConnectOutcome
  resolver: Resolver
}

/** gRPC's minimum connect time-out: the first call over a blocked edge hangs this long. */
const CONNECT_TIMEOUT_MS = 20_000

const SERVICES = new WeakMap<PodView, { service: ShopService | undefined }>()

/** Which service of the shop a pod is, by its image; undefined for anything else. */
export function shopServiceOf(pod: PodView): ShopService | undefined {
  let known = SERVICES.get(pod)
  if (known === undefined) {
    known = { service: serviceByImage(pod) }
    SERVICES.set(pod, known)
  }
  return known.service
}

function serviceByImage(pod: PodView): ShopService | undefined {
  for (const container of pod.object.spec?.containers ?? []) {
    const { repository } = parseImage(container.image ?? '')
    const name = repository.slice(repository.lastIndexOf('/') + 1)
    if (name === 'redis') return 'redis-cart'
    if (
      /^google-samples\//.test(repository) &&
      (Object.hasOwn(CALL_GRAPH, name) || /service$|^loadgenerator$/.test(name))
    )
      return name as ShopService
  }
  return undefined
}

export function createShop({ topology, clock, connections, connect, resolver }: ShopParts): Shop {
  /** Opens a connection if there is none; what a dial of the caller does. */
  const dial = (caller: PodView, callee: Callee): CallResult => {
    const target = addressOf(caller, callee)
    const kept = connections.find(caller, target)
    const keptPod = kept === undefined ? undefined : topology.pod(kept)
    if (keptPod !== undefined) return { pod: keptPod, error: '', tookMs: 0 }
    const [host = '', port = ''] = target.split(':')
    const resolved = resolver.resolve(caller.id, host)
    const address = resolved.kind === 'answer' ? resolved.addresses[0] : undefined
    if (address === undefined)
      return {
        pod: undefined,
        error: 'rpc error: code = Unavailable desc = name resolver error: produced zero addresses',
        tookMs: 5000,
      }
    const outcome = connect(caller.id, address, Number(port))
    const pod = outcome.kind === 'open' && outcome.pod !== null ? topology.pod(outcome.pod) : undefined
    if (pod !== undefined) {
      connections.keep(caller, target, pod)
      return { pod, error: '', tookMs: 0 }
    }
    const why = outcome.kind === 'refused' ? 'connect: connection refused' : 'i/o timeout'
    const error = `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp ${address}:${port}: ${why}"`
    return { pod: undefined, error, tookMs: outcome.kind === 'timed-out' ? CONNECT_TIMEOUT_MS : 1 }
  }

  const pages = createShopPages({ dial, clock, resolver })

  let scheduled: NodeJS.Timeout | NodeJS.Immediate | null = null
  let lastCostMs = 0
  const connectAll = (): void => {
    scheduled = null
    const started = performance.now()
    for (const pod of topology.pods()) {
      if (!pod.up) continue
      const service = shopServiceOf(pod)
      for (const callee of (service === undefined ? undefined : CALL_GRAPH[service]) ?? []) dial(pod, callee)
    }
    lastCostMs = performance.now() - started
  }

  return {
    answer: (frontend, request) => pages.answer(frontend, request),
    keepConnecting() {
      if (scheduled !== null) return
      // A big cluster under a storm of changes must not spend its time here: at most a tenth of it.
      scheduled = lastCostMs < 2 ? setImmediate(connectAll) : setTimeout(connectAll, lastCostMs * 10).unref()
    },
    close() {
      if (scheduled === null) return
      clearTimeout(scheduled as NodeJS.Timeout)
      clearImmediate(scheduled as NodeJS.Immediate)
    },
  }
}

function addressOf(caller: PodView, { variable, fallback }: Callee): string {
  for (const container of caller.object.spec?.containers ?? []) {
    const value = (container.env ?? []).find((each: any) => each.name === variable)?.value
    if (typeof value === 'string' && /^[^:,]+:\d+$/.test(value)) return value
  }
  return fallback
}
