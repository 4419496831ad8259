import { forbidden } from '../../api/api-error.ts'
import type { Store } from '../../contracts.ts'
import type { AdmitHook } from '../../server/handler.types.ts'
import { podRefusal } from './pod-refusal.ts'
import { podSecurityRefusal, podSecurityWarning } from './pod-security.ts'

/**
 * Admission of pods that come over the API: account, Pod Security, quota. A new ephemeral container has the whole pod judged again
 * (k8s.io/pod-security-admission isSignificantPodUpdate); other changes of a pod are not looked at.
 */
export function createPodHook(store: Store): AdmitHook {
  return ({ operation, subresource, object }) => {
    const judged = operation === 'create' || (operation === 'update' && subresource === 'ephemeralcontainers')
    if (!judged) return { object }
    const namespace = store.get('namespaces', undefined, object.metadata.namespace ?? '')
    const refusal = operation === 'create' ? podRefusal(store, object) : podSecurityRefusal(namespace, object)
    if (refusal) throw forbidden('pods', object.metadata.name || (object.metadata.generateName as string), refusal)
    const warning = podSecurityWarning(namespace, object)
    return warning ? { object, warnings: [warning] } : { object }
  }
}
