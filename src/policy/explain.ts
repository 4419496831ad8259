import type { Endpoint } from './endpoint.ts'
import { joinSides, locateFlow, sideTrace } from './evaluate.ts'
import type { Direction, Flow, Peer, Trace, TraceEntry } from './model.ts'
import { nearestMiss } from './nearest-miss.ts'
import type { TierList } from './policy-set.ts'
import { firstMatch, noMatch, type Packet } from './rule-match.ts'
import type { TermNames } from './terms.ts'
import type { AskedPolicy, ExplainSide, ExplainView } from './views.types.ts'
import type { World } from './world.ts'

/** Why a flow passes or not: both ends, tier by tier, with the policies asked and how near each rule came. */
export function explainFlow(world: World, flow: Flow, title: string, notes: readonly string[] = []): ExplainView {
  const located = locateFlow(world, flow)
  if ('missing' in located) {
    const side = (direction: Direction, peer: Peer): ExplainSide => ({
      endpoint: peer.kind === 'endpoint' ? peer.id : null,
      direction,
      trace: { verdict: 'undecided', enforced: [], pending: [], undecided: located.missing },
      tiers: [],
      stagedChange: null,
    })
    const sides = { egress: side('egress', flow.from), ingress: side('ingress', flow.to) }
    return { flow, title, verdict: 'undecided', ...sides, notes: [...notes, ...world.notes] }
  }
  const { packet, from, to } = located
  const names = { source: peerName(flow.from), destination: peerName(flow.to) }
  const egress = explainSide(world, from, 'egress', packet, names)
  const ingress = explainSide(world, to, 'ingress', packet, names)
  const { verdict } = joinSides(egress.trace, ingress.trace)
  return { flow, title, verdict, egress, ingress, notes: [...notes, ...world.notes] }
}

function peerName(peer: Peer): string {
  return peer.kind === 'endpoint' ? peer.id : peer.kind === 'name' ? peer.name : (peer.names?.[0] ?? peer.ip)
}

function explainSide(
  world: World,
  endpoint: Endpoint | null,
  direction: Direction,
  packet: Packet,
  names: TermNames,
): ExplainSide {
  const trace = sideTrace(world, endpoint, direction, packet)
  const list = endpoint ? world.policies.listFor(endpoint.labelClass, direction).tiers : []
  const tiers: ExplainSide['tiers'] = []
  for (const { tier, all } of asked(list, trace)) {
    const decidedBy = trace.enforced.find((entry) => entry.tier === tier.name) ?? null
    tiers.push({
      name: tier.name,
      order: tier.order,
      endAction: tier.endAction,
      policies: askedPolicies(world, tier.name, all, direction, packet, trace, names),
      decidedBy,
    })
  }
  return { endpoint: endpoint?.id ?? null, direction, trace, tiers, stagedChange: stagedChange(trace, direction) }
}

/** Tiers up to the one that decided, for both the enforced and the pending verdict. */
function asked(list: readonly TierList[], trace: Trace): readonly TierList[] {
  if (trace.verdict === 'undecided') return list
  const reached = new Set([...trace.enforced, ...trace.pending].map((entry) => entry.tier))
  return list.filter(({ tier }) => reached.has(tier.name))
}

/** The policies asked in a tier: up to the one that decided it, the staged ones among them. */
function askedPolicies(
  world: World,
  tier: string,
  policies: TierList['all'],
  direction: Direction,
  packet: Packet,
  trace: Trace,
  names: TermNames,
): AskedPolicy[] {
  const found: AskedPolicy[] = []
  for (const entry of policies) {
    const rules = entry[direction]
    const first = firstMatch(rules, packet, world.registry)
    const matched = first >= 0
    const miss = first === noMatch ? nearestMiss(rules, packet, world.registry, names) : null
    found.push({
      tier,
      policy: entry.policy.id,
      staged: entry.policy.staged,
      result: matched ? 'matched' : 'no-match',
      rule: matched ? first : null,
      action: matched ? rules.rules[first]!.action : null,
      nearestMiss: miss ?? (rules.count === 0 ? { rule: -1, text: `it has no ${direction} rules` } : null),
    })
    const decided = trace.enforced.some((one) => one.tier === tier && one.policy === entry.policy.id && one.rule >= 0)
    if (decided && !entry.policy.staged) break
  }
  return found
}

function stagedChange(trace: Trace, direction: Direction): string | null {
  const { verdict, pendingVerdict } = trace
  const last = trace.pending.at(-1)
  if (!last || sameEntries(trace.enforced, trace.pending)) return null
  const by = entryText(last)
  if (pendingVerdict && pendingVerdict !== verdict) {
    return `with the staged policies enforced, ${direction} would be ${pendingVerdict === 'allow' ? 'allowed' : 'denied'} by ${by}`
  }
  return `with the staged policies enforced, the verdict stays and is decided by ${by}`
}

function sameEntries(left: readonly TraceEntry[], right: readonly TraceEntry[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

/** For people: rules count from 1. */
export function entryText({ tier, policy, rule }: TraceEntry): string {
  if (tier === '__PROFILE__')
    return rule >= 0 ? 'no policy (the namespace allows)' : 'no policy (and no profile allows)'
  return rule >= 0 ? `${policy} #${rule + 1}` : `the end of tier ${tier}`
}
