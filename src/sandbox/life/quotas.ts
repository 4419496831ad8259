import { countedBy, usedOf } from '../api/write/quota.ts'
import type { Change } from '../contracts.ts'
import { keyOf, splitKey } from './keys.ts'
import type { Controller, LifeContext } from './life.types.ts'

const RESOURCE = 'resourcequotas'

/** Keeps `status.used` of each quota at what its namespace holds. */
export function createQuotaController(context: LifeContext): Controller {
  const { store } = context

  const reconcile = context.reconciler.controller((key) => {
    const { namespace, name } = splitKey(key)
    store.modify(RESOURCE, namespace, name, (draft) => {
      const hard: Record<string, unknown> = draft.spec?.hard ?? {}
      const used = Object.keys(hard).map((limit) => {
        const resource = countedBy(limit)
        return [limit, resource === undefined ? '0' : String(usedOf(store, resource, namespace))]
      })
      draft.status = { hard, used: Object.fromEntries(used) }
    })
  })

  function recount(namespace: string | undefined): void {
    if (namespace !== undefined) for (const quota of store.list(RESOURCE, namespace)) reconcile(keyOf(quota))
  }

  return {
    onChange({ type, resource, object, previous }: Change) {
      const counts = type !== 'MODIFIED' || object.status?.phase !== previous?.status?.phase
      if (resource === RESOURCE && type !== 'DELETED') reconcile(keyOf(object))
      else if (counts && resource !== 'events') recount(object.metadata.namespace)
    },
    onExisting(resource, object) {
      if (resource === RESOURCE) reconcile(keyOf(object))
    },
  }
}
