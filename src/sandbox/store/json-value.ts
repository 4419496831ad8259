/** Plain JSON values: copying, comparing and freezing without the cost of structuredClone. */

type Json = Record<string, unknown>

export function cloneJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => cloneJson(item)) as T
  if (value !== null && typeof value === 'object') {
    const copy: Record<string, unknown> = {}
    for (const key of Object.keys(value)) {
      const item = (value as Record<string, unknown>)[key]
      if (item !== undefined) setOwn(copy, key, typeof item === 'object' ? cloneJson(item) : item)
    }
    return copy as T
  }
  return value
}

/** Assigns as an own property even for `__proto__`, which plain assignment would turn into a prototype change. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else target[key] = value
}

export function equalJson(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false
    return left.every((item, index) => equalJson(item, right[index]))
  }
  if (Array.isArray(right)) return false
  const a = left as Record<string, unknown>
  const b = right as Record<string, unknown>
  const keys = Object.keys(a).filter((key) => a[key] !== undefined)
  if (keys.length !== Object.keys(b).filter((key) => b[key] !== undefined).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]))
}

/** Stops at what is frozen already: parts shared with a stored object are not walked again. */
export function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value
  for (const key of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[key])
  return Object.freeze(value)
}

/** A part of a stored object: it was checked when it came in. */
export function isStored(value: unknown): boolean {
  return typeof value === 'object' && Object.isFrozen(value)
}

/**
 * A frozen copy of `next` that shares with the frozen `previous` every part in which both agree; `previous` itself when
 * they agree in everything. What is frozen in `next` already is taken as it is.
 */
export function settleJson<T>(previous: unknown, next: T): T {
  if (next === null || typeof next !== 'object' || next === previous) return next
  if (Object.isFrozen(next)) return equalJson(previous, next) ? (previous as T) : next
  return (Array.isArray(next) ? settleList(previous, next) : settleObject(previous, next as Json)) as T
}

function settleList(previous: unknown, next: readonly unknown[]): readonly unknown[] {
  const before = Array.isArray(previous) ? previous : []
  const list = next.map((item, index) => settleJson(before[index], item))
  const isSame = Array.isArray(previous) && before.length === list.length && list.every((item, i) => item === before[i])
  return isSame ? before : Object.freeze(list)
}

function settleObject(previous: unknown, next: Json): Json {
  const isObject = typeof previous === 'object' && previous !== null && !Array.isArray(previous)
  const before = isObject ? (previous as Json) : undefined
  let copy: Json | undefined
  let isSame = before !== undefined
  let count = 0
  for (const key of Object.keys(next)) {
    const item = next[key]
    if (item === undefined) {
      copy ??= { ...next }
      delete copy[key]
      continue
    }
    count += 1
    const was = before !== undefined && Object.hasOwn(before, key) ? before[key] : undefined
    const settled = settleJson(was, item)
    if (settled !== was) isSame = false
    if (settled === item) continue
    copy ??= { ...next }
    setOwn(copy, key, settled)
  }
  if (before !== undefined && isSame && count === Object.keys(before).length) return before
  return Object.freeze(copy ?? { ...next })
}
