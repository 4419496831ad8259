import type { UserInfo } from '../../server/handler.types.ts'

export interface AccessRequest {
  user: UserInfo
  verb: string
  group: string
  resource: string
  subresource?: string | undefined
  namespace?: string | undefined
  name?: string | undefined
}

export interface ResourceRule {
  verbs: readonly string[]
  apiGroups?: readonly string[]
  resources?: readonly string[]
  resourceNames?: readonly string[]
}

export interface NonResourceRule {
  verbs: readonly string[]
  nonResourceURLs?: readonly string[]
}

export interface Authorizer {
  allows(request: AccessRequest): boolean
  allowsPath(user: UserInfo, verb: string, path: string): boolean
  /** Why something is allowed, as `auth can-i` reviews report it. */
  reason(user: UserInfo): string
  /** Everything a user may do in a namespace, for `auth can-i --list`. */
  rulesOf(user: UserInfo, namespace: string): { resourceRules: ResourceRule[]; nonResourceRules: NonResourceRule[] }
}
