import { describeRule } from './describe.ts'
import type { Direction } from './model.ts'
import { type PolicyEntry, policyApplies } from './policy-set.ts'
import type { BoardPolicy, BoardView } from './views.types.ts'
import type { World } from './world.ts'

/** Tiers in evaluation order, policies in theirs, staged ones in their places. Built-in tiers without policies are left out. */
export function boardView(world: World): BoardView {
  const tiers = world.policies.tiers
    .map((tier) => ({
      name: tier.name,
      order: tier.order,
      defaultAction: tier.endAction,
      missing: !tier.exists,
      policies: (world.policies.byTier.get(tier.name) ?? []).map((entry) => boardPolicy(world, entry)),
    }))
    .filter(({ name, policies }) => policies.length > 0 || (name !== 'kube-admin' && name !== 'kube-baseline'))
  return { tiers, notes: [...world.notes] }
}

function boardPolicy(world: World, entry: PolicyEntry): BoardPolicy {
  const { id, object, name, namespace, order, staged, types, rules } = entry.policy
  return {
    id,
    kind: object.kind,
    name,
    namespace: namespace === '' ? null : namespace,
    order,
    staged,
    selector: selectorText(entry),
    types: types.map((type) => (type === 'ingress' ? 'Ingress' : 'Egress')),
    selects: selectedEndpoints(world, entry),
    rules: (['ingress', 'egress'] as const)
      .filter((direction) => types.includes(direction))
      .flatMap((direction) =>
        rules[direction].map((rule, index) => ({
          direction,
          index,
          action: rule.action,
          text: describeRule(rule, direction),
        })),
      ),
    labels: { ...object.metadata.labels },
  }
}

/** `namespace/name` of the endpoints a policy applies to, in any direction it has. */
export function selectedEndpoints(world: World, entry: PolicyEntry): string[] {
  const applies = (direction: Direction) => (endpoint: World['endpoints'][number]) =>
    policyApplies(entry, endpoint.labelClass, direction)
  return world.endpoints
    .filter((endpoint) => applies('ingress')(endpoint) || applies('egress')(endpoint))
    .map(({ id }) => id)
}

/** As written; Kubernetes' own kinds in the words of the selector language. */
function selectorText({ policy, selector }: PolicyEntry): string {
  const { spec } = policy.object
  if (policy.prefix === 'knp' || policy.prefix === 'sknp' || policy.prefix === 'kcnp') return selector.text
  const parts = [
    String(spec?.selector ?? '') || 'all()',
    spec?.namespaceSelector ? `in namespaces with ${spec.namespaceSelector}` : null,
    spec?.serviceAccountSelector ? `of service accounts with ${spec.serviceAccountSelector}` : null,
  ]
  return parts.filter((part) => part !== null).join(' ')
}
