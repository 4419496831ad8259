import { afterEach, describe, expect, it } from 'vitest'
import { startWorld, type World } from './start-world.ts'

const TIERS = 'tiers.projectcalico.org'
const API = { apiVersion: 'projectcalico.org/v3' }

let world: World
afterEach(() => world.close())

describe('a tier that is a custom resource', () => {
  it('stays Terminating until its last policy is gone', async () => {
    world = await startWorld('native')
    const finalizers = ['projectcalico.org/tier-controller']
    world.store.create(TIERS, { ...API, kind: 'Tier', metadata: { name: 'holder', finalizers }, spec: { order: 400 } })
    const policies: [plural: string, kind: string][] = [
      ['globalnetworkpolicies', 'GlobalNetworkPolicy'],
      ['stagednetworkpolicies', 'StagedNetworkPolicy'],
    ]
    for (const [plural, kind] of policies) {
      const metadata = { name: 'p', ...(plural.startsWith('staged') ? { namespace: 'default' } : {}) }
      world.store.create(`${plural}.projectcalico.org`, { ...API, kind, metadata, spec: { tier: 'holder' } })
    }
    world.store.modify(TIERS, undefined, 'holder', (draft) => {
      draft.metadata.deletionTimestamp = '2026-11-22T09:28:31Z'
    })
    await world.settled()
    const waiting = () => world.store.get(TIERS, undefined, 'holder')?.status.conditions[0]
    expect(waiting()).toMatchObject({
      type: 'Ready',
      status: 'False',
      reason: 'Terminating',
      message: 'Waiting for policies to be removed: 1 GlobalNetworkPolicy, 1 StagedNetworkPolicy',
    })

    world.store.remove('globalnetworkpolicies.projectcalico.org', undefined, 'p')
    await world.settled()
    expect(waiting().message).toBe('Waiting for policies to be removed: 1 StagedNetworkPolicy')

    world.store.remove('stagednetworkpolicies.projectcalico.org', 'default', 'p')
    await world.settled()
    expect(world.store.get(TIERS, undefined, 'holder')).toBeUndefined()
  })
})
