import { quotaRefusal } from '../../api/write/quota.ts'
import type { KubeObject, Store } from '../../contracts.ts'
import { podSecurityRefusal } from './pod-security.ts'

/**
 * Why admission does not let a new pod in, in the order of the plug-ins: ServiceAccount, PodSecurity, ResourceQuota.
 * Every namespace has its `default` account, or will have in a moment.
 */
export function podRefusal(store: Pick<Store, 'get' | 'list'>, pod: KubeObject): string | undefined {
  const namespace = pod.metadata.namespace!
  const account: string = pod.spec.serviceAccountName ?? 'default'
  if (account !== 'default' && !store.get('serviceaccounts', namespace, account)) {
    return `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`
  }
  return (
    podSecurityRefusal(store.get('namespaces', undefined, namespace), pod) ?? quotaRefusal(store, 'pods', namespace)
  )
}
