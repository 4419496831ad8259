import { escapeControl } from '../../errors/escape.ts'
import type { Line } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import type { UiState } from '../ui-state.ts'
import type { World } from '../world.ts'
import { docPane, type PaneBox, type PaneModel } from './pane.ts'

/** The way to the cluster ended: what happened, and what to do about it. */
export function failurePane(world: World, ui: UiState, box: PaneBox): PaneModel {
  const { phase } = world
  const width = Math.min(box.width, 92)
  const lines: Line[] = []
  if (phase.kind === 'failed') {
    lines.push(...wrapSpans([{ text: escapeControl(phase.message, { multiline: true }), tone: 'wrong' }], width))
    if (phase.hint) lines.push([], ...wrapSpans([{ text: escapeControl(phase.hint, { multiline: true }) }], width))
    lines.push(
      [],
      [{ text: `[${phase.code}]`, dim: true }],
      [],
      [{ text: 'enter tries again, q leaves. Nothing was changed.', bold: true }],
    )
  }
  return docPane(ui, box, { id: 'failure', title: [{ text: 'Not connected', tone: 'wrong', bold: true }], lines })
}
