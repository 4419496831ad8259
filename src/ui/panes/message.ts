import { escapeControl } from '../../errors/escape.ts'
import { justify, type Line, type Span } from '../lines/line.ts'
import type { Input, UiState } from '../ui-state.ts'
import type { World } from '../world.ts'

const prompts: Readonly<Record<Input['kind'], string>> = {
  filter: '/',
  command: ':',
  try: 'try FROM TO[:PORT]  ',
  confirm: '> ',
}

/** The row above the key line: what is being typed, else the last thing worth a word, else an error of the session. */
export function messageLine(world: World, ui: UiState, width: number): Line | null {
  const { input } = ui
  if (input) {
    const completions =
      'completions' in input
        ? input.completions
            .slice(0, 12)
            .map((text) => text.trim().split(' ').at(-1))
            .join('  ')
        : ''
    return justify(
      [
        { text: ` ${prompts[input.kind]}`, bold: true, tone: 'accent' },
        ...typedSpans(input.text, input.at),
        ui.toast
          ? { text: `   ${escapeControl(ui.toast.text)}`, tone: 'wrong' }
          : { text: `   ${completions}`, dim: true },
      ],
      [],
      width,
    )
  }
  if (ui.toast)
    return justify(
      [{ text: ` ${escapeControl(ui.toast.text)}`, ...(ui.toast.wrong ? { tone: 'wrong' as const } : {}) }],
      [],
      width,
    )
  const failure = world.state?.run.failure
  if (failure)
    return justify(
      [
        {
          text: ` ✗ ${escapeControl(failure.message)} [${failure.code}]${failure.hint ? ` ${escapeControl(failure.hint)}` : ''}`,
          tone: 'wrong',
        },
      ],
      [],
      width,
    )
  return null
}

/** The text with a cursor that also shows without colour. */
function typedSpans(text: string, at: number): Span[] {
  return [{ text: text.slice(0, at) }, { text: '▏', tone: 'accent' }, { text: text.slice(at) }]
}
