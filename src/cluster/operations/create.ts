/** `kubectl create namespace` and `kubectl run`; what is there already is left as it is. */
import { ApiRefusal } from '../../errors/catalog/cluster.ts'
import { createRepeatably, refTo } from '../create-repeatably.ts'
import type { KubeObject } from '../port.ts'
import { type CarryOut, type OperationContext, shownName } from './context.ts'
import { toFailure } from './outcome.ts'

export const createNamespace: CarryOut<'create-namespace'> = (operation, context) =>
  createOnce(
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: operation.name, ...(operation.labels ? { labels: { ...operation.labels } } : {}) },
    },
    'kubectl-create',
    context,
  )

/** The pod `kubectl run` makes: label run=NAME unless --labels says otherwise, container named like the pod. */
export const runPod: CarryOut<'run-pod'> = (operation, context) => {
  const labels =
    operation.labels && Object.keys(operation.labels).length > 0 ? { ...operation.labels } : { run: operation.name }
  return createOnce(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: operation.name, namespace: operation.namespace, labels },
      spec: {
        containers: [{ name: operation.name, image: operation.image, resources: {} }],
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
      },
    },
    'kubectl-run',
    context,
  )
}

async function createOnce(object: KubeObject, fieldManager: string, context: OperationContext) {
  const { api, signal } = context
  const ref = refTo(object)
  try {
    const path = await api.path({
      apiVersion: ref.apiVersion,
      kind: ref.kind,
      namespace: ref.namespace ?? api.namespace,
    })
    await createRepeatably(api, ref, { method: 'POST', path, query: { fieldManager }, body: object, signal })
    context.out(`${shownName(object)} created`)
    return { ok: true, exitCode: 0, changed: 1 }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof ApiRefusal && error.reason === 'AlreadyExists') {
      context.out(`${shownName(object)} unchanged (it is there already)`)
      return { ok: true, exitCode: 0, changed: 0 }
    }
    return toFailure(error)
  }
}
