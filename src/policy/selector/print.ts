import type { SelectorNode } from './ast.ts'

const operators = { eq: '==', ne: '!=', contains: 'contains', starts: 'starts with', ends: 'ends with' } as const

/** Calico's canonical text: every `&&`/`||` group in parentheses, sets sorted, double quotes unless the value has one. */
export function printSelector(node: SelectorNode): string {
  switch (node.kind) {
    case 'all':
    case 'global':
      return `${node.kind}()`
    case 'has':
      return `has(${node.label})`
    case 'in':
    case 'not-in':
      return `${node.label} ${node.kind === 'in' ? 'in' : 'not in'} {${node.values.map(quote).join(', ')}}`
    case 'not':
      return `!${printSelector(node.operand)}`
    case 'and':
    case 'or':
      return `(${node.operands.map(printSelector).join(node.kind === 'and' ? ' && ' : ' || ')})`
    default:
      return `${node.label} ${operators[node.kind]} ${quote(node.value)}`
  }
}

function quote(value: string): string {
  return value.includes('"') ? `'${value}'` : `"${value}"`
}
