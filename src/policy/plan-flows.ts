import { type Cell, decideCell, isSelf } from './cell.ts'
import type { Endpoint } from './endpoint.ts'
import type { Direction, Trace } from './model.ts'
import { decideFromOutside, outsideTargets } from './outside.ts'
import { type SourceGroup, sourceGroups } from './source-groups.ts'
import { serviceTargets, type Target } from './targets.ts'
import { ruleKey } from './warnings.ts'
import type { World } from './world.ts'

/** One flow in two worlds. */
export interface Move {
  from: { namespace: string; workload: string; label: string }
  to: { namespace: string; service: string; label: string }
  port: number
  podPort: number
  protocol: Target['protocol']
  /** `namespace/name` of the source pods. */
  pods: string[]
  before: Cell
  after: Cell
}

export interface Moves {
  moves: Move[]
  /** Rules that decided a flow after the change, enforced or staged. */
  used: Set<string>
  notes: string[]
}

export function movesBetween(before: World, after: World): Moves {
  const used = new Set<string>()
  const seen = new Set<Trace>()
  const notes: string[] = []
  const moves: Move[] = []
  const targets = targetPairs(before, after, notes)
  const ends = targets.map(({ target: { namespace, service, label } }) => ({ namespace, service, label }))
  for (const { one, other } of sourcePairs(before, after, notes)) {
    // What a source's or a target's moves share is made once.
    const from = { namespace: other.namespace, workload: other.workload, label: other.label }
    const pods = other.endpoints.map(({ id }) => id)
    for (const [index, { target, was }] of targets.entries()) {
      if (isSelf(other, target)) continue
      const { port, protocol } = target
      const cell = decideCell(after, other, target)
      moves.push({
        from,
        to: ends[index]!,
        port,
        podPort: cell.podPort,
        protocol,
        pods,
        before: decideCell(before, one, was),
        after: cell,
      })
    }
  }
  moves.push(...fromOutside(before, after, targets))
  for (const { after: cell } of moves) {
    countUse(used, cell.egress, 'egress', seen)
    countUse(used, cell.ingress, 'ingress', seen)
  }
  return { moves, used, notes }
}

/** Traces are shared, so most were counted before; the one of ends outside has no rules and may be either side's. */
function countUse(used: Set<string>, trace: Trace, direction: Direction, seen: Set<Trace>): void {
  if (seen.has(trace)) return
  seen.add(trace)
  for (const entries of [trace.enforced, trace.pending])
    for (const { policy, rule } of entries) if (rule >= 0) used.add(ruleKey(policy, direction, rule))
}

/** Groups that hold together in both worlds, so that a pod whose labels change is its own row. */
function sourcePairs(before: World, after: World, notes: string[]): { one: SourceGroup; other: SourceGroup }[] {
  const groupsBefore = sourceGroups(before)
  const home = new Map<string, SourceGroup>()
  for (const group of groupsBefore) for (const { id } of group.endpoints) home.set(id, group)
  const pairs: { one: SourceGroup; other: SourceGroup }[] = []
  const seen = new Set<string>()
  for (const other of sourceGroups(after)) {
    const parts = new Map<SourceGroup, Endpoint[]>()
    for (const endpoint of other.endpoints) {
      const one = home.get(endpoint.id)
      seen.add(endpoint.id)
      if (one) parts.set(one, [...(parts.get(one) ?? []), endpoint])
      else notes.push(`pod ${endpoint.id} is new: there is nothing to compare its flows with`)
    }
    for (const [one, endpoints] of parts) {
      const label = parts.size === 1 ? other.label : `${other.label} (${endpoints[0]!.name})`
      pairs.push({ one, other: { ...other, label, endpoints, one: endpoints[0]! } })
    }
  }
  for (const id of home.keys()) if (!seen.has(id)) notes.push(`pod ${id} is gone after the change`)
  return pairs
}

function targetPairs(before: World, after: World, notes: string[]): { target: Target; was: Target }[] {
  const key = (target: Target) => `${target.namespace}/${target.service}:${target.port}/${target.protocol}`
  const known = new Map(serviceTargets(before).map((target) => [key(target), target]))
  const pairs: { target: Target; was: Target }[] = []
  for (const target of serviceTargets(after)) {
    const was = known.get(key(target))
    if (was) pairs.push({ target, was })
    else notes.push(`Service ${target.label} is new: there is nothing to compare flows to it with`)
    known.delete(key(target))
  }
  for (const gone of known.values()) notes.push(`Service ${gone.label} is gone after the change`)
  const outsideBefore = outsideTargets(before, after)
  const outsideAfter = outsideTargets(after, before)
  return [...pairs, ...outsideAfter.map((target, index) => ({ target, was: outsideBefore[index]! }))]
}

function fromOutside(before: World, after: World, targets: readonly { target: Target; was: Target }[]): Move[] {
  return targets
    .filter(({ target, was }) => target.service !== '' && target.missing === null && was.missing === null)
    .filter(({ target }) => target.backends.some(({ endpoint }) => endpoint !== null))
    .map(({ target, was }) => {
      const cell = decideFromOutside(after, before, target)
      return {
        from: { namespace: '', workload: 'outside', label: 'outside' },
        to: { namespace: target.namespace, service: target.service, label: target.label },
        port: target.port,
        podPort: cell.podPort,
        protocol: target.protocol,
        pods: [],
        before: decideFromOutside(before, after, was),
        after: cell,
      }
    })
}
