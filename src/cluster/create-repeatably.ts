/** A POST whose answer was lost may or may not have been carried out: look before sending it again. */
import { ApiRefusal } from '../errors/catalog/cluster.ts'
import type { KubeApi } from './kube-api.ts'
import type { KubeObject, ObjectRef } from './port.ts'
import type { ApiRequest } from './transport.ts'

const attempts = 5

export function refTo(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) }
}

export async function createRepeatably(api: KubeApi, ref: ObjectRef, request: ApiRequest): Promise<KubeObject> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await api.send(request)
    } catch (error) {
      request.signal?.throwIfAborted()
      const lost =
        !(error instanceof ApiRefusal) ||
        (error.status >= 500 && !/is not supported on|StorageError: key not found/.test(error.message))
      const exists = error instanceof ApiRefusal && error.reason === 'AlreadyExists'
      if (exists && attempt > 0) {
        const there = await api.get(ref, request.signal)
        if (there && contains(there, request.body)) return there
        throw error
      }
      if (!lost || attempt + 1 >= attempts) throw error
      const there = await api.get(ref, request.signal)
      if (there && contains(there, request.body)) return there
    }
  }
}

/** Every field of `wanted` is in `actual` with the same value; what the server added does not matter. */
function contains(actual: any, wanted: any): boolean {
  if (wanted === null || typeof wanted !== 'object') return actual === wanted || wanted === null
  if (actual === null || typeof actual !== 'object') return Object.keys(wanted).length === 0
  if (Array.isArray(wanted))
    return (
      Array.isArray(actual) &&
      wanted.length === actual.length &&
      wanted.every((item, index) => contains(actual[index], item))
    )
  return Object.entries(wanted).every(([key, value]) => contains(actual[key], value))
}
