import type { KubeObject } from '../contracts.ts'
import { apiVersionOf, type ResourceType } from './registry/resource-type.ts'
import { toView } from './registry/views.ts'

/**
 * Objects as JSON text. Stored objects are frozen, so their text is made once and lists are joined from it: a list of
 * thousands costs no more than copying bytes.
 */
const CACHE = new WeakMap<KubeObject, Map<string, string>>()

/** With kind and apiVersion first, as the server writes them. */
export function encodeObject(type: ResourceType, object: KubeObject): string {
  return `{${typeMeta(type)},${encodeBody(type, object)}}`
}

/** As a list item: items of built-in kinds carry no kind and apiVersion, those of custom and Calico resources do. */
function encodeItem(type: ResourceType, object: KubeObject): string {
  return type.custom || type.aggregated ? encodeObject(type, object) : `{${encodeBody(type, object)}}`
}

export function encodeList(
  type: ResourceType,
  items: readonly KubeObject[],
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number },
): string {
  const apiVersion = apiVersionOf(type)
  const body = items.map((item) => encodeItem(type, item)).join(',')
  if (type.custom) {
    return `{"apiVersion":"${apiVersion}","items":[${body}],"kind":"${type.kind}List","metadata":${JSON.stringify(metadata)}}\n`
  }
  return `{"kind":"${type.kind}List","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${body}]}\n`
}

function typeMeta(type: ResourceType): string {
  return `"kind":"${type.kind}","apiVersion":"${apiVersionOf(type)}"`
}

/** Everything but kind and apiVersion, without the braces. */
function encodeBody(type: ResourceType, object: KubeObject): string {
  if (!Object.isFrozen(object)) return stringifyBody(toView(type, object))
  let byType = CACHE.get(object)
  if (!byType) {
    byType = new Map()
    CACHE.set(object, byType)
  }
  // An alias may serve the same stored object in another shape.
  const key = type.storedAs === type.id ? '' : type.id
  let text = byType.get(key)
  if (text === undefined) {
    text = stringifyBody(toView(type, object))
    byType.set(key, text)
  }
  return text
}

function stringifyBody(object: KubeObject): string {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object
  return JSON.stringify(rest).slice(1, -1)
}
