import { describe, expect, it } from 'vitest'
import { applyChanges } from '../../src/policy/apply.ts'
import { evaluate } from '../../src/policy/evaluate.ts'
import type { KubeObject } from '../../src/policy/model.ts'
import { createWorld, type World } from '../../src/policy/world.ts'
import { calico, defaultTier, namespace, pod } from './small-world.ts'

const account = (name: string, labels: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: 'shop', labels },
})
const replicaSet = (above: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'cart-1',
    namespace: 'shop',
    ownerReferences: [{ kind: 'Deployment', name: above, controller: true }],
  },
})
const owned: KubeObject = {
  ...pod('shop/cart', { app: 'cart' }, '10.0.0.2', { serviceAccountName: 'robot' }),
  metadata: {
    name: 'cart',
    namespace: 'shop',
    labels: { app: 'cart' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-1', controller: true }],
  },
}
const others = Array.from({ length: 20 }, (_, at) => pod(`shop/other-${at}`, { app: 'other' }, `10.0.1.${at}`))
const objects = [
  defaultTier,
  namespace('shop', { team: 'blue' }),
  account('robot', { trusted: 'no' }),
  replicaSet('cart'),
  owned,
  pod('shop/web', { app: 'web' }, '10.0.0.1'),
  ...others,
  calico('NetworkPolicy', 'shop/default.cart', {
    tier: 'default',
    selector: "app == 'cart'",
    serviceAccountSelector: "trusted == 'no'",
    types: ['Ingress'],
    ingress: [{ action: 'Allow', source: { namespaceSelector: "team == 'blue'", selector: "app == 'web'" } }],
  }),
]
const passes = (world: World) =>
  evaluate(world, {
    from: { kind: 'endpoint', id: 'shop/web' },
    to: { kind: 'endpoint', id: 'shop/cart' },
    protocol: 'TCP',
    port: 7070,
  }).verdict

/** What was read before is kept only as far as nothing it was read from has changed. */
describe('a world after a change of something other than a policy', () => {
  const before = createWorld(objects)

  it.each<[string, KubeObject, string]>([
    ['nothing that counts', namespace('shop', { team: 'blue', note: 'x' }), 'allow'],
    ["the namespace's labels", namespace('shop', { team: 'red' }), 'deny'],
    ["the service account's labels", account('robot', { trusted: 'yes' }), 'allow'],
    ["the source pod's labels", pod('shop/web', { app: 'shop' }, '10.0.0.1'), 'deny'],
    ["the target pod's labels", { ...owned, metadata: { ...owned.metadata, labels: {} } }, 'allow'],
  ])('decides as one made anew: %s', (_what, changed, verdict) => {
    expect(passes(before)).toBe('allow')
    const after = applyChanges(before, { put: [changed] })
    expect(passes(after)).toBe(verdict)
    expect(passes(createWorld(after.objects))).toBe(verdict)
    expect(passes(applyChanges(after, { put: objects }))).toBe('allow')
  })

  it('finds a pod at its new address and not at its old one', () => {
    const moved = applyChanges(before, { put: [pod('shop/web', { app: 'web' }, '10.0.0.9')] })
    expect(moved.addresses.endpointsAt('10.0.0.9').map(({ id }) => id)).toEqual(['shop/web'])
    expect(moved.addresses.endpointsAt('10.0.0.1')).toEqual([])
  })

  it('names the workload by the owner of the ReplicaSet as it is now', () => {
    expect(before.endpointsById.get('shop/cart')?.workload).toBe('cart')
    const after = applyChanges(before, { put: [replicaSet('basket')] })
    expect(after.endpointsById.get('shop/cart')?.workload).toBe('basket')
  })

  it('takes over the pods that did not change', () => {
    const before = createWorld(objects)
    const after = applyChanges(before, { put: [pod('shop/web', { app: 'shop' }, '10.0.0.1')] })
    const kept = after.endpoints.filter((endpoint) => before.endpoints.includes(endpoint))
    expect(kept).toHaveLength(before.endpoints.length - 1)
  })
})
