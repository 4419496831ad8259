/** Deep equality of plain values, keys in any order; what is undefined is absent. */
function sameValue(left: unknown, right: unknown): boolean {
  return stable(left) === stable(right)
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  )
}

/** What a case gave, or null when it is as expected. */
export type Mismatch = { expected: unknown; actual: unknown } | null

export function expectSame(expected: unknown, actual: unknown): Mismatch {
  return sameValue(expected, actual) ? null : { expected, actual }
}
