import { escapeControl } from '../../errors/escape.ts'
import type { MatrixView } from '../../policy/views.types.ts'
import { padToWidth } from '../../text/width.ts'
import type { Line } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import { scoreText } from '../scores.ts'
import { plural } from '../words.ts'
import type { World } from '../world.ts'
import { plainMatrix } from './matrix.ts'
import { gridCounts } from './matrix-grid.ts'
import { probeCounts } from './proof-items.ts'

/** The end of the track: what was proved, step by step, and what stands now. */
export function finishDocument(world: World, matrix: MatrixView | null, width: number): Line[] {
  const { state } = world
  if (!state) return []
  const steps = state.track.steps
  const passed = steps.filter((step) => state.run.steps.get(step.number)?.status === 'passed')
  const missing = state.drift.length
  const whole = passed.length === steps.length && missing === 0
  const lines: Line[] = [
    ...wrapSpans(
      [{ text: headline(passed.length, steps.length, missing), bold: true, tone: whole ? 'ok' : 'warn' }],
      width,
    ),
    [],
  ]
  for (const step of steps) {
    const run = state.run.steps.get(step.number) ?? null
    const { ok, total } = probeCounts(run)
    const mark = run?.status === 'passed' ? '✓' : run?.status === 'failed' ? '✗' : ' '
    lines.push([
      { text: ` ${mark} `, tone: run?.status === 'failed' ? 'wrong' : 'ok' },
      { text: padToWidth(`${step.number} ${escapeControl(step.title)}`, Math.min(44, width - 34)) },
      {
        text: total > 0 ? ` ${ok} of ${total} as expected` : run?.status === 'passed' ? ' proved earlier' : '',
        dim: true,
      },
    ])
  }
  if (matrix && matrix.rows.length > 0) {
    const counts = gridCounts(matrix)
    lines.push(
      [],
      ...wrapSpans(
        [
          {
            text: `Of ${plural(counts.total, 'service pair')} ${counts.open} ${counts.open === 1 ? 'is' : 'are'} open now and ${counts.blocked} blocked. 2 explains each of them, 3 shows the policies that make it so.`,
          },
        ],
        width,
      ),
      [],
      ...plainMatrix(matrix, width),
    )
  }
  const score = scoreText(state.answers)
  if (score) lines.push([], ...wrapSpans([{ text: 'Your answers: ', bold: true }, { text: `${score}.` }], width))
  lines.push([], [{ text: 'What you have shown', bold: true, tone: 'accent' }])
  for (const step of steps)
    if (state.run.steps.get(step.number)?.status === 'passed')
      lines.push(
        ...wrapSpans(
          [{ text: escapeControl(step.goal.trim().replaceAll('\n', ' ')) }],
          width,
          [{ text: ' • ' }],
          [{ text: '   ' }],
        ),
      )
  lines.push(
    [],
    ...wrapSpans(
      [{ text: 'x resets, :step N goes back to any step, q leaves a summary in your terminal.', dim: true }],
      width,
    ),
  )
  return lines
}

function headline(passed: number, total: number, missing: number): string {
  const proved = passed === total ? 'Every step was proved' : `${passed} of ${plural(total, 'step')} proved`
  if (missing > 0)
    return `${proved}, but ${missing === 1 ? 'one thing is' : `${missing} things are`} not as the steps left ${missing === 1 ? 'it' : 'them'}: d shows how to repair ${missing === 1 ? 'it' : 'them'}`
  return passed === total ? '✓ Done: every step is proved' : proved
}
