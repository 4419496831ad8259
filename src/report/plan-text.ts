import type { PlanGroup, PlanView, PlanWarning } from '../policy/views.types.ts'
import { plural } from '../text/words.ts'
import { targetText } from './target-text.ts'

const titles = { opens: 'would open', closes: 'would close', redecided: 'same verdict, decided elsewhere' } as const

/** Longer lists are counted; `-o json` has all. */
const podsMost = 12
const sourcesMost = 16
const targetsMost = 30
const warningsMost = 30

/** A plan for people: what changes, by reason, and which pods would notice. Not escaped. */
export function planText(view: PlanView): string {
  const counts = `${plural(view.opens.length, 'flow')} would open, ${view.closes.length} would close, ${view.redecided.length} would be decided elsewhere, ${view.unchanged.length} stay as they are.`
  const lines = [counts]
  for (const change of ['opens', 'closes', 'redecided'] as const) {
    const groups = view.groups.filter((group) => group.change === change)
    if (groups.length === 0) continue
    lines.push('', `${titles[change]} (${plural(view[change].length, 'flow')}):`)
    for (const reason of byReason(groups)) lines.push(...reasonLines(reason, change !== 'redecided'))
  }
  lines.push(...stagedLines(view), ...undecidedLines(view), ...warningLines(view.warnings))
  return `${[...lines, ...view.notes.map((note) => `note: ${note}`)].join('\n')}\n`
}

/** What is decided by the same before and after is told together, whatever its targets. */
function byReason(groups: readonly PlanGroup[]): PlanGroup[][] {
  const reasons = new Map<string, PlanGroup[]>()
  for (const group of groups) {
    const key = `${group.before}\n${group.after}`
    reasons.set(key, [...(reasons.get(key) ?? []), group])
  }
  return [...reasons.values()]
}

function reasonLines(groups: readonly PlanGroup[], withPods: boolean): string[] {
  const [{ before, after }] = groups as [PlanGroup]
  const count = groups.reduce((sum, group) => sum + group.count, 0)
  const pods = [...new Set(groups.flatMap((group) => group.pods))].sort()
  return [
    `  ${after} (${plural(count, 'flow')})`,
    `    until now: ${before}`,
    ...groups
      .slice(0, targetsMost)
      .map(
        ({ to, port, protocol, from }) =>
          `    to ${targetText(to.label, port, protocol)} from ${some(from, sourcesMost)}`,
      ),
    ...(groups.length > targetsMost ? [`    and to ${groups.length - targetsMost} more targets`] : []),
    ...(withPods && pods.length > 0 ? [`    pods: ${some(pods, podsMost)}`] : []),
  ]
}

/** What a staged policy is written for: by target, what its enforcement would change. */
function stagedLines({ staged }: PlanView): string[] {
  return (['opens', 'closes'] as const).flatMap((change) => {
    const flows = staged[change]
    if (flows.length === 0) return []
    const byTarget = new Map<string, string[]>()
    for (const { from, to, port, protocol } of flows) {
      const target = targetText(to.label, port, protocol)
      byTarget.set(target, [...(byTarget.get(target) ?? []), from.label])
    }
    const targets = [...byTarget].map(([target, from]) => `  to ${target} from ${some(from, sourcesMost)}`)
    return [
      '',
      `only with the staged policies enforced, ${titles[change]} (${plural(flows.length, 'flow')}):`,
      ...targets.slice(0, targetsMost),
      ...(targets.length > targetsMost ? [`  and to ${targets.length - targetsMost} more targets`] : []),
    ]
  })
}

function undecidedLines({ undecided }: PlanView): string[] {
  if (undecided.length === 0) return []
  const flows = undecided.map(
    ({ from, to, port, protocol }) => `${from.label} -> ${targetText(to.label, port, protocol)}`,
  )
  const reason = undecided.map(({ before, after }) => (after.verdict === 'undecided' ? after.why : before.why))[0]!
  const isOne = undecided.length === 1
  return [
    '',
    `${plural(undecided.length, 'flow')} cannot be decided before or after: ${some(flows, 4)} (${isOne ? '' : 'the first is '}${reason})`,
  ]
}

function warningLines(warnings: readonly PlanWarning[]): string[] {
  if (warnings.length === 0) return []
  const more = warnings.length - warningsMost
  return [
    '',
    ...warnings.slice(0, warningsMost).map(({ text }) => `warning: ${text}`),
    ...(more > 0 ? [`and ${plural(more, 'more warning')}; -o json has all.`] : []),
  ]
}

function some(items: readonly string[], most: number): string {
  const more = items.length - most
  return `${items.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
