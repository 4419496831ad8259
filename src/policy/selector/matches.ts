import type { SelectorNode } from './ast.ts'

export type Labels = Readonly<Record<string, string>>

const own = Object.prototype.hasOwnProperty

/** The label's value, or undefined; never one of Object.prototype. */
function labelValue(labels: Labels, name: string): string | undefined {
  return own.call(labels, name) ? labels[name] : undefined
}

/**
 * Calico's evaluation: an absent label makes `!=` and `not in` true and every other comparison false. `global()` gets
 * its meaning (no namespace) only in a rule's namespaceSelector, where it is replaced before it comes here.
 */
export function selectorMatches(node: SelectorNode, labels: Labels): boolean {
  switch (node.kind) {
    case 'all':
    case 'global':
      return true
    case 'has':
      return labelValue(labels, node.label) !== undefined
    case 'eq':
      return labelValue(labels, node.label) === node.value
    case 'ne':
      return labelValue(labels, node.label) !== node.value
    case 'contains':
      return labelValue(labels, node.label)?.includes(node.value) ?? false
    case 'starts':
      return labelValue(labels, node.label)?.startsWith(node.value) ?? false
    case 'ends':
      return labelValue(labels, node.label)?.endsWith(node.value) ?? false
    case 'in':
    case 'not-in': {
      const value = labelValue(labels, node.label)
      return (value !== undefined && node.values.includes(value)) === (node.kind === 'in')
    }
    case 'not':
      return !selectorMatches(node.operand, labels)
    case 'and':
      return node.operands.every((operand) => selectorMatches(operand, labels))
    case 'or':
      return node.operands.some((operand) => selectorMatches(operand, labels))
  }
}
