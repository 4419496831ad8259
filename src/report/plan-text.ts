import type { PlanGroup, PlanView } from '../policy/views.types.ts'
import { plural } from '../text/words.ts'

const titles = { opens: 'would open', closes: 'would close', redecided: 'same verdict, decided elsewhere' } as const

/** A plan for people: what changes, grouped by target and reason. Not escaped. */
export function planText(view: PlanView): string {
  const counts = `${plural(view.opens.length, 'flow')} would open, ${view.closes.length} would close, ${view.redecided.length} would be decided elsewhere, ${view.unchanged.length} stay as they are.`
  const lines = [counts]
  for (const change of ['opens', 'closes', 'redecided'] as const) {
    const groups = view.groups.filter((group) => group.change === change)
    if (groups.length === 0) continue
    lines.push('', `${titles[change]}:`)
    for (const group of groups) lines.push(...groupLines(group))
  }
  if (view.undecided.length > 0)
    lines.push('', `${plural(view.undecided.length, 'flow')} cannot be decided in one of the two states.`)
  if (view.warnings.length > 0) lines.push('', ...view.warnings.map((warning) => `warning: ${warning.text}`))
  return `${[...lines, ...view.notes.map((note) => `note: ${note}`)].join('\n')}\n`
}

function groupLines(group: PlanGroup): string[] {
  const pods =
    group.pods.length > 6
      ? `${group.pods.slice(0, 6).join(', ')} and ${group.pods.length - 6} more`
      : group.pods.join(', ')
  return [
    `  ${group.from.join(', ')} -> ${group.to.label}:${group.port} (${plural(group.count, 'flow')})`,
    `    before: ${group.before}`,
    `    after:  ${group.after}`,
    `    pods: ${pods}`,
  ]
}
