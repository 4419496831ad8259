import type { SandboxOptions, SimClock, Store } from '../contracts.ts'
import type { ApiHooks, UserInfo } from '../server/handler.types.ts'
import type { Authorizer } from './rbac/authorizer.ts'
import type { Registry } from './registry/registry.ts'
import type { ResourceType } from './registry/resource-type.ts'

/** What every handler works with; one per server. */
export interface ApiContext {
  registry: Registry
  store: Store
  clock: SimClock
  calico: SandboxOptions['calico']
  hooks: ApiHooks
  authorizer: Authorizer
  /** Signs service account tokens. */
  tokenSecret: string
}

/** One request about a resource, after authentication and routing. */
export interface ResourceRequest {
  context: ApiContext
  type: ResourceType
  namespace: string | undefined
  name: string | undefined
  subresource: string | undefined
  query: URLSearchParams
  headers: Readonly<Record<string, string | string[] | undefined>>
  user: UserInfo
  /** Lines for `Warning: 299` headers, added by whoever notices. */
  warnings: string[]
}

/** An answer ready to be written. */
export interface Answer {
  status: number
  body: string | object
  contentType?: string
  headers?: Record<string, string>
}

export function header(request: { headers: ResourceRequest['headers'] }, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
