import { escapeControl } from '../../errors/escape.ts'
import { blank, type Line } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import type { UiState } from '../ui-state.ts'
import type { World } from '../world.ts'
import { docPane, type PaneBox, type PaneModel } from './pane.ts'

const goBack = { key: 'esc', label: 'go back; nothing is changed' }

/** A question that is answered by typing a name back, before the first change of a cluster that is not ours. */
export function questionPane(world: World, ui: UiState, box: PaneBox): PaneModel {
  const { question } = world
  const lines: Line[] = (question?.lines ?? []).flatMap((text) =>
    text === '' ? [blank] : wrapSpans([{ text: escapeControl(text) }], Math.min(box.width, 92)),
  )
  lines.push(blank)
  if (question && 'expect' in question)
    lines.push(
      ...wrapSpans(
        [
          { text: 'Type ' },
          { text: escapeControl(question.expect), bold: true },
          { text: ' and press enter; esc goes back.' },
        ],
        box.width,
      ),
    )
  for (const { key, label } of question && 'choices' in question ? [...question.choices, goBack] : [])
    lines.push(
      ...wrapSpans(
        [{ text: label }],
        box.width,
        [{ text: `  ${key.padEnd(6)}`, bold: true, tone: 'accent' }],
        [{ text: '        ' }],
      ),
    )
  return docPane(ui, box, {
    id: 'question',
    title: [{ text: escapeControl(question?.title ?? ''), tone: 'warn', bold: true }],
    lines,
  })
}
