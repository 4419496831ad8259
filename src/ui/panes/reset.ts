import { escapeControl } from '../../errors/escape.ts'
import type { Line } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import { plural } from '../words.ts'
import type { World } from '../world.ts'
import { commandLines } from './action.ts'

/** The plan of a reset, line by line, before anything is touched. */
export function resetDocument(world: World, width: number): Line[] {
  const plan = world.state?.resetPlan
  if (world.state?.mode === 'resetting') return [[{ text: 'Carrying the plan out …' }]]
  if (!plan) return [[{ text: 'Working out what would be changed …' }]]
  const to = plan.to === null ? 'as it was before the workshop' : `the state after step ${plan.to}`
  const lines: Line[] = [[{ text: `Back to ${to}`, bold: true }], []]
  if (plan.lines.length === 0)
    lines.push([{ text: 'Nothing to do: the cluster is in that state already.', tone: 'ok' }])
  else
    lines.push(
      ...wrapSpans(
        [
          {
            text: `${plural(plan.lines.length, 'change')}, in this order (restricting policies first, tiers last):`,
            dim: true,
          },
        ],
        width,
      ),
    )
  for (const entry of plan.lines) {
    lines.push(...commandLines(entry.command, width))
    if (entry.reason) lines.push([{ text: `      ${escapeControl(entry.reason)}`, dim: true }])
  }
  const questions = plan.questions ?? []
  for (const question of questions)
    lines.push([], ...wrapSpans([{ text: `? ${escapeControl(question)}`, tone: 'warn' }], width))
  if (questions.length > 0)
    lines.push(
      ...wrapSpans([{ text: 'They are left as they are; i instead of enter takes them along.', tone: 'warn' }], width),
    )
  // Where nothing is done, nothing can go wrong.
  for (const warning of plan.lines.length + questions.length === 0 ? [] : plan.warnings)
    lines.push([], ...wrapSpans([{ text: `! ${escapeControl(warning)}`, tone: 'warn' }], width))
  lines.push(
    [],
    [
      {
        text:
          plan.lines.length + questions.length === 0
            ? 'esc closes this.'
            : 'enter carries it out, esc leaves everything as it is.',
        bold: true,
      },
    ],
  )
  return lines
}
