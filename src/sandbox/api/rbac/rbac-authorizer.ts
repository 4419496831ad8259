import type { KubeObject, Store } from '../../contracts.ts'
import type { UserInfo } from '../../server/handler.types.ts'
import type { AccessRequest, Authorizer, NonResourceRule, ResourceRule } from './authorizer.ts'

const MASTERS = 'system:masters'
const GROUP = 'rbac.authorization.k8s.io'

type Rule = ResourceRule & NonResourceRule

/** What every authenticated user may do on any cluster: system:basic-user, system:discovery, public info. */
const EVERYBODY: readonly Rule[] = [
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  { verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'] },
  {
    verbs: ['get'],
    nonResourceURLs: [
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/healthz',
      '/livez',
      '/openapi',
      '/openapi/*',
      '/readyz',
      '/version',
      '/version/',
    ],
  },
]

/**
 * RBAC as Kubernetes evaluates it: additive rules from cluster role bindings everywhere and from role bindings in their
 * namespace. Roles are read from the store at each question, so changes count at once.
 */
export function createRbacAuthorizer(store: Store): Authorizer {
  return {
    allows(request) {
      if (request.user.groups.includes(MASTERS)) return true
      return rulesFor(store, request.user, request.namespace).some((rule) => ruleAllows(rule, request))
    },
    allowsPath(user, verb, path) {
      if (user.groups.includes(MASTERS)) return true
      return rulesFor(store, user, undefined).some(
        (rule) => includes(rule.verbs, verb) && (rule.nonResourceURLs ?? []).some((url) => urlMatches(url, path)),
      )
    },
    reason: (user) => (user.groups.includes(MASTERS) ? '' : 'RBAC: allowed'),
    rulesOf(user, namespace) {
      if (user.groups.includes(MASTERS)) {
        return {
          resourceRules: [
            { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
            ...EVERYBODY.filter((rule) => rule.resources),
          ],
          nonResourceRules: [
            { verbs: ['*'], nonResourceURLs: ['*'] },
            ...EVERYBODY.filter((rule) => rule.nonResourceURLs),
          ],
        }
      }
      const rules = rulesFor(store, user, namespace)
      return {
        resourceRules: rules.filter((rule) => rule.resources),
        nonResourceRules: rules.filter((rule) => rule.nonResourceURLs),
      }
    },
  }
}

function rulesFor(store: Store, user: UserInfo, namespace: string | undefined): Rule[] {
  const rules: Rule[] = [...EVERYBODY]
  for (const binding of store.list(`clusterrolebindings.${GROUP}`)) {
    if (bindsUser(binding, user)) rules.push(...roleRules(store, binding, undefined))
  }
  if (namespace) {
    for (const binding of store.list(`rolebindings.${GROUP}`, namespace)) {
      if (bindsUser(binding, user)) rules.push(...roleRules(store, binding, namespace).filter((rule) => rule.resources))
    }
  }
  return rules
}

function bindsUser(binding: KubeObject, user: UserInfo): boolean {
  return (binding.subjects ?? []).some((subject: { kind: string; name: string; namespace?: string }) => {
    if (subject.kind === 'User') return subject.name === user.username
    if (subject.kind === 'Group') return user.groups.includes(subject.name)
    const namespace = subject.namespace ?? binding.metadata.namespace
    return user.username === `system:serviceaccount:${namespace}:${subject.name}`
  })
}

function roleRules(store: Store, binding: KubeObject, namespace: string | undefined): Rule[] {
  const { kind, name } = binding.roleRef ?? {}
  const role =
    kind === 'Role' ? store.get(`roles.${GROUP}`, namespace, name) : store.get(`clusterroles.${GROUP}`, undefined, name)
  if (!role) return []
  const own: Rule[] = role.rules ?? []
  // Aggregated roles collect the rules of the cluster roles their selectors name.
  const selectors: { matchLabels?: Record<string, string> }[] = role.aggregationRule?.clusterRoleSelectors ?? []
  if (selectors.length === 0) return own
  const others = store
    .list(`clusterroles.${GROUP}`)
    .filter(
      (other) =>
        other.metadata.name !== name && selectors.some((selector) => hasLabels(other, selector.matchLabels ?? {})),
    )
  return [...own, ...others.flatMap((other) => (other.rules ?? []) as Rule[])]
}

function hasLabels(object: KubeObject, labels: Record<string, string>): boolean {
  return Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value)
}

function ruleAllows(rule: Rule, request: AccessRequest): boolean {
  if (!includes(rule.verbs, request.verb) || !includes(rule.apiGroups ?? [], request.group)) return false
  const combined = request.subresource ? `${request.resource}/${request.subresource}` : request.resource
  const named = (rule.resources ?? []).some(
    (resource) =>
      resource === '*' ||
      resource === combined ||
      (request.subresource !== undefined && resource === `*/${request.subresource}`),
  )
  if (!named) return false
  const names = rule.resourceNames ?? []
  return names.length === 0 || (request.name !== undefined && names.includes(request.name))
}

function includes(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value)
}

function urlMatches(pattern: string, path: string): boolean {
  return pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)))
}
