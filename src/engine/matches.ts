/**
 * Whether a live object says what a manifest says. The server adds fields (defaults, status), so maps may hold more than
 * asked; lists may not: a policy with one rule more is another policy.
 */
export function says(live: unknown, wanted: unknown): boolean {
  return firstDifference(live, wanted) === null
}

/** The path of the first field that is not as wanted, or null. */
export function firstDifference(live: unknown, wanted: unknown, path = ''): string | null {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live)) return wanted.length === 0 && live === undefined ? null : path
    if (live.length !== wanted.length) return path
    for (const [index, item] of wanted.entries()) {
      const difference = firstDifference(live[index], item, `${path}[${index}]`)
      if (difference !== null) return difference
    }
    return null
  }
  if (wanted !== null && typeof wanted === 'object') {
    if (live === null || typeof live !== 'object' || Array.isArray(live)) {
      return live === undefined && Object.keys(wanted).length === 0 ? null : path
    }
    for (const [key, value] of Object.entries(wanted)) {
      const difference = firstDifference(
        (live as Record<string, unknown>)[key],
        value,
        path === '' ? key : `${path}.${key}`,
      )
      if (difference !== null) return difference
    }
    return null
  }
  if (wanted === null || wanted === undefined) return live === null || live === undefined ? null : path
  if (live === wanted) return null
  // Quantities and ports may come back as another type ("80" and 80 name the same port).
  return live !== undefined && live !== null && typeof live !== 'object' && String(live) === String(wanted)
    ? null
    : path
}

/** `spec.order`, `spec.ingress[0].action` in an object. */
export function fieldAt(object: unknown, path: string): unknown {
  let value: unknown = object
  for (const part of path.split(/\.|\[(\d+)\]/).filter((piece) => piece !== undefined && piece !== '')) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}
