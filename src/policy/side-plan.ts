/**
 * A direction at an endpoint, prepared for many peers: protocol, port and the endpoint's own side are settled once, and
 * what remains of a rule is one question about the peer. Gives the traces walkPolicies gives.
 */
import type { RuleRest } from './compile.ts'
import { entityAnswer } from './entity-match.ts'
import type { Direction, RuleAction, TraceEntry } from './model.ts'
import type { PolicyEntry, PolicyList, TierList } from './policy-set.ts'
import {
  type AddressClass,
  answerNo,
  answerUnknown,
  type EntityTest,
  type LabelClass,
  type Registry,
} from './registry.ts'
import { type Packet, restMiss } from './rule-match.ts'
import { profileEntry, unknownAddressReason, type Walk } from './walk.ts'

/** A rule that may still match, depending on the peer. */
interface Candidate {
  policy: PolicyEntry
  rule: number
  action: RuleAction
  peerTest: EntityTest | null
  rest: RuleRest | null
  /** Its own side asks for an address that is not known. */
  isUnknown: boolean
}

interface TierPlan {
  tier: TierList['tier']
  /** Which policy an end-of-tier decision is told by. */
  firstEnforced: string | null
  first: string
  candidates: readonly Candidate[]
  /** Where many rules share few questions: the places of the candidates by what they ask of the peer. */
  byTest: ReadonlyMap<EntityTest | null, readonly number[]> | null
}

export interface SidePlan {
  direction: Direction
  tiers: readonly TierPlan[]
  hasStaged: boolean
  labelClass: LabelClass
}

/** Fewer candidates are walked as they stand. */
const indexedFrom = 48

export function planSide(
  list: PolicyList,
  direction: Direction,
  labelClass: LabelClass,
  flow: Packet,
  registry: Registry,
): SidePlan {
  const tiers = list.tiers.map(({ tier, all, enforced }) => {
    const open = all.flatMap((policy) => candidates(policy, direction, flow, registry))
    return {
      tier,
      firstEnforced: enforced[0]?.policy.id ?? null,
      first: all[0]!.policy.id,
      candidates: open,
      byTest: open.length > indexedFrom ? placesByTest(open) : null,
    }
  })
  return { direction, tiers, hasStaged: list.hasStaged, labelClass }
}

function candidates(policy: PolicyEntry, direction: Direction, flow: Packet, registry: Registry): Candidate[] {
  const rules = policy[direction]
  const isEgress = direction === 'egress'
  const [ownTests, peerTests] = isEgress ? [rules.source, rules.destination] : [rules.destination, rules.source]
  const own = isEgress ? flow.source : flow.destination
  const found: Candidate[] = []
  for (let rule = 0; rule < rules.count; rule++) {
    const protocol = rules.protocol[rule]!
    if (protocol >= 0 && protocol !== flow.protocol) continue
    if (flow.port < rules.low[rule]! || flow.port > rules.high[rule]! || rules.isLog[rule] === 1) continue
    const ownTest = ownTests[rule]!
    const answer = ownTest < 0 ? 1 : entityAnswer(registry.entityTests[ownTest]!, own)
    if (answer === answerNo) continue
    const peerTest = peerTests[rule]!
    found.push({
      policy,
      rule,
      action: rules.rules[rule]!.action,
      peerTest: peerTest < 0 ? null : registry.entityTests[peerTest]!,
      rest: rules.rest[rule] ?? null,
      isUnknown: answer === answerUnknown,
    })
  }
  return found
}

export function walkPlan(plan: SidePlan, flow: Packet, withStaged: boolean): Walk {
  const peer = plan.direction === 'egress' ? flow.destination : flow.source
  const entries: TraceEntry[] = []
  for (const { tier, first, firstEnforced, candidates: open, byTest } of plan.tiers) {
    const told = withStaged ? first : firstEnforced
    if (told === null) continue
    const found = firstCandidate(byTest ? matchingPlaces(open, byTest, peer) : open, peer, flow, withStaged)
    if (found === null) {
      entries.push({ tier: tier.name, policy: told, action: tier.endAction, rule: -1 })
      if (tier.endAction === 'Deny') return { verdict: 'deny', entries }
      continue
    }
    const { candidate, isUnknown } = found
    const { policy, rule, action } = candidate
    if (isUnknown)
      return { verdict: 'undecided', entries: [], reason: unknownAddressReason(policy, rule, plan.direction) }
    entries.push({ tier: tier.name, policy: policy.policy.id, action, rule })
    if (action === 'Allow') return { verdict: 'allow', entries }
    if (action === 'Deny') return { verdict: 'deny', entries }
  }
  const last = profileEntry(plan.labelClass)
  entries.push(last)
  return { verdict: last.action === 'Allow' ? 'allow' : 'deny', entries }
}

function firstCandidate(
  open: readonly Candidate[],
  peer: AddressClass,
  flow: Packet,
  withStaged: boolean,
): { candidate: Candidate; isUnknown: boolean } | null {
  for (const candidate of open) {
    const { peerTest, rest, policy } = candidate
    const answer = peerTest === null ? 1 : peer.answers[peerTest.id] || entityAnswer(peerTest, peer)
    if (answer === answerNo) continue
    if (!withStaged && policy.policy.staged) continue
    if (rest && restMiss(rest, { ...flow, sourcePort: -1, icmpType: null, icmpCode: null, http: null }) !== null)
      continue
    return { candidate, isUnknown: candidate.isUnknown || answer === answerUnknown }
  }
  return null
}

function placesByTest(open: readonly Candidate[]): Map<EntityTest | null, number[]> {
  const places = new Map<EntityTest | null, number[]>()
  for (const [place, { peerTest }] of open.entries()) {
    const known = places.get(peerTest)
    if (known) known.push(place)
    else places.set(peerTest, [place])
  }
  return places
}

/** The candidates whose question the peer answers with yes (or cannot answer), in order. */
function matchingPlaces(
  open: readonly Candidate[],
  byTest: NonNullable<TierPlan['byTest']>,
  peer: AddressClass,
): Candidate[] {
  const places: number[] = []
  for (const [test, at] of byTest) {
    if (test !== null && (peer.answers[test.id] || entityAnswer(test, peer)) === answerNo) continue
    for (const place of at) places.push(place)
  }
  return places.sort((left, right) => left - right).map((place) => open[place]!)
}
