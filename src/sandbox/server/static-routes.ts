import type { IncomingMessage } from 'node:http'
import { wantsAggregatedDiscovery } from '../api/accept.ts'
import { ApiError } from '../api/api-error.ts'
import type { Answer } from '../api/context.ts'
import type { Discovery } from '../api/discovery.ts'
import type { OpenApi } from '../api/openapi/openapi.ts'
import { openApiV2 } from '../api/openapi/openapi-v2.ts'
import type { Route } from './route.ts'
import { KUBERNETES_VERSION, VERSION } from './version.ts'

const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const PLAIN = 'text/plain; charset=utf-8'

export interface StaticDocuments {
  discovery: Discovery
  openApi: OpenApi
  host: () => string
}

/** Everything that is not a resource: discovery, OpenAPI, version, health. */
export function answerStatic(
  req: IncomingMessage,
  route: Route,
  query: URLSearchParams,
  documents: StaticDocuments,
): Answer {
  const { discovery, openApi, host } = documents
  switch (route.kind) {
    case 'root':
      return { status: 200, body: { paths: discovery.paths() } }
    case 'version':
      return { status: 200, body: VERSION }
    case 'core-versions':
      if (wantsAggregatedDiscovery(req.headers.accept)) return aggregated(req, discovery.aggregated(true))
      return { status: 200, body: discovery.legacyRoot(host()) }
    case 'groups':
      if (wantsAggregatedDiscovery(req.headers.accept)) return aggregated(req, discovery.aggregated(false))
      return { status: 200, body: discovery.legacyGroups() }
    case 'group':
      return { status: 200, body: discovery.group(route.group)! }
    case 'resources':
      return { status: 200, body: `${discovery.resources(route.apiVersion)!.text}\n` }
    case 'health':
      return health(route.check, query.has('verbose'))
    case 'openapi':
      return answerOpenApi(req, route, query, openApi)
    case 'no-resource':
      throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})
    default:
      return { status: 404, body: '404 page not found\n', contentType: PLAIN }
  }
}

function aggregated(req: IncomingMessage, { text, etag }: { text: string; etag: string }): Answer {
  const headers = { ETag: etag, Vary: 'Accept', 'Cache-Control': 'public' }
  if (req.headers['if-none-match'] === etag) return { status: 304, body: '', headers }
  return { status: 200, body: text, contentType: AGGREGATED_TYPE, headers }
}

function health(check: string, verbose: boolean): Answer {
  const body = verbose ? `[+]ping ok\n[+]log ok\n[+]etcd ok\n${check} check passed\n` : 'ok'
  return { status: 200, body, contentType: PLAIN, headers: { 'X-Content-Type-Options': 'nosniff' } }
}

function answerOpenApi(
  req: IncomingMessage,
  route: { path: string; version: 'v2' | 'v3' },
  query: URLSearchParams,
  openApi: OpenApi,
): Answer {
  if (route.version === 'v2') return answerOpenApiV2(req, route.path, openApi.startedAt)
  const lastModified = { 'Last-Modified': openApi.startedAt.toUTCString() }
  if (route.path === '') {
    const { text, hash } = openApi.index()
    const known =
      req.headers['if-none-match'] === `"${hash}"` || req.headers['if-modified-since'] === lastModified['Last-Modified']
    return {
      status: known ? 304 : 200,
      body: text,
      contentType: PLAIN,
      headers: { ETag: `"${hash}"`, ...lastModified },
    }
  }
  const document = openApi.document(route.path)
  if (!document) return { status: 404, body: '', contentType: PLAIN }
  const etag = `"${document.hash}"`
  const isPinned = query.get('hash') === document.hash
  const headers = {
    ETag: etag,
    Vary: 'Accept',
    ...lastModified,
    ...(isPinned ? { 'Cache-Control': 'public, immutable', Expires: inOneYear(openApi.startedAt) } : {}),
  }
  if (req.headers['if-none-match'] === etag) return { status: 304, body: '', headers }
  return { status: 200, body: document.text, headers }
}

const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

function answerOpenApiV2(req: IncomingMessage, path: string, startedAt: Date): Answer {
  if (path !== '') return { status: 404, body: '404 page not found\n', contentType: PLAIN }
  const { json, protobuf, etag } = openApiV2(KUBERNETES_VERSION)
  const lastModified = startedAt.toUTCString()
  const headers = { ETag: etag, 'Last-Modified': lastModified, Vary: 'Accept-Encoding, Accept' }
  const isKnown = req.headers['if-none-match'] === etag || req.headers['if-modified-since'] === lastModified
  if (isKnown) return { status: 304, body: '', headers }
  return /com\.github\.proto-openapi/.test(req.headers.accept ?? '')
    ? { status: 200, body: protobuf, contentType: OPENAPI_V2_PROTOBUF, headers }
    : { status: 200, body: json, headers }
}

function inOneYear(from: Date): string {
  return new Date(from.getTime() + 365 * 24 * 3600 * 1000).toUTCString()
}
