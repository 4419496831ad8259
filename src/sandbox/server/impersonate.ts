import type { IncomingHttpHeaders } from 'node:http'
import { badRequest, forbidden } from '../api/api-error.ts'
import type { Authorizer } from '../api/rbac/authorizer.ts'
import type { UserInfo } from './handler.types.ts'
import { serviceAccountUser } from './service-account-token.ts'

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/
const EXTRA = 'impersonate-extra-'

/** `kubectl --as`: the user the headers name, if the sender may impersonate it. */
export function impersonate(headers: IncomingHttpHeaders, user: UserInfo, authorizer: Authorizer): UserInfo {
  const name = text(headers['impersonate-user'])
  const groups = list(headers['impersonate-group'])
  if (name === undefined) {
    if (groups.length > 0) throw badRequest('requested [{Group}] without impersonating a user')
    return user
  }
  const account = SERVICE_ACCOUNT.exec(name)
  check(authorizer, user, account ? 'serviceaccounts' : 'users', account ? account[2]! : name, account?.[1])
  for (const group of groups) check(authorizer, user, 'groups', group)
  const extra: Record<string, string[]> = {}
  for (const [header, value] of Object.entries(headers)) {
    if (header.startsWith(EXTRA)) extra[decodeURIComponent(header.slice(EXTRA.length))] = list(value)
  }
  const base: UserInfo = account ? serviceAccountUser(account[1]!, account[2]!) : { username: name, groups: [] }
  const given = groups.length > 0 ? groups : base.groups
  const authenticated = name === 'system:anonymous' ? [] : ['system:authenticated']
  return {
    username: name,
    groups: [...new Set([...given, ...authenticated])],
    ...(headers['impersonate-uid'] ? { uid: text(headers['impersonate-uid'])! } : {}),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  }
}

function check(authorizer: Authorizer, user: UserInfo, resource: string, name: string, namespace?: string): void {
  if (authorizer.allows({ user, verb: 'impersonate', group: '', resource, name, namespace })) return
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  throw forbidden(
    resource,
    name,
    `User "${user.username}" cannot impersonate resource "${resource}" in API group "" ${scope}`,
  )
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

/** Node joins repeated headers with a comma. */
function list(value: string | string[] | undefined): string[] {
  return (Array.isArray(value) ? value : (value ?? '').split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
