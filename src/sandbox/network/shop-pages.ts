/**
 * The frontend's pages and the calls behind each, in the order the handlers make them. The first call that fails ends
 * the page with HTTP 500 and its cause; advertisements and recommendations are optional, as in the real shop.
 */
import type { HttpRequest, HttpResponse, SimClock } from '../contracts.ts'
import type { Resolver } from './resolver.ts'
import { CALL_GRAPH, type Callee, type CallResult, type ShopService } from './shop.ts'
import { productById, renderCart, renderError, renderHome, renderOrder, renderProduct } from './shop-views.ts'
import type { PodView } from './topology.ts'

interface Parts {
  dial(caller: PodView, callee: Callee): CallResult
  clock: SimClock
  resolver: Resolver
}

/** Thrown by a handler's failing call, caught where the page is answered. */
class PageFailure {
  constructor(
    readonly message: string,
    readonly cause: string,
  ) {}
}

interface Visit {
  frontend: PodView
  session: string
  tookMs: number
}

type CartLine = { id: string; quantity: number }

export function createShopPages({ dial, clock, resolver }: Parts): {
  answer(frontend: PodView, request: HttpRequest): HttpResponse
} {
  /** Carts live in redis: they are gone with its pod. */
  const carts = new Map<string, CartLine[]>()

  const call = (visit: Visit, caller: PodView, service: ShopService): CallResult => {
    const from = callerService(caller, visit)
    const callee = CALL_GRAPH[from]?.find((each) => each.service === service)
    if (callee === undefined) return { pod: undefined, error: 'rpc error: code = Unimplemented', tookMs: 0 }
    const result = dial(caller, callee)
    visit.tookMs += result.tookMs
    return result
  }

  const need = (visit: Visit, caller: PodView, service: ShopService, message: string): PodView => {
    const { pod, error } = call(visit, caller, service)
    if (pod === undefined) throw new PageFailure(message, error)
    return pod
  }

  /** cartservice keeps nothing itself: without redis it answers FailedPrecondition. */
  const needCart = (visit: Visit, caller: PodView, message: string): string => {
    const cartPod = need(visit, caller, 'cartservice', message)
    const { pod, tookMs } = dialRedis(cartPod)
    visit.tookMs += Math.min(tookMs, 5000)
    if (pod === undefined)
      throw new PageFailure(
        message,
        "rpc error: code = FailedPrecondition desc = Can't access cart storage. StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s).",
      )
    return `${pod.object.metadata.uid ?? pod.id} ${visit.session}`
  }
  const dialRedis = (cartPod: PodView): CallResult =>
    dial(cartPod, (CALL_GRAPH.cartservice as readonly Callee[])[0] as Callee)

  const recommend = (visit: Visit): void => {
    const { pod } = call(visit, visit.frontend, 'recommendationservice')
    const catalog = CALL_GRAPH.recommendationservice?.[0]
    if (pod !== undefined && catalog !== undefined) visit.tookMs += dial(pod, catalog).tookMs
  }

  const advertise = (visit: Visit): void => {
    const before = visit.tookMs
    call(visit, visit.frontend, 'adservice')
    // The frontend gives advertisements 100 ms and goes on without them.
    visit.tookMs = Math.min(visit.tookMs, before + 100)
  }

  const home = (visit: Visit): string => {
    // Every home page asks where it runs: quick while DNS says "no such name", slow when DNS cannot say.
    const whereAmI = resolver.resolve(visit.frontend.id, 'metadata.google.internal.')
    if (whereAmI.kind === 'servfail') visit.tookMs += whereAmI.tookMs
    need(visit, visit.frontend, 'currencyservice', 'could not retrieve currencies')
    need(visit, visit.frontend, 'productcatalogservice', 'could not retrieve products')
    const cart = needCart(visit, visit.frontend, 'could not retrieve cart')
    advertise(visit)
    return renderHome(sizeOf(carts.get(cart)))
  }

  const product = (visit: Visit, id: string): string => {
    need(visit, visit.frontend, 'productcatalogservice', 'could not retrieve product')
    const found = productById(id)
    if (found === undefined)
      throw new PageFailure('could not retrieve product', `rpc error: code = NotFound desc = no product with ID ${id}`)
    need(visit, visit.frontend, 'currencyservice', 'could not retrieve currencies')
    const cart = needCart(visit, visit.frontend, 'could not retrieve cart')
    recommend(visit)
    advertise(visit)
    return renderProduct(found, sizeOf(carts.get(cart)))
  }

  const viewCart = (visit: Visit): string => {
    need(visit, visit.frontend, 'currencyservice', 'could not retrieve currencies')
    const lines = carts.get(needCart(visit, visit.frontend, 'could not retrieve cart')) ?? []
    recommend(visit)
    need(visit, visit.frontend, 'shippingservice', 'failed to get shipping quote')
    if (lines.length > 0)
      need(visit, visit.frontend, 'productcatalogservice', `could not retrieve product #${lines[0]?.id}`)
    return renderCart(lines)
  }

  const addToCart = (visit: Visit, form: URLSearchParams): void => {
    const id = form.get('product_id') ?? ''
    need(visit, visit.frontend, 'productcatalogservice', 'could not retrieve product')
    if (productById(id) === undefined)
      throw new PageFailure('could not retrieve product', `rpc error: code = NotFound desc = no product with ID ${id}`)
    const cart = needCart(visit, visit.frontend, 'failed to add to cart')
    carts.set(cart, [...(carts.get(cart) ?? []), { id, quantity: Number(form.get('quantity') ?? 1) || 1 }])
    if (carts.size > 1000) carts.delete(carts.keys().next().value as string)
  }

  const emptyCart = (visit: Visit): void => void carts.delete(needCart(visit, visit.frontend, 'failed to empty cart'))

  /** PlaceOrder of checkoutservice: all but the mail must work. */
  const placeOrder = (visit: Visit): string => {
    const failed = 'failed to complete the order'
    const checkout = need(visit, visit.frontend, 'checkoutservice', failed)
    const inside = (service: ShopService, reason: string): void => {
      const { pod, error } = call(visit, checkout, service)
      if (pod === undefined) throw new PageFailure(failed, `rpc error: code = Internal desc = ${reason}: ${error}`)
    }
    try {
      const cart = needCart(visit, checkout, 'failed to get user cart during checkout')
      const lines = carts.get(cart) ?? []
      if (lines.length > 0) {
        inside('productcatalogservice', `failed to prepare order: failed to get product #"${lines[0]?.id}"`)
        inside('currencyservice', 'failed to prepare order: failed to convert price')
      }
      inside('shippingservice', 'shipping quote failure: failed to get shipping quote')
      inside('currencyservice', 'failed to convert shipping cost to currency')
      inside('paymentservice', 'failed to charge card: could not charge the card')
      inside('shippingservice', 'shipping error: shipment failed')
      carts.delete(cart)
    } catch (failure) {
      if (failure instanceof PageFailure && failure.message !== failed)
        throw new PageFailure(
          failed,
          `rpc error: code = Internal desc = cart failure: ${failure.message}: ${failure.cause}`,
        )
      throw failure
    }
    // A mail that cannot be sent is only logged.
    const { tookMs } = visit
    call(visit, checkout, 'emailservice')
    visit.tookMs = Math.min(visit.tookMs, tookMs + 20_000)
    recommend(visit)
    need(visit, visit.frontend, 'currencyservice', 'could not retrieve currencies')
    return renderOrder()
  }

  const route = (visit: Visit, request: HttpRequest, path: string): HttpResponse => {
    const { method } = request
    const reads = method === 'GET' || method === 'HEAD'
    const form = new URLSearchParams(request.body ?? '')
    if (path === '/' && reads) return html(200, 'OK', home(visit))
    if (path.startsWith('/product/') && reads) return html(200, 'OK', product(visit, path.slice('/product/'.length)))
    if (path === '/cart' && reads) return html(200, 'OK', viewCart(visit))
    if (path === '/cart' && method === 'POST') return found('/cart', () => addToCart(visit, form))
    if (path === '/cart/empty' && method === 'POST') return found('/', () => emptyCart(visit))
    if (path === '/setCurrency' && method === 'POST') return found('/', () => undefined)
    if (path === '/logout' && method === 'GET') return found('/', () => undefined)
    if (path === '/cart/checkout' && method === 'POST') return html(200, 'OK', placeOrder(visit))
    if (path === '/robots.txt') return text(200, 'OK', 'User-agent: *\nDisallow: /')
    if (path === '/_healthz') return text(200, 'OK', 'ok')
    const known = ['/', '/cart', '/cart/empty', '/setCurrency', '/logout', '/cart/checkout'].includes(path)
    return known ? bare(405, 'Method Not Allowed') : text(404, 'Not Found', '404 page not found\n')
  }

  const answer = (frontend: PodView, request: HttpRequest): HttpResponse => {
    const path = decodePath(request.path.split('?')[0] ?? '/')
    const cookie = /shop_session-id=([\w-]+)/.exec(request.headers?.cookie ?? '')?.[1]
    const visit: Visit = { frontend, session: cookie ?? newSession(clock), tookMs: 0 }
    let response: HttpResponse
    try {
      response = route(visit, request, path)
    } catch (failure) {
      if (!(failure instanceof PageFailure)) throw failure
      response = html(500, 'Internal Server Error', renderError(failure.message, failure.cause))
    }
    const session: [string, string][] =
      cookie === undefined && path !== '/_healthz'
        ? [['Set-Cookie', `shop_session-id=${visit.session}; Max-Age=172800`]]
        : []
    const headers: [string, string][] = [
      ...session,
      ...response.headers.filter(([name]) => name === 'Location'),
      ['Date', clock.now().toUTCString()],
    ]
    const rest = response.headers.filter(([name]) => name !== 'Location')
    return { ...response, headers: [...headers, ...rest], tookMs: visit.tookMs }
  }
  return { answer }
}

