import type { CompiledRules } from './compile.ts'
import type { Registry } from './registry.ts'
import type { Packet } from './rule-match.ts'
import { ruleTerms, type Term, type TermNames } from './terms.ts'

/**
 * Of the rules that did not match, the one with the fewest criteria against it (of those, the one with the most for
 * it), as a sentence. Null when the policy has no rules in this direction.
 */
export function nearestMiss(
  rules: CompiledRules,
  packet: Packet,
  registry: Registry,
  names: TermNames,
): { rule: number; text: string } | null {
  let best: { rule: number; terms: Term[]; missed: number } | null = null
  for (let rule = 0; rule < rules.count; rule++) {
    const terms = ruleTerms(rules, rule, packet, registry, names)
    const missed = terms.filter(({ matched }) => !matched).length
    if (missed === 0) continue
    const isNearer = !best || missed < best.missed || (missed === best.missed && terms.length > best.terms.length)
    if (isNearer) best = { rule, terms, missed }
  }
  return best && { rule: best.rule, text: sentence(best.terms) }
}

function sentence(terms: readonly Term[]): string {
  const matched = terms.filter((term) => term.matched).map(({ text }) => text)
  const missed = terms.filter((term) => !term.matched).map(({ text }) => text)
  const reasons = missed.join(', and ')
  return matched.length > 0 ? `${matched.join(', ')}, but ${reasons}` : reasons
}
