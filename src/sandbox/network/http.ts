/** Who answers an HTTP request, by what runs in the pod: the shop's frontend, nginx, or something that speaks no HTTP. */
import type { HttpRequest, HttpResponse, SimClock } from '../contracts.ts'
import { findImage } from '../netexec/images.ts'
import type { OutsideHost } from './outside.ts'
import { type Shop, shopServiceOf } from './shop.ts'
import type { PodView } from './topology.ts'

interface Exchange {
  server: PodView | undefined
  port: number
  request: HttpRequest
  shop: Shop
  clock: SimClock
  host: OutsideHost | undefined
  /** The address is a node's: the API server or a kubelet answers. */
  isNode: boolean
}

export function answerHttp({ server, port, request, shop, clock, host, isNode }: Exchange): HttpResponse {
  if (isNode) return kubernetes(request)
  if (server === undefined) return host?.http?.(request) ?? broken('empty-reply')
  const service = shopServiceOf(server)
  if (service === 'frontend') return request.scheme === 'https' ? broken('not-tls') : shop.answer(server, request)
  if (service === 'cartservice')
    return request.scheme === 'https'
      ? broken('not-tls')
      : plain(400, 'Bad Request', 'An HTTP/1.x request was sent to an HTTP/2 only endpoint.')
  if (service !== undefined)
    return service === 'redis-cart'
      ? broken('empty-reply')
      : broken(request.scheme === 'https' ? 'not-tls' : 'not-http')
  return nginx(server, port, request, clock)
}

/** Without credentials of a service account nobody gets further than this. */
function kubernetes({ scheme, path, method }: HttpRequest): HttpResponse {
  if (scheme === 'http') return plain(400, 'Bad Request', 'Client sent an HTTP request to an HTTPS server.\n')
  const verb = method === 'GET' || method === 'HEAD' ? 'get' : method.toLowerCase()
  const message = `forbidden: User "system:anonymous" cannot ${verb} path "${path.split('?')[0]}"`
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'Forbidden',
    details: {},
    code: 403,
  }
  const body = `${JSON.stringify(status, null, 2)}\n`
  return {
    status: 403,
    reason: 'Forbidden',
    headers: [
      ['Content-Type', 'application/json'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Content-Length', String(body.length)],
    ],
    body,
    tookMs: 0,
    certificate: 'self-signed',
  }
}

function nginx(server: PodView, port: number, request: HttpRequest, clock: SimClock): HttpResponse {
  const image = (server.object.spec?.containers ?? [])
    .map((container: any) => findImage(container.image ?? ''))
    .find((each: any) => each.process.startsWith('nginx'))
  if (image === undefined) return broken('empty-reply')
  if (request.scheme === 'https' && port !== 443) return broken('not-tls')
  if (request.scheme === 'http' && port === 443)
    return page(clock, 400, 'Bad Request', '400 The plain HTTP request was sent to HTTPS port\n')
  const isMultitool = image.repository.includes('multitool')
  if (request.path.split('?')[0] !== '/')
    return page(
      clock,
      404,
      'Not Found',
      '<html>\n<head><title>404 Not Found</title></head>\n<body>\n<center><h1>404 Not Found</h1></center>\n</body>\n</html>\n',
    )
  const body = isMultitool
    ? `WBITT Network MultiTool (with NGINX) - ${server.object.metadata.name} - ${server.ip} - HTTP: 80 , HTTPS: 443 . (Formerly praqma/network-multitool)\n`
    : '<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n</body>\n</html>\n'
  return {
    ...page(clock, 200, 'OK', body),
    ...(request.scheme === 'https' ? { certificate: 'self-signed' as const } : {}),
  }
}

function page(clock: SimClock, status: number, reason: string, body: string): HttpResponse {
  const headers: [string, string][] = [
    ['Server', 'nginx/1.28.0'],
    ['Date', clock.now().toUTCString()],
    ['Content-Type', 'text/html'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'keep-alive'],
  ]
  return { status, reason, headers, body, tookMs: 0 }
}

function plain(status: number, reason: string, body: string): HttpResponse {
  return {
    status,
    reason,
    headers: [
      ['Content-Length', String(body.length)],
      ['Content-Type', 'text/plain'],
      ['Connection', 'close'],
    ],
    body,
    tookMs: 0,
  }
}

function broken(how: NonNullable<HttpResponse['broken']>): HttpResponse {
  return { status: 0, reason: '', headers: [], body: '', tookMs: 0, broken: how }
}
