import type { SelectorNode } from './ast.ts'

/** A copy with each leaf replaced. */
export function rewriteLeaves(node: SelectorNode, replace: (leaf: SelectorNode) => SelectorNode): SelectorNode {
  switch (node.kind) {
    case 'not':
      return { kind: 'not', operand: rewriteLeaves(node.operand, replace) }
    case 'and':
    case 'or':
      return { kind: node.kind, operands: node.operands.map((operand) => rewriteLeaves(operand, replace)) }
    default:
      return replace(node)
  }
}

/** Puts `prefix` before every label name: `pcns.` for namespace labels, `pcsa.` for service account labels. */
export function prefixSelector(node: SelectorNode, prefix: string): SelectorNode {
  return rewriteLeaves(node, (leaf) => ('label' in leaf ? { ...leaf, label: prefix + leaf.label } : leaf))
}
