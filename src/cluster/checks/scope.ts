import type { KubeObject } from '../port.ts'
import { type Check, type CheckContext, ok, skip, warn } from './check.ts'

const v3 = 'projectcalico.org/v3'
const builtInTiers = [
  'default',
  'kube-admin',
  'kube-baseline',
  'adminnetworkpolicy',
  'baselineadminnetworkpolicy',
  'calico-system',
  'allow-tigera',
]

export const scopeChecks: readonly Check[] = [
  {
    code: 'FOREIGN_TIERS',
    title: 'The names of our tiers are free',
    needsCluster: true,
    async run(context, facts) {
      if (!(await facts.surface()).features.tiers) return skip('there are no tiers')
      const tiers = await facts.list({ apiVersion: v3, kind: 'Tier' })
      if (!tiers) return skip('tiers may not be listed')
      const wanted = context.tiers.filter((name) => !builtInTiers.includes(name))
      const taken = tiers.filter((tier) => wanted.includes(tier.metadata.name) && !isOurs(tier, context))
      if (taken.length === 0) return ok('free, or made by the workshop')
      return warn(
        `somebody else made ${taken.map((tier) => `${tier.metadata.name} (order ${tier.spec?.order ?? 'none'})`).join(', ')}`,
        'The workshop changes their order for its time and gives it back on reset. Policies in them that are not ours stay in force and can change results.',
      )
    },
  },
  {
    code: 'FOREIGN_POLICIES',
    title: 'No other policies decide for the shop',
    needsCluster: true,
    async run(context, facts) {
      const surface = await facts.surface()
      const kinds = [
        { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
        ...(surface.features.calicoApi
          ? [
              { apiVersion: v3, kind: 'NetworkPolicy' },
              { apiVersion: v3, kind: 'GlobalNetworkPolicy' },
            ]
          : []),
      ]
      const lists = await Promise.all(kinds.map((kind) => facts.list(kind)))
      if (lists.every((list) => list === null)) return skip('policies may not be listed')
      const foreign = lists
        .flatMap((list) => list ?? [])
        .filter((policy) => !isOurs(policy, context))
        .filter(
          (policy) => policy.metadata.namespace === undefined || context.namespaces.includes(policy.metadata.namespace),
        )
        // Tiers in which the installation keeps its own pods alive.
        .filter((policy) => !['calico-system', 'allow-tigera'].includes(policy.spec?.tier))
      if (foreign.length === 0) return ok('none')
      return warn(
        `${foreign.length} other polic${foreign.length === 1 ? 'y' : 'ies'} may decide before ours`,
        'explain shows which policy decides a flow. For clean results take them away for the time of the workshop.',
        foreign
          .slice(0, 20)
          .map(
            (policy) =>
              `${policy.kind} ${policy.metadata.namespace ? `${policy.metadata.namespace}/` : ''}${policy.metadata.name}`,
          ),
      )
    },
  },
]

function isOurs(object: KubeObject, { objectLabel }: CheckContext): boolean {
  const labels = object.metadata.labels ?? {}
  if (labels['app.kubernetes.io/managed-by'] === 'hipster-workshop') return true
  const [key, value] = (objectLabel ?? '').split('=')
  return Boolean(key) && labels[key!] === value
}
