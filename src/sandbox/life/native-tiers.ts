import type { Change, KubeObject } from '../contracts.ts'
import type { Controller, LifeContext } from './life.types.ts'
import { stamp } from './stamps.ts'

const TIERS = 'tiers.projectcalico.org'
const FINALIZER = 'projectcalico.org/tier-controller'
/** In the order the condition names them. */
const TIERED = ['GlobalNetworkPolicy', 'NetworkPolicy', 'StagedGlobalNetworkPolicy', 'StagedNetworkPolicy'] as const

/**
 * Tiers that are custom resources: a deleted one stays, Terminating, until the last policy in it is gone; then the finalizer goes and
 * the tier with it. A condition says what it waits for.
 */
export function createNativeTierController(context: LifeContext): Controller {
  const { store, clock } = context

  const reconcile = context.reconciler.controller((name) => {
    const tier = store.get(TIERS, undefined, name)
    if (!tier?.metadata.deletionTimestamp) return
    const rest = TIERED.map((kind) => ({ kind, count: countOf(kind, name) })).filter(({ count }) => count > 0)
    if (rest.length === 0) {
      release(name)
      return
    }
    const message = `Waiting for policies to be removed: ${rest.map(({ kind, count }) => `${count} ${kind}`).join(', ')}`
    if (tier.status?.conditions?.[0]?.message === message) return
    const lastTransitionTime = stamp(clock.now())
    const condition = { lastTransitionTime, message, reason: 'Terminating', status: 'False', type: 'Ready' }
    store.modify(TIERS, undefined, name, (draft) => {
      draft.status = { conditions: [condition] }
    })
  })

  function countOf(kind: string, tier: string): number {
    const resource = `${kind.toLowerCase().replace(/y$/, 'ies')}.projectcalico.org`
    return store.list(resource).filter((policy) => (policy.spec?.tier ?? 'default') === tier).length
  }

  function release(name: string): void {
    const left = store.modify(TIERS, undefined, name, (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER)
    })
    if ((left?.metadata.finalizers ?? []).length === 0) store.remove(TIERS, undefined, name)
  }

  function look(resource: string, object: KubeObject): void {
    if (resource === TIERS) reconcile(object.metadata.name)
    else if (resource.endsWith('policies.projectcalico.org')) reconcile(object.spec?.tier ?? 'default')
  }

  return { onChange: (change: Change) => look(change.resource, change.object), onExisting: look }
}
