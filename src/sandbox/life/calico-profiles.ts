import type { Change, KubeObject } from '../contracts.ts'
import type { Controller, LifeContext } from './life.types.ts'

const RESOURCE = 'profiles.projectcalico.org'

/**
 * Calico shows every namespace and service account as a Profile that allows everything and hands its labels on with a
 * prefix (libcalico-go/lib/backend/k8s/conversion: NamespaceToProfile, ServiceAccountToProfile).
 */
export function createProfileController(context: LifeContext): Controller {
  const { store } = context

  const reconcile = context.reconciler.controller((key) => {
    const [namespace, account] = key.split('/') as [string, string]
    const name = account ? `ksa.${namespace}.${account}` : `kns.${namespace}`
    const source = account
      ? store.get('serviceaccounts', namespace, account)
      : store.get('namespaces', undefined, namespace)
    if (!source) {
      store.remove(RESOURCE, undefined, name)
      return
    }
    const spec = account ? accountProfile(source) : namespaceProfile(source)
    if (store.get(RESOURCE, undefined, name)) {
      store.modify(RESOURCE, undefined, name, (draft) => {
        draft.spec = spec
      })
    } else {
      const metadata = { name, creationTimestamp: source.metadata.creationTimestamp! }
      store.create(RESOURCE, { kind: 'Profile', apiVersion: 'projectcalico.org/v3', metadata, spec })
    }
  })

  function look(resource: string, object: KubeObject): void {
    if (resource === 'namespaces') reconcile(`${object.metadata.name}/`)
    if (resource === 'serviceaccounts') reconcile(`${object.metadata.namespace}/${object.metadata.name}`)
  }

  /** What a profile shows may be gone since before a crash: nothing else would ever take the profile away. */
  function lookAtProfile(name: string): void {
    const [, namespace, account = ''] = /^(?:kns|ksa)\.([^.]+)(?:\.(.+))?$/.exec(name) ?? []
    if (namespace !== undefined) reconcile(`${namespace}/${account}`)
  }

  return {
    onChange: (change: Change) => look(change.resource, change.object),
    onExisting(resource, object) {
      look(resource, object)
      if (resource === RESOURCE) lookAtProfile(object.metadata.name)
    },
  }
}

function prefixed(prefix: string, labels: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${prefix}${key}`, value]))
}

function namespaceProfile({ metadata }: KubeObject): object {
  return {
    ingress: [{ action: 'Allow' }],
    egress: [{ action: 'Allow' }],
    labelsToApply: { ...prefixed('pcns.', metadata.labels), 'pcns.projectcalico.org/name': metadata.name },
  }
}

function accountProfile({ metadata }: KubeObject): object {
  return { labelsToApply: { ...prefixed('pcsa.', metadata.labels), 'pcsa.projectcalico.org/name': metadata.name } }
}
