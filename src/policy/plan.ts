import { applyChanges, type Changes } from './apply.ts'
import type { Cell } from './cell.ts'
import { entryText } from './explain.ts'
import { type Move, movesBetween } from './plan-flows.ts'
import type { PlanFlow, PlanGroup, PlanView, PredictView } from './views.types.ts'
import { policyWarnings } from './warnings.ts'
import type { World } from './world.ts'

/**
 * What a change would do, flow by flow; nothing is applied. Flows are all sources to all Services, and both ways
 * between pods and an address outside that no network in the policies covers.
 */
export function planChanges(before: World, changes: Changes): { view: PlanView; after: World } {
  const after = applyChanges(before, changes)
  return { view: planView(before, after), after }
}

export function planView(before: World, after: World): PlanView {
  const { moves, used, notes } = movesBetween(before, after)
  const opens = moves.filter((move) => changeOf(move) === 'opens').map(toFlow)
  const closes = moves.filter((move) => changeOf(move) === 'closes').map(toFlow)
  const redecided = moves.filter((move) => changeOf(move) === 'redecided').map(toFlow)
  const unsettled = moves.filter((move) => changeOf(move) === 'undecided').map(toFlow)
  const unchanged = moves.filter((move) => changeOf(move) === 'unchanged').map(toFlow)
  return {
    opens,
    closes,
    redecided,
    undecided: unsettled,
    unchanged,
    groups: [...grouped('opens', opens), ...grouped('closes', closes), ...grouped('redecided', redecided)],
    warnings: policyWarnings(after, used, moves.length),
    notes: [...new Set([...notes, ...after.notes])],
  }
}

/** A short form for the screen that asks people to predict. */
export function predictView(view: PlanView): PredictView {
  const short = ({ from, to, port, after }: PlanFlow) => ({ from: from.label, to: to.label, port, why: after.why })
  return {
    opens: view.opens.map(short),
    closes: view.closes.map(short),
    redecided: view.redecided.length,
    unchanged: view.unchanged.map(short),
  }
}

function changeOf({ before, after }: Move): 'opens' | 'closes' | 'redecided' | 'undecided' | 'unchanged' {
  if (before.verdict !== after.verdict) {
    if (before.verdict === 'undecided' || after.verdict === 'undecided') return 'undecided'
    return after.verdict === 'allow' ? 'opens' : 'closes'
  }
  return decisionText(before) === decisionText(after) ? 'unchanged' : 'redecided'
}

function decisionText({ egress, ingress }: Cell): string {
  return JSON.stringify([egress.enforced, ingress.enforced, egress.undecided, ingress.undecided])
}

/** The rule that decides, in a few words: of the side that blocks, else of both. */
function whyText({ egress, ingress }: Pick<Cell, 'egress' | 'ingress'>): string {
  const sides = [
    ['egress', egress],
    ['ingress', ingress],
  ] as const
  const undecided = egress.undecided ?? ingress.undecided
  const denied = sides.find(([, trace]) => trace.verdict === 'deny')
  if (denied) return `${denied[0]} denied by ${entryText(denied[1].enforced.at(-1)!)}`
  if (undecided) return `undecided: ${undecided}`
  const allowed = sides
    .filter(([, trace]) => trace.enforced.length > 0)
    .map(([direction, trace]) => [direction, entryText(trace.enforced.at(-1)!)] as const)
  const [first, second] = allowed
  if (first && first[1] === second?.[1]) return `both ends allowed by ${first[1]}`
  return allowed.map(([direction, by]) => `${direction} allowed by ${by}`).join(', ')
}

function toFlow({ from, to, port, podPort, protocol, pods, before, after }: Move): PlanFlow {
  const side = (cell: Cell) => ({
    verdict: cell.verdict,
    why: whyText(cell),
    egress: cell.egress,
    ingress: cell.ingress,
  })
  return { from, to, port, podPort, protocol, pods, before: side(before), after: side(after) }
}

/** Flows with one reason before and after belong together: a policy usually moves many at once. */
function grouped(change: PlanGroup['change'], flows: readonly PlanFlow[]): PlanGroup[] {
  const groups = new Map<string, PlanFlow[]>()
  for (const flow of flows) {
    const key = `${flow.after.why}\n${flow.before.why}\n${flow.to.label} ${flow.port}`
    groups.set(key, [...(groups.get(key) ?? []), flow])
  }
  return [...groups.values()].map((members) => {
    const [first] = members
    return {
      change,
      to: first!.to,
      port: first!.port,
      protocol: first!.protocol,
      from: members.map(({ from }) => from.label),
      count: members.length,
      pods: [...new Set(members.flatMap(({ pods }) => pods))],
      before: first!.before.why,
      after: first!.after.why,
    }
  })
}
