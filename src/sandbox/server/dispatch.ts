import { type ApiError, forbidden, methodNotAllowed, noSuchResource } from '../api/api-error.ts'
import type { Answer, ResourceRequest } from '../api/context.ts'
import { handleEviction } from '../api/handlers/eviction.ts'
import { handleGet, handleList } from '../api/handlers/read.ts'
import { REVIEWS } from '../api/handlers/reviews.ts'
import { handleGetScale, handleWriteScale } from '../api/handlers/scale.ts'
import { handleTokenRequest } from '../api/handlers/token-request.ts'
import { parseBoolean } from '../api/query-options.ts'
import { handleCreate } from '../api/write/create.ts'
import { handleDelete, handleDeleteCollection } from '../api/write/delete.ts'
import { handlePatch } from '../api/write/patch.ts'
import { handleUpdate } from '../api/write/update.ts'
import type { ResourceRoute } from './route.ts'

/** The RBAC verb of a request, or null for a method that means nothing here. */
export function verbOf(method: string, route: ResourceRoute, query: URLSearchParams): string | null {
  const named = route.name !== undefined
  switch (method) {
    case 'GET':
      if (route.isWatch || (parseBoolean(query, 'watch') && !route.subresource)) return 'watch'
      return named ? 'get' : 'list'
    case 'POST':
      return named && route.subresource === undefined ? null : 'create'
    case 'PUT':
      return named ? 'update' : null
    case 'PATCH':
      return named ? 'patch' : null
    case 'DELETE':
      return named ? 'delete' : 'deletecollection'
    default:
      return null
  }
}

/** Whether discovery offers this verb on the resource or subresource. */
export function isServed(verb: string, { type, subresource }: ResourceRoute): boolean {
  if (subresource === undefined) return type.verbs.includes(verb)
  return type.subresources.find((known) => known.name === subresource)?.verbs.includes(verb) ?? false
}

export function requireAccess(request: ResourceRequest, verb: string): void {
  const { type, namespace, name, subresource, user, context } = request
  const access = { user, verb, group: type.group, resource: type.plural, subresource, namespace, name }
  if (context.authorizer.allows(access)) return
  throw accessDenied(request, verb)
}

function accessDenied({ type, namespace, name, subresource, user }: ResourceRequest, verb: string): ApiError {
  const resource = subresource ? `${type.plural}/${subresource}` : type.plural
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  return forbidden(
    type.id,
    name ?? '',
    `User "${user.username}" cannot ${verb} resource "${resource}" in API group "${type.group}" ${scope}`,
  )
}

/** Kinds whose every use is answered with a warning. */
const DEPRECATED: Readonly<Record<string, string>> = {
  endpoints: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  componentstatuses: 'v1 ComponentStatus is deprecated in v1.19+',
}

/** Answers everything about resources that is not a stream. */
export function dispatch(request: ResourceRequest, method: string, verb: string, body: Buffer): Answer {
  const { type, subresource } = request
  const deprecation = DEPRECATED[type.id]
  if (deprecation) request.warnings.push(deprecation)
  const review = REVIEWS[type.id]
  if (review) return review(request, body)
  switch (subresource) {
    case undefined:
      return dispatchMain(request, verb, body)
    case 'scale':
      return verb === 'get' ? handleGetScale(request) : handleWriteScale(request, method as 'PUT' | 'PATCH', body)
    case 'status':
    case 'approval':
    case 'ephemeralcontainers':
    case 'resize':
    case 'finalize':
      return dispatchMain(request, verb, body)
    case 'token':
      return handleTokenRequest(request, body)
    case 'eviction':
      return handleEviction(request, body)
    default:
      throw noSuchResource()
  }
}

function dispatchMain(request: ResourceRequest, verb: string, body: Buffer): Answer {
  switch (verb) {
    case 'get':
      return handleGet(request)
    case 'list':
      return handleList(request)
    case 'create':
      return handleCreate(request, body)
    case 'update':
      return handleUpdate(request, body)
    case 'patch':
      return handlePatch(request, body)
    case 'delete':
      return handleDelete(request, body)
    case 'deletecollection':
      return handleDeleteCollection(request, body)
    default:
      throw methodNotAllowed()
  }
}
