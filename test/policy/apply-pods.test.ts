import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyChanges } from '../../src/policy/apply.ts'
import { evaluate } from '../../src/policy/evaluate.ts'
import { matrixView } from '../../src/policy/matrix.ts'
import type { KubeObject } from '../../src/policy/model.ts'
import { createWorld, type World } from '../../src/policy/world.ts'
import { calico, defaultTier, namespace, pod, service } from './small-world.ts'

const ips = ['10.0.0.1', '10.0.0.2', '10.0.1.1', 'fd00::1', 'fd00:0::1']
/** One is there twice. */
const replicaSets = ['one', 'two', 'one'].map((name, at) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name,
    namespace: 'shop',
    ownerReferences: [{ kind: 'Deployment', name: `above-${name}-${at}`, controller: true }],
  },
}))
/** A few pods whose addresses now and then meet; some are none that policy knows, and `lost` is a namespace without object. */
const somePod: fc.Arbitrary<KubeObject> = fc
  .record({
    id: fc.constantFrom('shop/a', 'shop/b', 'shop/c', 'lost/d'),
    app: fc.constantFrom('web', 'db', 'robot'),
    addresses: fc.subarray(ips, { minLength: 1, maxLength: 3 }),
    account: fc.constantFrom('default', 'robot'),
    owner: fc.option(fc.constantFrom('one', 'two', 'gone'), { nil: undefined }),
    phase: fc.constantFrom('Running', 'Running', 'Running', 'Succeeded'),
  })
  .map(({ id, app, addresses, account, owner, phase }) => {
    const made = pod(id, { app }, addresses[0]!, { serviceAccountName: account })
    const ownerReferences = owner ? [{ kind: 'ReplicaSet', name: owner, controller: true }] : []
    const status = { phase, podIP: addresses[0], podIPs: addresses.map((ip) => ({ ip })) }
    return { ...made, metadata: { ...made.metadata, ownerReferences }, status }
  })
const others: KubeObject[] = [
  defaultTier,
  namespace('shop', { team: 'blue' }),
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', namespace: 'shop', labels: { kind: 'robot' } },
  },
  ...replicaSets,
  service('shop/web', 'web', 80, 7070),
  service('shop/db', 'db', 80, 'grpc'),
  calico('GlobalNetworkSet', 'low', { nets: ['10.0.0.0/31'] }, { labels: { app: 'web' } }),
  calico('NetworkPolicy', 'shop/default.db', {
    selector: 'app == "db"',
    types: ['Ingress'],
    ingress: [
      { action: 'Allow', source: { selector: 'app == "web"' } },
      { action: 'Deny', source: { nets: ['10.0.1.0/24'] } },
      { action: 'Allow', source: { serviceAccounts: { selector: 'kind == "robot"' } } },
    ],
  }),
]

function told(world: World) {
  const withLabels = ({ labelClass, ...rest }: World['endpoints'][number]) => ({
    ...rest,
    labels: { ...labelClass.labels },
  })
  const ends = world.endpoints.map(({ id }) => ({ kind: 'endpoint', id }) as const)
  return {
    endpoints: world.endpoints.map(withLabels),
    byId: [...world.endpointsById.values()].map(withLabels),
    notEndpoints: [...world.notEndpoints],
    notes: world.notes,
    at: ips.map((ip) => world.addresses.endpointsAt(ip).map(({ id }) => id)),
    owners: ips.map((ip) =>
      world.addresses
        .classOf(ip)!
        .owners.map(({ labels }) => ({ ...labels }))
        .map((one) => JSON.stringify(one))
        .sort(),
    ),
    verdicts: ends.flatMap((from) => ends.map((to) => evaluate(world, { from, to, protocol: 'TCP', port: 7070 }))),
    rows: matrixView(world).rows,
  }
}

describe('a world after a change of pods', () => {
  it('is as one made anew, whatever became of which pods', () => {
    const pods = fc.array(somePod, { minLength: 2, maxLength: 6 })
    const changes = fc.array(fc.array(somePod, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(pods, changes, (first, rounds) => {
        let world = createWorld([...others, ...first])
        told(world)
        for (const put of rounds) {
          world = applyChanges(world, { put })
          expect(told(world)).toEqual(told(createWorld(world.objects)))
        }
      }),
      { numRuns: 150 },
    )
  })

  describe('reads only the pods that changed', () => {
    const web = pod('shop/web', { app: 'web' }, '10.0.0.1')
    const world = createWorld([...others, web, pod('shop/db', { app: 'db' }, '10.0.0.2')])

    it('when labels or addresses changed', () => {
      const after = applyChanges(world, { put: [pod('shop/web', { app: 'db' }, '10.0.1.1')] })
      expect(after.policies).toBe(world.policies)
      expect(after.endpointsById.get('shop/db')).toBe(world.endpointsById.get('shop/db'))
      expect(after.endpointsById.get('shop/web')?.labels).toEqual({ app: 'db' })
      expect(world.endpointsById.get('shop/web')?.labels).toEqual({ app: 'web' })
      expect(world.addresses.endpointsAt('10.0.0.1')).toHaveLength(1)
    })

    it.each<[string, KubeObject[], KubeObject[]]>([
      ['a pod that comes', [pod('shop/new', {}, '10.0.0.9')], []],
      ['a pod that goes', [], [web]],
      ['a pod that has finished', [{ ...web, status: { ...web.status, phase: 'Failed' } }], []],
      ['a namespace', [namespace('shop')], []],
    ])('and leaves %s to be read with all others', (_what, put, remove) => {
      expect(applyChanges(world, { put, remove }).policies).not.toBe(world.policies)
    })
  })
})
