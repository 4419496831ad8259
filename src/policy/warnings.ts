import { selectedEndpoints } from './board.ts'
import { describeRule } from './describe.ts'
import type { Direction } from './model.ts'
import type { Entity, Rule } from './policy.ts'
import type { PolicyEntry } from './policy-set.ts'
import { ruleCovers } from './rule-cover.ts'
import type { SelectorNode } from './selector/ast.ts'
import { labelRestrictions } from './selector/restrictions.ts'
import type { PlanWarning } from './views.types.ts'
import type { World } from './world.ts'

/** A rule somewhere, as warnings and counts name it. */
export function ruleKey(policy: string, direction: Direction, rule: number): string {
  return `${policy} ${direction} ${rule}`
}

/**
 * What is suspicious about a world's policies: those that select nothing, rules that can never match, and rules that
 * decided none of the flows looked at (`used` holds those that did).
 */
export function policyWarnings(world: World, used: ReadonlySet<string>, flowsLookedAt: number): PlanWarning[] {
  const warnings: PlanWarning[] = []
  const final: FinalRule[] = []
  for (const { name } of world.policies.tiers) {
    const entries = world.policies.byTier.get(name) ?? []
    for (const [place, entry] of entries.entries()) {
      const { id } = entry.policy
      if (entry.policy.hostOnly) continue
      if (selectedEndpoints(world, entry).length === 0) {
        warnings.push({
          kind: 'selects-nothing',
          policy: id,
          rule: null,
          direction: null,
          text: `${id} selects no pod`,
        })
        continue
      }
      warnings.push(...ruleWarnings(entry, { earlier: entries.slice(0, place), final }, used, flowsLookedAt))
    }
    final.push(...finalRules(entries))
  }
  return warnings
}

/** What is asked before a policy: others of its tier, and the rules of earlier tiers that nothing gets past. */
interface Before {
  earlier: readonly PolicyEntry[]
  final: readonly FinalRule[]
}

interface FinalRule {
  entry: PolicyEntry
  direction: Direction
  index: number
  rule: Rule
}

/** Allow and Deny end everything; after a Pass of the same tier it is not sure that they are asked. */
function finalRules(entries: readonly PolicyEntry[]): FinalRule[] {
  return (['ingress', 'egress'] as const).flatMap((direction) => {
    const all = entries
      .filter(({ policy }) => !policy.staged && !policy.hostOnly && policy.types.includes(direction))
      .flatMap((entry) =>
        entry.policy.rules[direction].map((rule, index): FinalRule => ({ entry, direction, index, rule })),
      )
    const pass = all.findIndex(({ rule }) => rule.action === 'Pass')
    return (pass < 0 ? all : all.slice(0, pass)).filter(({ rule }) => rule.action !== 'Log')
  })
}

function ruleWarnings(entry: PolicyEntry, before: Before, used: ReadonlySet<string>, flows: number): PlanWarning[] {
  const { policy } = entry
  return policy.types.flatMap((direction) =>
    policy.rules[direction].flatMap((rule, index): PlanWarning[] => {
      const named = `${policy.id} ${direction} #${index + 1} (${describeRule(rule, direction)})`
      const base = { policy: policy.id, rule: index, direction }
      const why = whyNever(entry, direction, index, before)
      if (why) return [{ kind: 'never-matches', ...base, text: `${named} can never match: ${why}` }]
      if (rule.action === 'Log' || used.has(ruleKey(policy.id, direction, index))) return []
      return [{ kind: 'unused', ...base, text: `${named} decided none of the ${flows} flows looked at` }]
    }),
  )
}

function whyNever(own: PolicyEntry, direction: Direction, index: number, { earlier, final }: Before): string | null {
  const { policy } = own
  const rule = policy.rules[direction][index]!
  const impossible = impossibleRule(rule)
  if (impossible) return impossible
  const sameBefore = policy.rules[direction]
    .slice(0, index)
    .findIndex((before) => before.action !== 'Log' && ruleCovers(before, rule))
  if (sameBefore >= 0) return `rule #${sameBefore + 1} before it already decides everything it matches`
  for (const { policy: other, selector } of earlier) {
    // A staged policy decides nothing yet; a policy of other pods decides nothing here.
    if ((other.staged && !policy.staged) || !other.types.includes(direction) || other.hostOnly) continue
    if (!selectsAll(selector, own)) continue
    const found = other.rules[direction].findIndex((before) => before.action !== 'Log' && ruleCovers(before, rule))
    if (found >= 0) return `${other.id} #${found + 1}, asked before, already decides everything it matches`
  }
  const first = final.find(
    ({ entry, direction: side, rule: wide }) =>
      side === direction && selectsAll(entry.selector, own) && ruleCovers(wide, rule),
  )
  if (first)
    return `${first.entry.policy.id} #${first.index + 1}, of the earlier tier ${first.entry.policy.tier}, already decides everything it matches`
  return null
}

/** Whether every pod of a policy is selected, as far as the texts show it. */
function selectsAll(selector: PolicyEntry['selector'], own: PolicyEntry): boolean {
  return selector.text === 'all()' || selector.text === own.selector.text
}

function impossibleRule({ source, destination }: Rule): string | null {
  for (const [side, entity] of [
    ['source', source],
    ['destination', destination],
  ] as const) {
    const why = impossibleEntity(entity)
    if (why) return `its ${side} ${why}`
  }
  return null
}

function impossibleEntity({ selector, nets, service }: Entity): string | null {
  if (nets && nets.length === 0) return 'has no valid network'
  if (service?.startsWith('/')) return `names service ${service.slice(1)} without a namespace`
  return selector && isContradiction(selector) ? 'selector contradicts itself' : null
}

function isContradiction(selector: SelectorNode): boolean {
  return [...labelRestrictions(selector).values()].some(
    ({ mustBePresent, mustBeAbsent, mustHaveOneOfValues }) =>
      mustHaveOneOfValues?.length === 0 || (mustBePresent && mustBeAbsent),
  )
}
