import { applyChanges, type Changes } from './apply.ts'
import type { Cell } from './cell.ts'
import { entryText } from './explain.ts'
import type { Trace, TraceEntry } from './model.ts'
import { type Move, movesBetween } from './plan-flows.ts'
import type { PlanFlow, PlanGroup, PlanSide, PlanView, PredictView } from './views.types.ts'
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
  const flows: Record<Change, PlanFlow[]> = { opens: [], closes: [], redecided: [], undecided: [], unchanged: [] }
  const staged: PlanView['staged'] = { opens: [], closes: [] }
  for (const move of moves) {
    flows[changeOf(move)].push(toFlow(move))
    const pending = stagedChangeOf(move)
    if (pending) staged[pending].push(toFlow(move))
  }
  const { opens, closes, redecided } = flows
  return {
    ...flows,
    staged,
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

type Change = 'opens' | 'closes' | 'redecided' | 'undecided' | 'unchanged'

function changeOf({ before, after }: Move): Change {
  if (before.verdict !== after.verdict) {
    if (before.verdict === 'undecided' || after.verdict === 'undecided') return 'undecided'
    return after.verdict === 'allow' ? 'opens' : 'closes'
  }
  const isSame = sameDecision(before.egress, after.egress) && sameDecision(before.ingress, after.ingress)
  return isSame ? 'unchanged' : 'redecided'
}

/** Null where the staged policies would change nothing that the change itself does not. */
function stagedChangeOf({ before, after }: Move): 'opens' | 'closes' | null {
  const was = pendingOf(before)
  const is = pendingOf(after)
  if (was === is || was === 'undecided' || is === 'undecided') return null
  if (was === before.verdict && is === after.verdict) return null
  return is === 'allow' ? 'opens' : 'closes'
}

function pendingOf({ verdict, egress, ingress }: Cell): Cell['verdict'] {
  if (egress.pendingVerdict === undefined && ingress.pendingVerdict === undefined) return verdict
  const sides = [egress, ingress].map((trace) => trace.pendingVerdict ?? trace.verdict)
  return sides.includes('deny') ? 'deny' : sides.includes('undecided') ? 'undecided' : 'allow'
}

/** Asked for every pair of a world, so no texts are made of the traces. */
function sameDecision(left: Trace, right: Trace): boolean {
  if (left === right) return true
  return (
    left.undecided === right.undecided &&
    left.enforced.length === right.enforced.length &&
    left.enforced.every((entry, index) => sameEntry(entry, right.enforced[index]!))
  )
}

function sameEntry(left: TraceEntry, right: TraceEntry): boolean {
  return (
    left.rule === right.rule && left.policy === right.policy && left.tier === right.tier && left.action === right.action
  )
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
  return { from, to, port, podPort, protocol, pods, before: sideOf(before), after: sideOf(after) }
}

/** Traces are shared by all pairs of the same classes, so what is told of them is, too. */
const sides = new WeakMap<Trace, WeakMap<Trace, PlanSide>>()

function sideOf({ verdict, egress, ingress }: Cell): PlanSide {
  let byIngress = sides.get(egress)
  if (!byIngress) {
    byIngress = new WeakMap()
    sides.set(egress, byIngress)
  }
  let side = byIngress.get(ingress)
  if (!side) {
    side = { verdict, why: whyText({ egress, ingress }), egress, ingress }
    byIngress.set(ingress, side)
  }
  return side
}

/** Flows with one reason before and after belong together: a policy usually moves many at once. */
function grouped(change: PlanGroup['change'], flows: readonly PlanFlow[]): PlanGroup[] {
  const groups = new Map<string, PlanFlow[]>()
  for (const flow of flows) {
    const key = `${flow.after.why}\n${flow.before.why}\n${flow.to.label} ${flow.port}`
    const members = groups.get(key)
    if (members) members.push(flow)
    else groups.set(key, [flow])
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
