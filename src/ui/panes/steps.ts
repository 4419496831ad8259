import type { StepState } from '../../engine/state.ts'
import { escapeControl } from '../../errors/escape.ts'
import { fillLine, type Line, type Span } from '../lines/line.ts'
import { windowAround } from '../lines/window.ts'
import { glyphs } from '../theme.ts'
import { selectedNumber, type World } from '../world.ts'

/** The steps with their state; the selected one is marked by a glyph, so that it shows without colour. */
export function stepLines(world: World, width: number, rows: number): Line[] {
  const { steps } = world.outline
  const selected = selectedNumber(world)
  const cursor = steps.findIndex((step) => step.number === selected)
  const window = windowAround(cursor, 0, steps.length, rows)
  return steps.slice(window.from, window.to).map((step) => {
    const mark = stepMark(world, step.number)
    const here = step.number === selected
    return fillLine(
      [
        { text: here ? glyphs.current : ' ', tone: 'accent' },
        mark,
        { text: ` ${step.number} `, dim: !here },
        { text: escapeControl(step.title), ...(here ? { bold: true } : {}) },
      ],
      width,
    )
  })
}

function stepMark(world: World, number: number): Span {
  const state = world.state?.run.steps.get(number)
  if (world.state?.run.current === number && world.state.mode !== 'idle') return { text: glyphs.running, tone: 'warn' }
  return markOf(state)
}

function markOf(state: StepState | undefined): Span {
  switch (state?.status) {
    case 'passed':
      return { text: glyphs.passed, tone: 'ok' }
    case 'failed':
      return { text: glyphs.failed, tone: 'wrong' }
    case 'running':
      return { text: glyphs.running, tone: 'warn' }
    case 'cancelled':
      return { text: glyphs.cancelled, tone: 'warn' }
    default:
      return { text: glyphs.todo }
  }
}
