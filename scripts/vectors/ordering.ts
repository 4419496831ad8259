import { entityMembers } from '../../src/policy/members.ts'
import { readRule } from '../../src/policy/objects/calico-rule.ts'
import { typesOf } from '../../src/policy/objects/types.ts'
import { comparePolicies, compareTiers } from '../../src/policy/order.ts'
import { createWorld } from '../../src/policy/world.ts'
import { expectSame, type Mismatch } from './compare.ts'

export function checkOrdering(test: any): Mismatch {
  switch (test.type) {
    case 'tier-order': {
      const ranks = test.tiers.map((tier: any) => ({
        name: tier.name,
        order: tier.order ?? null,
        exists: tier.tierResourceExists !== false,
      }))
      return expectSame(
        test.expected,
        ranks.sort(compareTiers).map(({ name }: any) => name),
      )
    }
    case 'policy-order': {
      const ranks = test.policies.map((policy: any) => ({
        name: policy.name,
        namespace: policy.namespace ?? '',
        sortKind: policy.kind,
        order: policy.order ?? null,
      }))
      const text = ({ sortKind, namespace, name }: any) => [sortKind, ...(namespace ? [namespace] : []), name].join('/')
      return expectSame(test.expected, ranks.sort(comparePolicies).map(text))
    }
    case 'types-default':
      return expectSame(test.expectedTypes, typesOf(test.kind, test.spec))
    case 'entity-members': {
      const endpoints = test.endpoints.map((endpoint: any) => ({ namespace: '', ...endpoint, id: endpoint.name }))
      const rule = readRule({ action: 'Allow', protocol: test.protocol, source: test.entityRule }, '', 0)
      const found = entityMembers(createWorld([], { endpoints, complete: true }), rule.source, rule.protocol)
      return expectSame([...test.expectedMembers].sort(), found)
    }
    default:
      return { expected: 'a known type', actual: test.type }
  }
}
