/**
 * The tree of a selector expression of Calico's selector language. Trees are plain immutable values; what they mean
 * is in matches.ts, how they read is in print.ts.
 */
export type SelectorNode =
  | { kind: 'all' }
  | { kind: 'global' }
  | { kind: 'has'; label: string }
  | { kind: 'eq' | 'ne' | 'contains' | 'starts' | 'ends'; label: string; value: string }
  /** `values` sorted by code point, without duplicates. */
  | { kind: 'in' | 'not-in'; label: string; values: readonly string[] }
  | { kind: 'not'; operand: SelectorNode }
  | { kind: 'and' | 'or'; operands: readonly SelectorNode[] }

export const all: SelectorNode = { kind: 'all' }

export function has(label: string): SelectorNode {
  return { kind: 'has', label }
}

export function equals(label: string, value: string): SelectorNode {
  return { kind: 'eq', label, value }
}

export function not(operand: SelectorNode): SelectorNode {
  return { kind: 'not', operand }
}

export function oneOf(label: string, values: readonly string[], negated = false): SelectorNode {
  return { kind: negated ? 'not-in' : 'in', label, values: sortedSet(values) }
}

/** Joins with `&&`, leaving out what is absent; one operand stays itself, none at all is null. */
export function and(operands: readonly (SelectorNode | null)[]): SelectorNode | null {
  const present = operands.filter((operand) => operand !== null)
  return present.length > 1 ? { kind: 'and', operands: present } : (present[0] ?? null)
}

/** Sorted as Go sorts strings, by code point and not by UTF-16 unit, so that canonical texts agree. */
function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort(compareCodePoints)
}

export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a === b) continue
    const surrogates = (a >= 0xd800 && a <= 0xdfff ? 1 : 0) - (b >= 0xd800 && b <= 0xdfff ? 1 : 0)
    return surrogates || a - b
  }
  return left.length - right.length
}
