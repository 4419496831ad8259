import { effectivePolicySelector } from '../../src/policy/objects/calico-policy.ts'
import { effectiveEntitySelector } from '../../src/policy/objects/calico-rule.ts'
import type { SelectorNode } from '../../src/policy/selector/ast.ts'
import { selectorMatches } from '../../src/policy/selector/matches.ts'
import { parseSelector, tryParseSelector } from '../../src/policy/selector/parse.ts'
import { printSelector } from '../../src/policy/selector/print.ts'
import { labelRestrictions } from '../../src/policy/selector/restrictions.ts'
import { prefixSelector } from '../../src/policy/selector/rewrite.ts'
import { tokenize } from '../../src/policy/selector/tokenize.ts'
import { selectorUniqueId } from '../../src/policy/selector/unique-id.ts'
import { expectSame, type Mismatch } from './compare.ts'

export function checkSelector(test: any): Mismatch {
  switch (test.type) {
    case 'match':
      return expectSame(test.matches, selectorMatches(parseSelector(test.selector), test.labels))
    case 'validity':
      return expectSame(test.valid, isValid(test.selector))
    case 'canonical':
      return checkCanonical(test)
    case 'prefix':
      return expectSame(test.prefixed, printSelector(prefixSelector(parseSelector(test.selector), test.prefix)))
    case 'tokens':
      return expectSame(
        { tokens: test.tokens, valid: test.valid },
        { tokens: tokenize(test.selector).map(({ kind, value }) => ({ kind, value })), valid: isValid(test.selector) },
      )
    case 'restrictions':
      return checkRestrictions(test)
    case 'effective-rule':
      return (
        sameMeaning(test.effectiveSelector, effectiveEntitySelector(test.entityRule, test.policyNamespace)) ??
        (test.entityRule.notSelector
          ? sameMeaning(test.effectiveNotSelector ?? '', parseSelector(test.entityRule.notSelector))
          : null)
      )
    case 'effective-policy':
      return sameMeaning(test.effectiveSelector, effectivePolicySelector(test.kind, test.namespace ?? '', test.spec))
    default:
      return { expected: 'a known type', actual: test.type }
  }
}

function isValid(selector: string): boolean {
  return 'node' in tryParseSelector(selector)
}

function checkCanonical(test: any): Mismatch {
  const node = parseSelector(test.selector)
  const wanted = { canonical: test.canonical, ...(test.uniqueId ? { uniqueId: test.uniqueId } : {}) }
  return expectSame(wanted, {
    canonical: printSelector(node),
    ...(test.uniqueId ? { uniqueId: selectorUniqueId(node) } : {}),
  })
}

function checkRestrictions(test: any): Mismatch {
  const sorted = (restrictions: Record<string, any>) =>
    Object.fromEntries(
      Object.entries(restrictions).map(([label, { mustHaveOneOfValues, ...rest }]) => [
        label,
        { ...rest, ...(mustHaveOneOfValues ? { mustHaveOneOfValues: [...mustHaveOneOfValues].sort() } : {}) },
      ]),
    )
  const found = Object.fromEntries(labelRestrictions(parseSelector(test.selector)))
  return expectSame(sorted(test.labelRestrictions ?? {}), sorted(found))
}

/** Both texts select the same labels: tried on every combination of the labels and values they mention. */
function sameMeaning(expectedText: string, actual: SelectorNode | null): Mismatch {
  const actualText = actual ? printSelector(actual) : ''
  if ((expectedText === '') !== (actual === null)) return { expected: expectedText, actual: actualText }
  if (!actual) return null
  const expected = parseSelector(expectedText)
  for (const labels of labelWorlds([expected, actual])) {
    if (selectorMatches(expected, labels) !== selectorMatches(actual, labels)) {
      return { expected: expectedText, actual: `${actualText} (differs for ${JSON.stringify(labels)})` }
    }
  }
  return null
}

function labelWorlds(nodes: readonly SelectorNode[]): Record<string, string>[] {
  const values = new Map<string, Set<string | undefined>>()
  const visit = (node: SelectorNode): void => {
    if (node.kind === 'not') visit(node.operand)
    else if ('operands' in node) node.operands.forEach(visit)
    else if ('label' in node) {
      const known = values.get(node.label) ?? new Set([undefined, 'something else'])
      values.set(node.label, known)
      if ('value' in node) known.add(node.value)
      if ('values' in node) for (const value of node.values) known.add(value)
    }
  }
  nodes.forEach(visit)
  let worlds: Record<string, string>[] = [{}]
  for (const [label, options] of values) {
    worlds = worlds.flatMap((world) =>
      [...options].map((value) => (value === undefined ? world : { ...world, [label]: value })),
    )
  }
  return worlds
}
