/** `kubectl delete -f FILE --ignore-not-found` and `kubectl delete RESOURCE NAME`: waits until each is gone. */
import { ApiRefusal } from '../../errors/catalog/cluster.ts'
import { refTo } from '../create-repeatably.ts'
import { loadManifest } from '../manifest.ts'
import type { ObjectRef } from '../port.ts'
import { type CarryOut, deletedLine, kindDotGroup, type OperationContext } from './context.ts'
import { collect } from './outcome.ts'
import { waitUntilGone } from './wait-until-gone.ts'

export const deleteFile: CarryOut<'delete'> = (operation, context) =>
  deleteAll(loadManifest(operation.path).map(refTo), context)

export const deleteNamed: CarryOut<'delete-object'> = (operation, context) => deleteAll([operation.ref], context)

function deleteAll(refs: readonly ObjectRef[], context: OperationContext) {
  return collect(
    context,
    refs,
    (ref) => deleteOne(ref, context),
    (ref) => `${kindDotGroup(ref)}/${ref.name}`,
  )
}

async function deleteOne(given: ObjectRef, context: OperationContext): Promise<boolean> {
  const { api, signal } = context
  const resource = await api.locate(given)
  // A kind that is not served has no objects to delete.
  if (!resource) return false
  const ref: ObjectRef = resource.namespaced
    ? { ...given, namespace: given.namespace ?? api.namespace }
    : { apiVersion: given.apiVersion, kind: given.kind, name: given.name }
  try {
    const answer = await api.send({
      method: 'DELETE',
      path: await api.path(ref),
      body: { propagationPolicy: 'Background' },
      signal,
    })
    context.out(deletedLine(ref))
    const uid = answer.metadata?.uid ?? (answer as { details?: { uid?: string } }).details?.uid
    if (!(await waitUntilGone(ref, uid, context)))
      context.err(`${kindDotGroup(ref)}/${ref.name} is still being deleted`)
    return true
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return false
    throw error
  }
}
