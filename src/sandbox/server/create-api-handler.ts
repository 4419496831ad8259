import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ApiError, methodNotAllowed, noSuchResource, unauthorized } from '../api/api-error.ts'
import type { ApiContext, ResourceRequest } from '../api/context.ts'
import { Discovery } from '../api/discovery.ts'
import { OpenApi } from '../api/openapi/openapi.ts'
import { createRbacAuthorizer } from '../api/rbac/rbac-authorizer.ts'
import { createRegistry } from '../api/registry/registry.ts'
import { authenticate } from './authenticate.ts'
import { dispatch, isServed, requireAccess, verbOf } from './dispatch.ts'
import { refuseForeign } from './guard.ts'
import type { ApiHandler, ApiHandlerDeps, UserInfo } from './handler.types.ts'
import { impersonate } from './impersonate.ts'
import { checkExecQuery, isStreamed, startLog, startUpgrade, streamParams, upgradeRequired } from './pod-streams.ts'
import { readBody } from './read-body.ts'
import { toErrorAnswer, writeAnswer, writeUpgradeRefusal } from './respond.ts'
import { parseRoute, type ResourceRoute, type Route } from './route.ts'
import { verifyToken } from './service-account-token.ts'
import { answerStatic } from './static-routes.ts'
import { WatchHub } from './watch-hub.ts'

const NO_BODY = Buffer.alloc(0)

/** A Kubernetes API over a store: put `handleRequest` and `handleUpgrade` on any HTTP(S) listener. */
export function createApiHandler(deps: ApiHandlerDeps): ApiHandler {
  return new Handler(deps)
}

class Handler implements ApiHandler {
  readonly #deps: ApiHandlerDeps
  readonly #context: ApiContext
  readonly #discovery: Discovery
  readonly #openApi: OpenApi
  readonly #watches: WatchHub

  constructor(deps: ApiHandlerDeps) {
    const registry = createRegistry(deps.calico)
    this.#deps = deps
    this.#context = {
      registry,
      store: deps.store,
      clock: deps.clock,
      calico: deps.calico,
      hooks: deps.hooks ?? {},
      authorizer: createRbacAuthorizer(deps.store),
      tokenSecret: deps.token,
    }
    this.#discovery = new Discovery(registry)
    this.#openApi = new OpenApi(registry, deps.clock.now())
    this.#watches = new WatchHub(deps.store)
  }

  close(): void {
    this.#watches.close()
  }

  handleRequest(req: IncomingMessage, res: ServerResponse): void {
    const warnings: string[] = []
    this.#answer(req, res, warnings).catch((error: unknown) => {
      this.#noteBug(error)
      writeAnswer(res, toErrorAnswer(error), warnings)
      // What was not read must not be taken for the next request.
      if (!req.complete) req.resume()
    })
  }

  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    try {
      const user = this.#admitted(req)
      const { route, query } = this.#parse(req)
      if (route.kind !== 'resource') throw noSuchResource()
      const request = this.#resourceRequest(req, route, query, user, [])
      const verb = verbOf(req.method ?? 'GET', route, query)
      if (!verb || !isServed(verb, route)) throw methodNotAllowed()
      requireAccess(request, verb)
      // Watches over WebSocket are for browsers, which have no business here: refused as an unknown protocol is.
      if (!isStreamed(route.type, route.subresource) || route.subresource === 'log') {
        writeUpgradeRefusal(socket, { status: 403, body: '', contentType: 'text/plain; charset=utf-8' })
        return
      }
      checkExecQuery(request, route.subresource)
      startUpgrade(this.#deps.streams ?? {}, req, socket, head, streamParams(request, route.subresource))
    } catch (error) {
      this.#noteBug(error)
      writeUpgradeRefusal(socket, toErrorAnswer(error))
    }
  }

  #noteBug(error: unknown): void {
    if (!(error instanceof ApiError) && !isClientGone(error)) this.#deps.onBug?.(error)
  }

  async #answer(req: IncomingMessage, res: ServerResponse, warnings: string[]): Promise<void> {
    const user = this.#admitted(req)
    const method = req.method ?? 'GET'
    const { route, query } = this.#parse(req)
    if (route.kind !== 'resource') {
      this.#answerStatic(req, res, route, query, user, method)
      return
    }
    const request = this.#resourceRequest(req, route, query, user, warnings)
    const verb = verbOf(method, route, query)
    if (!verb || !isServed(verb, route)) throw methodNotAllowed()
    requireAccess(request, verb)
    if (verb === 'watch') {
      this.#watches.open(this.#pinned(request), res)
      return
    }
    if (isStreamed(route.type, route.subresource)) {
      if (route.subresource !== 'log') {
        // The pod is looked for first.
        streamParams(request, route.subresource)
        throw upgradeRequired()
      }
      startLog(this.#deps.streams ?? {}, req, res, streamParams(request, 'log'))
      return
    }
    const body = method === 'GET' ? NO_BODY : await readBody(req)
    writeAnswer(res, dispatch(request, method, verb, body), request.warnings)
  }

  #answerStatic(
    req: IncomingMessage,
    res: ServerResponse,
    route: Route,
    query: URLSearchParams,
    user: UserInfo,
    method: string,
  ): void {
    const path = (req.url ?? '/').split('?')[0]!
    const exists = route.kind !== 'unknown' && route.kind !== 'no-resource'
    if (method !== 'GET' && method !== 'HEAD' && exists) throw methodNotAllowed()
    if (exists && !this.#context.authorizer.allowsPath(user, 'get', path)) {
      throw new ApiError(403, 'Forbidden', `forbidden: User "${user.username}" cannot get path "${path}"`, {})
    }
    const documents = {
      discovery: this.#discovery,
      openApi: this.#openApi,
      host: () => `127.0.0.1:${this.#deps.hostPort()}`,
    }
    writeAnswer(res, answerStatic(req, route, query, documents))
  }

  /** Who asks, or the refusal: foreign pages first, then the token. */
  #admitted(req: IncomingMessage): UserInfo {
    const foreign = refuseForeign(req, this.#deps.hostPort())
    if (foreign) throw foreign
    const { store, clock, authorizer } = this.#context
    const user = authenticate(req, this.#deps.token, (token) =>
      verifyToken(token, this.#deps.token, store, clock.now()),
    )
    if (!user) throw unauthorized()
    return impersonate(req.headers, user, authorizer)
  }

  #parse(req: IncomingMessage): { route: Route; query: URLSearchParams } {
    const url = req.url ?? '/'
    const mark = url.indexOf('?')
    const pathname = mark < 0 ? url : url.slice(0, mark)
    return {
      route: parseRoute(pathname, this.#context.registry),
      query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    }
  }

  #resourceRequest(
    req: IncomingMessage,
    route: ResourceRoute,
    query: URLSearchParams,
    user: UserInfo,
    warnings: string[],
  ): ResourceRequest {
    return {
      context: this.#context,
      type: route.type,
      namespace: route.namespace,
      name: route.name,
      subresource: route.subresource,
      query,
      headers: req.headers,
      user,
      warnings,
    }
  }

  /** The old `/watch/` path and `watch` on one object pin its name. */
  #pinned(request: ResourceRequest): ResourceRequest {
    if (request.name === undefined) return request
    const query = new URLSearchParams(request.query)
    query.set('fieldSelector', `metadata.name=${request.name}`)
    return { ...request, query }
  }
}

/** A connection that broke while a body was read. */
function isClientGone(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as { code?: string }).code ?? '')
}