function callerService(caller: PodView, visit: Visit): ShopService {
  return caller.id === visit.frontend.id ? 'frontend' : 'checkoutservice'
}

function sizeOf(lines: readonly CartLine[] | undefined): number {
  return (lines ?? []).reduce((sum, line) => sum + line.quantity, 0)
}

let sessions = 0
function newSession(clock: SimClock): string {
  const part = (n: number, digits: number): string => (n >>> 0).toString(16).padStart(digits, '0').slice(-digits)
  sessions++
  const now = clock.now().getTime()
  return `${part(now, 8)}-${part(sessions, 4)}-4${part(now >> 8, 3)}-a${part(sessions * 7, 3)}-${part(now ^ 0x5bd1e995, 8)}${part(sessions * 2654435761, 4)}`
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function html(status: number, reason: string, body: string): HttpResponse {
  return { status, reason, headers: [['Content-Type', 'text/html; charset=utf-8']], body, tookMs: 0 }
}

function text(status: number, reason: string, body: string): HttpResponse {
  return {
    status,
    reason,
    headers: [
      ['Content-Length', String(body.length)],
      ['Content-Type', 'text/plain; charset=utf-8'],
    ],
    body,
    tookMs: 0,
  }
}

function bare(status: number, reason: string): HttpResponse {
  return { status, reason, headers: [['Content-Length', '0']], body: '', tookMs: 0 }
}

function found(location: string, act: () => void): HttpResponse {
  act()
  return {
    status: 302,
    reason: 'Found',
    headers: [
      ['Location', location],
      ['Content-Length', '0'],
    ],
    body: '',
    tookMs: 0,
  }
}
