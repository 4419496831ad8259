import type { KubeObject } from '../../contracts.ts'
import { ApiError, badRequest, expired, notFound } from '../api-error.ts'
import type { Answer, ResourceRequest } from '../context.ts'
import { checkListOptions, parseInteger, parseResourceVersion } from '../query-options.ts'
import { isTierGuarded, requireTierAccess, visibleByTier } from '../rbac/tier-access.ts'
import { renderList, renderObject } from '../render.ts'
import { parseFieldSelector } from '../selectors/field-selector.ts'
import { parseLabelSelector } from '../selectors/label-selector.ts'
import { keyOf, objectsAt } from './past.ts'

export function handleGet(request: ResourceRequest): Answer {
  return renderObject(request, readObject(request))
}

function readObject(request: ResourceRequest): KubeObject {
  const { type, namespace, name, context } = request
  const object = context.store.get(type.storedAs, namespace, name!)
  if (!object)
    throw isNoProfile(request) ? new ApiError(500, undefined, `Invalid name ${name}`) : notFound(type.id, name!)
  requireTierAccess(request, 'get', object)
  return object
}

/** Calico finds out of a profile's name what it stands for; others are an error to it, not absent. */
function isNoProfile({ type, name }: ResourceRequest): boolean {
  return type.aggregated && type.id === 'profiles.projectcalico.org' && !/^(kns|ksa)\./.test(name!)
}

/** The objects a list or watch is about: selectors and tier rights applied, in list order. */
export function selectObjects(
  request: ResourceRequest,
  verb = 'list',
  all = (): KubeObject[] => request.context.store.list(request.type.storedAs, request.namespace),
): {
  items: KubeObject[]
  matches: (object: KubeObject) => boolean
} {
  const { type, namespace, context, query } = request
  const labels = parseLabelSelector(query.get('labelSelector'))
  const fields = parseFieldSelector(query.get('fieldSelector'), type.storedAs)
  const visible = visibleByTier(request, verb)
  const matches = (object: KubeObject) => labels(object.metadata.labels) && fields.matches(object) && visible(object)
  if (fields.name !== undefined && verb === 'watch' && (namespace !== undefined || !type.namespaced)) {
    const one = context.store.get(type.storedAs, namespace, fields.name)
    return { items: one && matches(one) ? [one] : [], matches }
  }
  const items = all()
  const isFiltered = query.get('labelSelector') || query.get('fieldSelector') || isTierGuarded(request)
  return { items: isFiltered ? items.filter(matches) : items, matches }
}

interface ContinueToken {
  v: 'meta.k8s.io/v1'
  rv: number
  start: string
}

export function handleList(request: ResourceRequest): Answer {
  const { query, context, type, namespace } = request
  const { revision } = context.store
  // Calico's API server has its own.
  if (!type.aggregated) checkListOptions(query)
  const token = query.get('continue')
  const limit = parseInteger(query, 'limit') ?? 0
  const exact = exactRevision(query, revision)
  const from = token ? decodeToken(token) : undefined
  // A list that goes on, or one of an earlier moment, shows what there was then.
  const at = from && from.rv !== -1 ? from.rv : (exact ?? revision)
  const { items } = selectObjects(request, 'list', () => {
    const found = objectsAt(context.store, type.storedAs, namespace, at)
    if (found !== null) return found
    throw from ? continueExpired(from) : expired('The resourceVersion for the provided list is too old.')
  })
  // Calico's API server ignores limit, and so does Kubernetes when it answers from its watch cache.
  const isPaged = limit > 0 && !type.aggregated && (token !== null || query.get('resourceVersion') !== '0')
  const rest = from ? items.filter((item) => keyOf(item) > from.start) : items
  if (!isPaged || rest.length <= limit) return renderList(request, rest, { resourceVersion: String(at) })
  const page = rest.slice(0, limit)
  const hasSelector = query.get('labelSelector') || query.get('fieldSelector')
  return renderList(request, page, {
    resourceVersion: String(at),
    continue: encodeToken({ v: 'meta.k8s.io/v1', rv: at, start: keyOf(page[page.length - 1]!) }),
    ...(hasSelector ? {} : { remainingItemCount: rest.length - limit }),
  })
}

function encodeToken(token: ContinueToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

function decodeToken(text: string): ContinueToken {
  let token: ContinueToken
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    throw badRequest('invalid continue token: continue key is not valid: invalid character')
  }
  if (token?.v !== 'meta.k8s.io/v1' || !Number.isInteger(token.rv) || typeof token.start !== 'string') {
    throw badRequest('invalid continue token: continue key is not valid: unrecognized version')
  }
  return token
}

/** The token's revision is out of reach; the answer brings one that goes on from the present. */
function continueExpired(token: ContinueToken): ApiError {
  const error = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  )
  error.status.metadata = { continue: encodeToken({ ...token, rv: -1 }) }
  return error
}

/** The revision a list must be of, when it asks for an exact one. */
function exactRevision(query: URLSearchParams, revision: number): number | undefined {
  const text = query.get('resourceVersion')
  if (!text) return undefined
  const asked = parseResourceVersion(text)
  if (asked > revision) throw tooLarge(asked, revision)
  return query.get('resourceVersionMatch') === 'Exact' && asked !== 0 ? asked : undefined
}

export function tooLarge(asked: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}
