import type { SelectorNode } from './ast.ts'
import type { Labels } from './matches.ts'

export type LabelTest = (labels: Labels) => boolean

/**
 * The same answers as selectorMatches, as nested closures: policies ask one selector about many label sets. `labels`
 * must have no prototype, so that a label named `constructor` is absent unless it is there.
 */
export function compileSelector(node: SelectorNode): LabelTest {
  switch (node.kind) {
    case 'all':
    case 'global':
      return () => true
    case 'has': {
      const { label } = node
      return (labels) => labels[label] !== undefined
    }
    case 'eq': {
      const { label, value } = node
      return (labels) => labels[label] === value
    }
    case 'ne': {
      const { label, value } = node
      return (labels) => labels[label] !== value
    }
    case 'contains': {
      const { label, value } = node
      return (labels) => labels[label]?.includes(value) ?? false
    }
    case 'starts': {
      const { label, value } = node
      return (labels) => labels[label]?.startsWith(value) ?? false
    }
    case 'ends': {
      const { label, value } = node
      return (labels) => labels[label]?.endsWith(value) ?? false
    }
    case 'in':
    case 'not-in': {
      const { label } = node
      const values = new Set<string | undefined>(node.values)
      const wanted = node.kind === 'in'
      return (labels) => values.has(labels[label]) === wanted
    }
    case 'not': {
      const operand = compileSelector(node.operand)
      return (labels) => !operand(labels)
    }
    case 'and': {
      const operands = node.operands.map(compileSelector)
      return (labels) => operands.every((operand) => operand(labels))
    }
    case 'or': {
      const operands = node.operands.map(compileSelector)
      return (labels) => operands.some((operand) => operand(labels))
    }
  }
}
