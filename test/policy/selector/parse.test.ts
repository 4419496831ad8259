import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SelectorNode } from '../../../src/policy/selector/ast.ts'
import { oneOf } from '../../../src/policy/selector/ast.ts'
import { compileSelector } from '../../../src/policy/selector/compile.ts'
import { selectorMatches } from '../../../src/policy/selector/matches.ts'
import { parseSelector, tryParseSelector } from '../../../src/policy/selector/parse.ts'
import { printSelector } from '../../../src/policy/selector/print.ts'

const label = fc.constantFrom('a', 'b', 'k8s-app', 'app.kubernetes.io/name', 'in', 'has', 'constructor')
const value = fc.oneof(
  fc.constantFrom('', 'x', 'y', "it's", 'say "hi"', '\u{1F600}'),
  fc.string().filter((text) => !(text.includes('"') && text.includes("'"))),
)

const { node } = fc.letrec<{ node: SelectorNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<SelectorNode>({ kind: 'all' }, { kind: 'global' }),
    label.map((name): SelectorNode => ({ kind: 'has', label: name })),
    fc
      .tuple(fc.constantFrom('eq', 'ne', 'contains', 'starts', 'ends'), label, value)
      .map(([kind, name, text]): SelectorNode => ({ kind, label: name, value: text })),
    fc
      .tuple(label, fc.array(value, { maxLength: 3 }), fc.boolean())
      .map(([name, values, negated]) => oneOf(name, values, negated)),
    tie('node').map((operand): SelectorNode => ({ kind: 'not', operand })),
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(tie('node'), { minLength: 2, maxLength: 3 }))
      .map(([kind, operands]): SelectorNode => ({ kind, operands })),
  ),
}))
const labels = fc.dictionary(label, value, { maxKeys: 4 })

describe('parseSelector', () => {
  it('reads back what was printed, and prints it the same', () => {
    fc.assert(
      fc.property(node, (tree) => {
        const text = printSelector(tree)
        expect(printSelector(parseSelector(text))).toBe(text)
        expect(parseSelector(text)).toEqual(tree)
      }),
    )
  })

  it('never fails otherwise than with a position', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          node.map((tree) => printSelector(tree).slice(1)),
        ),
        (text) => {
          const result = tryParseSelector(text)
          if ('error' in result) expect(result.error.at).toBeLessThanOrEqual(text.length)
        },
      ),
    )
  })

  it('refuses nesting that would exhaust the stack', () => {
    expect(tryParseSelector('('.repeat(100_000))).toMatchObject({
      error: { message: expect.stringContaining('deeply') },
    })
    expect(tryParseSelector('!'.repeat(100_000))).toMatchObject({
      error: { message: expect.stringContaining('deeply') },
    })
  })
})

describe('compileSelector', () => {
  it('matches as the tree does, also labels named like those of Object.prototype', () => {
    fc.assert(
      fc.property(node, labels, (tree, given) => {
        const bare = Object.assign(Object.create(null), given)
        expect(compileSelector(tree)(bare)).toBe(selectorMatches(tree, given))
      }),
    )
    expect(selectorMatches(parseSelector('has(constructor)'), {})).toBe(false)
  })
})
