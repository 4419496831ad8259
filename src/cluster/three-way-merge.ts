/**
 * Client-side apply: what kubectl's three-way merge makes of the last applied configuration, the manifest and the live
 * object. Pure. Fields dropped from the manifest go, fields others added stay. Lists are replaced whole, except those
 * that Kubernetes merges by key (struct tags patchStrategy=merge); Calico kinds have none.
 */
import { mergeKeyFor, retainsKeys } from './merge-keys.ts'

type Value = any

/** The object as it should be afterwards. */
export function threeWayMerge(kind: string, original: Value, modified: Value, live: Value): Value {
  return mergeMaps(kind, [], original ?? {}, modified, live)
}

function isMap(value: Value): value is Record<string, Value> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function mergeMaps(kind: string, path: readonly string[], original: Value, modified: Value, live: Value): Value {
  const result: Record<string, Value> = isMap(live) ? { ...live } : {}
  for (const key of Object.keys(isMap(original) ? original : {})) if (!(key in modified)) delete result[key]
  for (const [key, wanted] of Object.entries(modified)) {
    const at = [...path, key]
    if (wanted === null) {
      // `field: null` in a manifest means: not there.
      delete result[key]
    } else if (isMap(wanted) && isMap(result[key])) {
      const merged = mergeMaps(kind, at, original?.[key], wanted, result[key])
      result[key] = retainsKeys(kind, at) ? only(merged, wanted) : merged
    } else if (Array.isArray(wanted) && Array.isArray(result[key]) && mergeKeyFor(kind, at) !== null) {
      result[key] = mergeLists(kind, at, Array.isArray(original?.[key]) ? original[key] : [], wanted, result[key])
    } else {
      result[key] = withoutNulls(wanted)
    }
  }
  return result
}

/** A union (volume sources, Deployment.strategy): the other members do not survive a change. */
function only(merged: Record<string, Value>, wanted: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(merged).filter(([key]) => key in wanted))
}

function mergeLists(
  kind: string,
  path: readonly string[],
  original: Value[],
  modified: Value[],
  live: Value[],
): Value[] {
  const key = mergeKeyFor(kind, path)!
  const idOf = (item: Value) => (key === '' ? item : item?.[key])
  const find = (list: Value[], id: Value) => list.find((item) => idOf(item) === id)
  const wanted = modified.map((item) => {
    const there = find(live, idOf(item))
    if (!isMap(item) || !isMap(there)) return withoutNulls(item)
    const merged = mergeMaps(kind, [...path, '*'], find(original, idOf(item)), item, there)
    return retainsKeys(kind, [...path, '*']) ? only(merged, item) : merged
  })
  const dropped = new Set(original.map(idOf).filter((id) => find(modified, id) === undefined))
  const others = live.filter((item) => find(modified, idOf(item)) === undefined && !dropped.has(idOf(item)))
  return interleave(others, wanted, live.map(idOf), idOf)
}

/** Listed items keep the manifest's order; the server's own go before the first listed one that follows them there. */
function interleave(others: Value[], listed: Value[], serverOrder: Value[], idOf: (item: Value) => Value): Value[] {
  const result = [...listed]
  let from = 0
  for (const item of others) {
    const place = serverOrder.indexOf(idOf(item))
    let index = from
    while (index < result.length) {
      const rival = serverOrder.indexOf(idOf(result[index]))
      if (rival >= 0 && rival > place) break
      index++
    }
    result.splice(index, 0, item)
    from = index + 1
  }
  return result
}

function withoutNulls(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  )
}

/** The JSON merge patch that turns `from` into `to`; null when nothing differs. */
export function mergePatch(from: Value, to: Value): Record<string, Value> | null {
  const patch: Record<string, Value> = {}
  for (const key of Object.keys(from)) if (!(key in to)) patch[key] = null
  for (const [key, value] of Object.entries(to)) {
    const before = from[key]
    if (isMap(value) && isMap(before)) {
      const inner = mergePatch(before, value)
      if (inner) patch[key] = inner
    } else if (!equal(before, value)) patch[key] = value
  }
  return Object.keys(patch).length > 0 ? patch : null
}

function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => equal(item, b[index]))
  if (!isMap(a) || !isMap(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => equal(a[key], b[key]))
}
