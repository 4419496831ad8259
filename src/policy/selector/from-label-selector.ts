import { all, and, equals, has, not, oneOf, type SelectorNode } from './ast.ts'

/**
 * A Kubernetes LabelSelector as a selector tree. Empty matches everything (for pods within their namespace, for
 * namespaces all of them); unknown operators are left out, as Calico's conversion does.
 */
export function fromLabelSelector(selector: unknown): SelectorNode {
  const { matchLabels, matchExpressions } = (selector ?? {}) as {
    matchLabels?: Record<string, unknown>
    matchExpressions?: { key?: unknown; operator?: unknown; values?: unknown }[]
  }
  const terms: SelectorNode[] = Object.entries(matchLabels ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => equals(key, String(value)))
  for (const expression of Array.isArray(matchExpressions) ? matchExpressions : []) {
    const key = String(expression.key)
    const values = Array.isArray(expression.values) ? expression.values.map(String) : []
    if (expression.operator === 'In') terms.push(oneOf(key, values))
    else if (expression.operator === 'NotIn') terms.push(oneOf(key, values, true))
    else if (expression.operator === 'Exists') terms.push(has(key))
    else if (expression.operator === 'DoesNotExist') terms.push(not(has(key)))
  }
  return and(terms) ?? all
}
