import type { KubeObject, ResourceId } from '../../contracts.ts'
import type { UserInfo } from '../../server/handler.types.ts'
import { type ApiError, forbidden } from '../api-error.ts'
import type { ResourceRequest } from '../context.ts'
import type { Authorizer } from './authorizer.ts'

/**
 * Calico's second lock on tiered policies, checked by its API server after plain RBAC: `get` on the tier, and the verb
 * on `tier.<resource>` for `<tier>.*` or the policy's own name.
 */
const TIERED = new Set<ResourceId>([
  'networkpolicies.projectcalico.org',
  'globalnetworkpolicies.projectcalico.org',
  'stagednetworkpolicies.projectcalico.org',
  'stagedglobalnetworkpolicies.projectcalico.org',
])
const GROUP = 'projectcalico.org'
const DEFAULT_TIER = 'default'

export function isTierGuarded({ type }: Pick<ResourceRequest, 'type'>): boolean {
  return type.aggregated && TIERED.has(type.id)
}

function tierOf(object: KubeObject): string {
  return object.spec?.tier || DEFAULT_TIER
}

/** 403 unless the user may do this to policies of the object's tier. */
export function requireTierAccess(request: ResourceRequest, verb: string, object: KubeObject): void {
  if (!isTierGuarded(request)) return
  const refusal = refusalFor(request, verb, tierOf(object), object.metadata.name)
  if (refusal) throw refusal
}

/** Which objects of a list the user may see; 403 when it is none of the tiers asked for. */
export function visibleByTier(request: ResourceRequest, verb: string): (object: KubeObject) => boolean {
  if (!isTierGuarded(request)) return () => true
  const asked = tiersAskedFor(request.query)
  if (asked) {
    for (const tier of asked) {
      const refusal = refusalFor(request, verb, tier, '')
      if (refusal) throw refusal
    }
    return () => true
  }
  const tiers = request.context.store.list(`tiers.${GROUP}`).map((tier) => tier.metadata.name)
  const allowed = new Set(tiers.filter((tier) => !refusalFor(request, verb, tier, '')))
  if (allowed.size === 0) throw forbidden(request.type.id, '', 'operation on Calico tiered policy is forbidden')
  if (allowed.size === tiers.length) return () => true
  return (object) => allowed.has(tierOf(object))
}

/** Who asks, for which of the tiered resources, and who knows what they may. */
export interface TierQuestion {
  authorizer: Authorizer
  user: UserInfo
  type: { id: ResourceId; plural: string }
  namespace: string | undefined
  isNamed?: boolean
}

function refusalFor(request: ResourceRequest, verb: string, tier: string, name: string): ApiError | null {
  const { context, type, user, namespace } = request
  const isNamed = verb !== 'create'
  return tierRefusal({ authorizer: context.authorizer, user, type, namespace, isNamed }, verb, tier, name)
}

/** `isNamed`: whether the request names the policy, so that rights on this one count. A POST to Calico's API server does not. */
export function tierRefusal(
  { authorizer, user, type, namespace, isNamed = true }: TierQuestion,
  verb: string,
  tier: string,
  name: string,
): ApiError | null {
  const canGetTier = authorizer.allows({ user, verb: 'get', group: GROUP, resource: 'tiers', name: tier })
  const may = (policy: string) =>
    authorizer.allows({ user, verb, group: GROUP, resource: `tier.${type.plural}`, namespace, name: policy })
  if (canGetTier && (may(`${tier}.*`) || (isNamed && name !== '' && may(name)))) return null
  const place = namespace === undefined ? '' : ` and namespace "${namespace}"`
  const why = canGetTier ? '' : ' (user cannot get tier)'
  return forbidden(type.id, name, `User "${user.username}" cannot ${verb} ${type.id} in tier "${tier}"${place}${why}`)
}

const TIER_TERM = /(?:^|,)\s*projectcalico\.org\/tier\s*(?:==?\s*([^,\s]+)|in\s*\(([^)]*)\))/
const TIER_FIELD = /(?:^|,)spec\.tier==?([^,]+)/

function tiersAskedFor(query: URLSearchParams): string[] | undefined {
  const label = TIER_TERM.exec(query.get('labelSelector') ?? '')
  if (label) return (label[1] ?? label[2] ?? '').split(',').map((text) => text.trim())
  const field = TIER_FIELD.exec(query.get('fieldSelector') ?? '')
  return field ? [field[1]!] : undefined
}
