import { cloneJson, equalJson, setOwn } from '../../store/json-value.ts'
import { badRequest } from '../api-error.ts'
import { type ListStrategy, listStrategy } from './merge-keys.ts'
import { isObject } from './merge-patch.ts'

const PATCH = '$patch'
const RETAIN_KEYS = '$retainKeys'
const SET_ORDER = '$setElementOrder/'
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/'

/**
 * Strategic merge as k8s.io/apimachinery/pkg/util/strategicpatch does it: merge keys decide which lists merge item by
 * item, directives in the patch delete, replace, reorder or keep. The target is not changed.
 *
 * With `kind: null` no list has a merge key: what Calico's API server does with its own kinds.
 */
export function strategicMerge(target: unknown, patch: unknown, kind: string | null): unknown {
  if (!isObject(patch)) throw badRequest('json: cannot unmarshal into Go value of type map[string]interface {}')
  return mergeObject(isObject(target) ? target : {}, patch, [], kind)
}

type Json = Record<string, unknown>

function mergeObject(target: Json, patch: Json, path: readonly string[], kind: string | null): Json {
  const directive = patch[PATCH]
  if (directive === 'replace') return withoutDirectives(patch)
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge') throw unknownDirective(directive)
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
    if (value === null) {
      delete result[key]
      continue
    }
    setOwn(result, key, mergeValue(Object.hasOwn(result, key) ? result[key] : undefined, value, [...path, key], kind))
  }
  // An order may be given for a list the patch does not touch otherwise.
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(SET_ORDER)) continue
    const field = key.slice(SET_ORDER.length)
    const order = patch[key]
    const list = result[field]
    if (!Array.isArray(order) || !Array.isArray(list)) continue
    const strategy = kind === null ? undefined : listStrategy(kind, [...path, field])
    if (strategy) result[field] = inOrder(list, order, strategy, target[field])
  }
  return result
}

function mergeValue(target: unknown, patch: unknown, path: readonly string[], kind: string | null): unknown {
  if (isObject(patch)) {
    if (isObject(target)) return mergeObject(target, patch, path, kind)
    return mergeObject({}, patch, path, kind)
  }
  if (!Array.isArray(patch)) return patch
  const strategy = kind === null ? undefined : listStrategy(kind, path)
  if (!strategy) return patch.filter((item) => !isDirectiveItem(item)).map((item) => cloneJson(item))
  return mergeList(Array.isArray(target) ? target : [], patch, strategy, path, kind)
}

function isDirectiveItem(item: unknown): boolean {
  return isObject(item) && item[PATCH] === 'replace' && Object.keys(item).length === 1
}

function mergeList(
  target: unknown[],
  patch: unknown[],
  strategy: ListStrategy,
  path: readonly string[],
  kind: string | null,
): unknown[] {
  const { mergeKey } = strategy
  if (mergeKey === undefined) {
    const added = patch.filter((item) => !target.some((existing) => equalJson(existing, item)))
    return [...target, ...added]
  }
  const replaces = patch.some(isDirectiveItem)
  let result = replaces ? [] : [...target]
  for (const item of patch) {
    if (isDirectiveItem(item)) continue
    if (!isObject(item)) throw badRequest('error when applying patch: list item is not an object')
    const key = item[mergeKey]
    if (key === undefined) {
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`)
    }
    const matches = (existing: unknown) => isObject(existing) && existing[mergeKey] === key
    if (item[PATCH] === 'delete') {
      result = result.filter((existing) => !matches(existing))
      continue
    }
    const at = result.findIndex(matches)
    if (at < 0) result.push(mergeObject({}, item, path, kind))
    else result[at] = mergeObject(result[at] as Json, item, path, kind)
  }
  return result
}

/** Items the order names follow it; those only the server has keep their place among the others. */
function inOrder(list: unknown[], order: unknown[], { mergeKey }: ListStrategy, before: unknown): unknown[] {
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

function unknownDirective(directive: unknown) {
  return badRequest(`Unknown patch type: ${String(directive)}`)
}
