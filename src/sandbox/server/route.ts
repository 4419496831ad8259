import type { Registry } from '../api/registry/registry.ts'
import type { ResourceType } from '../api/registry/resource-type.ts'

export type Route =
  | { kind: 'root' }
  | { kind: 'core-versions' }
  | { kind: 'groups' }
  | { kind: 'group'; group: string }
  | { kind: 'resources'; apiVersion: string }
  | { kind: 'version' }
  | { kind: 'health'; check: string; path: string }
  | { kind: 'openapi'; path: string; version: 'v2' | 'v3' }
  | ResourceRoute
  /** A known group version that has no such resource or subresource: a JSON Status. */
  | { kind: 'no-resource' }
  /** Anything else: plain `404 page not found`. */
  | { kind: 'unknown' }

export interface ResourceRoute {
  kind: 'resource'
  type: ResourceType
  namespace?: string
  name?: string
  subresource?: string
  /** Path behind `proxy`. */
  rest?: string
  /** The old `/watch/` form of a path. */
  isWatch?: boolean
}

const HEALTH = new Set(['healthz', 'livez', 'readyz'])

/** Path of a request -> what it is about. Segments come decoded; an undecodable path is unknown. */
export function parseRoute(pathname: string, registry: Registry): Route {
  let segments: string[]
  try {
    segments = pathname.split('/').slice(1).map(decodeURIComponent)
  } catch {
    return { kind: 'unknown' }
  }
  if (segments.at(-1) === '') segments.pop()
  const [first, ...rest] = segments
  if (first === undefined) return { kind: 'root' }
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return { kind: 'unknown' }
  if (HEALTH.has(first)) return { kind: 'health', check: first, path: rest.join('/') }
  if (first === 'version' && rest.length === 0) return { kind: 'version' }
  if (first === 'openapi' && (rest[0] === 'v2' || rest[0] === 'v3')) {
    return { kind: 'openapi', version: rest[0], path: rest.slice(1).join('/') }
  }
  if (first === 'api') {
    if (rest.length === 0) return { kind: 'core-versions' }
    if (rest[0] !== 'v1') return { kind: 'no-resource' }
    return rest.length === 1 ? { kind: 'resources', apiVersion: 'v1' } : parseResource('v1', rest.slice(1), registry)
  }
  if (first !== 'apis') return { kind: 'unknown' }
  const [group, version, ...path] = rest
  if (group === undefined) return { kind: 'groups' }
  if (!registry.hasGroup(group)) return { kind: 'unknown' }
  if (version === undefined) return { kind: 'group', group }
  const apiVersion = `${group}/${version}`
  if (!registry.groupVersions.includes(apiVersion)) return { kind: 'no-resource' }
  return path.length === 0 ? { kind: 'resources', apiVersion } : parseResource(apiVersion, path, registry)
}

function parseResource(apiVersion: string, given: readonly string[], registry: Registry): Route {
  const isWatch = given[0] === 'watch'
  const path = isWatch ? given.slice(1) : given
  const [first, second, third, ...more] = path
  if (first === undefined) return { kind: 'no-resource' }
  // `namespaces/NAME/status` is about the namespace; `namespaces/NAME/pods` about pods in it.
  const isNamespaced =
    first === 'namespaces' && third !== undefined && !(apiVersion === 'v1' && isNamespaceSubresource(third, registry))
  const plural = isNamespaced ? third : first
  const type = registry.byPath(apiVersion, plural)
  if (!type) return { kind: 'no-resource' }
  const [name, subresource, ...rest] = isNamespaced ? more : path.slice(1)
  if (isNamespaced && !type.namespaced) return { kind: 'no-resource' }
  // `/api/v1/pods/x` names no namespace.
  if (!isNamespaced && type.namespaced && name !== undefined) return { kind: 'no-resource' }
  if (subresource !== undefined && !type.subresources.some((known) => known.name === subresource))
    return { kind: 'no-resource' }
  if (rest.length > 0 && subresource !== 'proxy') return { kind: 'no-resource' }
  return {
    kind: 'resource',
    type,
    ...(isNamespaced ? { namespace: second! } : {}),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
    ...(rest.length > 0 ? { rest: rest.join('/') } : {}),
    ...(isWatch ? { isWatch } : {}),
  }
}

function isNamespaceSubresource(segment: string, registry: Registry): boolean {
  return registry.byPath('v1', 'namespaces')?.subresources.some((known) => known.name === segment) ?? false
}
