import type { Change, KubeObject } from '../contracts.ts'
import type { Controller, LifeContext } from './life.types.ts'
import { deletionConditions } from './namespace-conditions.ts'
import { removeObject } from './removal.ts'
import { stamp } from './stamps.ts'

/** Every namespace gets its `default` ServiceAccount and the cluster's certificate; a deleted one is emptied first. */
export function createNamespaceController(context: LifeContext, clusterCertificate: string): Controller {
  const { store, clock, signal } = context
  const emptied = new Set<string>()

  const reconcile = context.reconciler.controller((key) => {
    const name = key.slice(1)
    const namespace = store.get('namespaces', undefined, name)
    if (!namespace) return
    if (namespace.metadata.deletionTimestamp) empty(namespace)
    else furnish(name)
  })

  function furnish(namespace: string): void {
    if (!store.get('serviceaccounts', namespace, 'default')) {
      store.create('serviceaccounts', {
        kind: 'ServiceAccount',
        apiVersion: 'v1',
        metadata: { name: 'default', namespace },
      })
    }
    if (!store.get('configmaps', namespace, 'kube-root-ca.crt')) {
      store.create('configmaps', {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: {
          name: 'kube-root-ca.crt',
          namespace,
          annotations: {
            'kubernetes.io/description':
              'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
          },
        },
        data: { 'ca.crt': clusterCertificate },
      })
    }
  }

  function empty(namespace: KubeObject): void {
    const { name, uid } = namespace.metadata
    if (emptied.has(uid!)) {
      finalise(namespace)
      return
    }
    emptied.add(uid!)
    // The real controller comes round after a few seconds; watchers see the namespace Terminating meanwhile.
    clock
      .sleep(2000, signal)
      .then(() => {
        const rest = contentOf(name)
        for (const [resource, object] of rest) removeObject(context, resource, object)
        reconcile(`/${name}`)
      })
      .catch((error: unknown) => {
        if (!signal.aborted) context.onBug(error)
      })
  }

  function contentOf(namespace: string): [resource: string, object: KubeObject][] {
    return context
      .resources()
      .flatMap((resource) => store.list(resource, namespace).map((object): [string, KubeObject] => [resource, object]))
  }

  /** What is left is said in the conditions; once nothing is, the namespace ends. */
  function finalise(namespace: KubeObject): void {
    const { name } = namespace.metadata
    const rest = contentOf(name)
    for (const [resource, object] of rest)
      if (!object.metadata.deletionTimestamp) removeObject(context, resource, object)
    const left = contentOf(name)
    store.modify('namespaces', undefined, name, (draft) => {
      draft.status = { phase: 'Terminating', conditions: deletionConditions(draft, left, stamp(clock.now())) }
    })
    if (left.length > 0) return
    emptied.delete(namespace.metadata.uid!)
    store.remove('namespaces', undefined, name)
  }

  return {
    onChange({ type, resource, object }: Change) {
      if (resource === 'namespaces' && type !== 'DELETED') reconcile(`/${object.metadata.name}`)
      else if (resource === 'serviceaccounts' || resource === 'configmaps' || type === 'DELETED') {
        if (object.metadata.namespace && type === 'DELETED') reconcile(`/${object.metadata.namespace}`)
      }
    },
    onExisting(resource, object) {
      if (resource === 'namespaces') reconcile(`/${object.metadata.name}`)
    },
  }
}
