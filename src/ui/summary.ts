import { escapeControl } from '../errors/escape.ts'
import { probeCounts } from './panes/proof-items.ts'
import { scoreText } from './scores.ts'
import { plural } from './words.ts'
import type { World } from './world.ts'

/** What stays in the scrollback: how far one is, what was wrong, how to go on. */
export function summaryText(world: World): string {
  const { state } = world
  if (!state) return ''
  const steps = state.track.steps
  const passed = steps.filter((step) => state.run.steps.get(step.number)?.status === 'passed')
  const place = state.place.isSandbox ? 'the sandbox' : state.place.name
  const lines = [
    `hipster-workshop: ${passed.length} of ${plural(steps.length, 'step')} proved on ${escapeControl(place)}`,
    `  ${escapeControl(state.track.title)}`,
  ]
  for (const step of steps) {
    const run = state.run.steps.get(step.number)
    if (!run || run.status === 'todo') continue
    const { ok, total } = probeCounts(run)
    const mark = run.status === 'passed' ? '✓' : run.status === 'failed' ? '✗' : '‖'
    lines.push(
      `  ${mark} ${step.number} ${escapeControl(step.title)}${total > 0 ? `: ${ok} of ${total} connections as expected` : ''}`,
    )
  }
  const score = scoreText(state.answers)
  if (score) lines.push(`  ${score}`)
  if (passed.length < steps.length)
    lines.push(
      `Start hipster-workshop again to go on${state.place.isSandbox ? '' : ` with --context ${escapeControl(state.place.name)}`}; reset undoes what it made.`,
    )
  return `${lines.join('\n')}\n`
}
