import type { SelectorNode } from './ast.ts'

/** What must hold for a label for the selector to match; an empty value list means that nothing can match. */
interface LabelRestriction {
  mustBePresent?: true
  mustBeAbsent?: true
  mustHaveOneOfValues?: string[]
}

export type LabelRestrictions = Map<string, LabelRestriction>

/** Only what is certain: labels without an entry may have any value, or none. */
export function labelRestrictions(node: SelectorNode): LabelRestrictions {
  switch (node.kind) {
    case 'has':
    case 'contains':
    case 'starts':
    case 'ends':
      return new Map([[node.label, { mustBePresent: true }]])
    case 'eq':
      return new Map([[node.label, { mustBePresent: true, mustHaveOneOfValues: [node.value] }]])
    case 'in':
      return new Map([[node.label, { mustBePresent: true, mustHaveOneOfValues: [...node.values] }]])
    case 'not':
      // `!(a == "b")` does not require that `a` is absent; only `!has(a)` does.
      return node.operand.kind === 'has' ? new Map([[node.operand.label, { mustBeAbsent: true }]]) : new Map()
    case 'and':
      return node.operands.map(labelRestrictions).reduce(both)
    case 'or':
      return node.operands.map(labelRestrictions).reduce(either)
    default:
      return new Map()
  }
}

function both(left: LabelRestrictions, right: LabelRestrictions): LabelRestrictions {
  const result = new Map(left)
  for (const [label, added] of right) {
    const base = result.get(label) ?? {}
    const values = base.mustHaveOneOfValues
      ? base.mustHaveOneOfValues.filter((value) => added.mustHaveOneOfValues?.includes(value) ?? true)
      : added.mustHaveOneOfValues
    result.set(label, {
      ...(base.mustBePresent || added.mustBePresent ? { mustBePresent: true } : {}),
      ...(base.mustBeAbsent || added.mustBeAbsent ? { mustBeAbsent: true } : {}),
      ...(values ? { mustHaveOneOfValues: values } : {}),
    })
  }
  return result
}

function either(left: LabelRestrictions, right: LabelRestrictions): LabelRestrictions {
  const result: LabelRestrictions = new Map()
  for (const [label, one] of left) {
    const other = right.get(label)
    if (!other) continue
    const present = one.mustBePresent && other.mustBePresent
    const absent = one.mustBeAbsent && other.mustBeAbsent
    const values =
      present && one.mustHaveOneOfValues && other.mustHaveOneOfValues
        ? [...new Set([...one.mustHaveOneOfValues, ...other.mustHaveOneOfValues])]
        : undefined
    if (!present && !absent) continue
    result.set(label, {
      ...(present ? { mustBePresent: true } : {}),
      ...(absent ? { mustBeAbsent: true } : {}),
      ...(values ? { mustHaveOneOfValues: values } : {}),
    })
  }
  return result
}
