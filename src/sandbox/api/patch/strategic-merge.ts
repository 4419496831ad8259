import { cloneJson, equalJson, setOwn } from '../../store/json-value.ts'
import { badRequest } from '../api-error.ts'
import { type FieldType, jsonFields, type TypeRef } from '../schema/type-table.ts'
import { isObject } from './merge-patch.ts'

const PATCH = '$patch'
const RETAIN_KEYS = '$retainKeys'
const SET_ORDER = '$setElementOrder/'
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/'

type Json = Record<string, unknown>

/**
 * Strategic merge as k8s.io/apimachinery/pkg/util/strategicpatch does it: merge keys decide which lists merge item by
 * item, directives in the patch delete, replace, reorder or keep. The target is not changed.
 *
 * `type` names the Go type whose tags count (`core.Pod`). Undefined: no list has a merge key, which is what Calico's API
 * server does with its own kinds.
 */
export function strategicMerge(target: unknown, patch: unknown, type: string | undefined): unknown {
  if (!isObject(patch)) throw badRequest('json: cannot unmarshal into Go value of type map[string]interface {}')
  return mergeObject(
    isObject(target) ? target : {},
    patch,
    type === undefined ? undefined : { kind: 'object', name: type },
  )
}

function fieldOf(type: TypeRef | undefined, name: string): FieldType | undefined {
  return type?.kind === 'object' ? jsonFields(type.name).get(name) : undefined
}

function typeOf(type: TypeRef | undefined, name: string): TypeRef | undefined {
  return type?.kind === 'map' ? type.of : fieldOf(type, name)?.type
}

function mergeObject(target: Json, patch: Json, type: TypeRef | undefined): Json {
  const directive = patch[PATCH]
  if (directive === 'replace') return withoutDirectives(patch)
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge') throw badRequest(`Unknown patch type: ${String(directive)}`)
  const result: Json = { ...target }
  const retained = patch[RETAIN_KEYS]
  if (Array.isArray(retained)) {
    for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key]
  }
  for (const key of Object.keys(patch)) {
    if (key === PATCH || key === RETAIN_KEYS || key.startsWith(SET_ORDER)) continue
    if (key.startsWith(DELETE_PRIMITIVES)) {
      deletePrimitives(result, key.slice(DELETE_PRIMITIVES.length), patch[key])
      continue
    }
    const value = patch[key]
    if (value === null) delete result[key]
    else
      setOwn(
        result,
        key,
        mergeValue(Object.hasOwn(result, key) ? result[key] : undefined, value, fieldOf(type, key), typeOf(type, key)),
      )
  }
  // An order may be given for a list the patch does not touch otherwise.
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(SET_ORDER)) continue
    const name = key.slice(SET_ORDER.length)
    const order = patch[key]
    const list = result[name]
    const field = fieldOf(type, name)
    if (!Array.isArray(order) || !Array.isArray(list) || !(field?.mergeKey || field?.mergePrimitives)) continue
    result[name] = inOrder(list, order, field.mergeKey, target[name])
  }
  return result
}

function mergeValue(target: unknown, patch: unknown, field: FieldType | undefined, type: TypeRef | undefined): unknown {
  if (isObject(patch)) return mergeObject(isObject(target) ? target : {}, patch, type)
  if (!Array.isArray(patch)) return patch
  const existing = Array.isArray(target) ? target : []
  if (field?.mergeKey) return mergeItems(existing, patch, field.mergeKey, type?.kind === 'list' ? type.of : undefined)
  if (field?.mergePrimitives) {
    return [...existing, ...patch.filter((item) => !existing.some((known) => equalJson(known, item)))]
  }
  return cloneJson(patch.filter((item) => !isReplaceMark(item)))
}

/** `{"$patch": "replace"}` in a list: what follows is the whole list. */
function isReplaceMark(item: unknown): boolean {
  return isObject(item) && item[PATCH] === 'replace' && Object.keys(item).length === 1
}

function mergeItems(target: unknown[], patch: unknown[], mergeKey: string, type: TypeRef | undefined): unknown[] {
  let result = patch.some(isReplaceMark) ? [] : [...target]
  for (const item of patch) {
    if (isReplaceMark(item)) continue
    if (!isObject(item)) throw badRequest('error when applying patch: list item is not an object')
    const key = item[mergeKey]
    if (key === undefined) throw badRequest(`map: ${goMap(item)} does not contain declared merge key: ${mergeKey}`)
    const matches = (existing: unknown) => isObject(existing) && existing[mergeKey] === key
    if (item[PATCH] === 'delete') {
      result = result.filter((existing) => !matches(existing))
      continue
    }
    const at = result.findIndex(matches)
    if (at < 0) result.push(mergeObject({}, item, type))
    else result[at] = mergeObject(result[at] as Json, item, type)
  }
  return result
}

function goMap(item: Json): string {
  return `map[${Object.entries(item)
    .map(([key, value]) => `${key}:${isObject(value) ? goMap(value) : String(value)}`)
    .join(' ')}]`
}

/** Items the order names follow it; those only the server has keep their place among the others. */
function inOrder(list: unknown[], order: unknown[], mergeKey: string | undefined, before: unknown): unknown[] {
  const keyOf = (item: unknown) => (mergeKey === undefined ? item : isObject(item) ? item[mergeKey] : undefined)
  const wanted = order.map((entry) => (mergeKey === undefined || !isObject(entry) ? entry : entry[mergeKey]))
  const rank = (item: unknown) => wanted.findIndex((key) => equalJson(key, keyOf(item)))
  const ordered = list.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b))
  const serverOnly = list.filter((item) => rank(item) < 0)
  const original = Array.isArray(before) ? before : []
  const position = (item: unknown) => original.findIndex((other) => equalJson(keyOf(other), keyOf(item)))
  const result: unknown[] = []
  for (const item of ordered) {
    // A server-only item goes before the first listed item that stood behind it.
    while (serverOnly.length > 0 && position(item) >= 0 && position(serverOnly[0]) < position(item)) {
      result.push(serverOnly.shift())
    }
    result.push(item)
  }
  return [...result, ...serverOnly]
}

function deletePrimitives(result: Json, field: string, values: unknown): void {
  const list = result[field]
  if (!Array.isArray(list) || !Array.isArray(values)) return
  result[field] = list.filter((item) => !values.includes(item))
}

function withoutDirectives(patch: Json): Json {
  const { [PATCH]: _patch, [RETAIN_KEYS]: _retain, ...rest } = patch
  return cloneJson(rest)
}
