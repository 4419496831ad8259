import { escapeControl } from '../../errors/escape.ts'
import { justify, type Line, type Span } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import type { Input, UiState } from '../ui-state.ts'
import type { World } from '../world.ts'

const prompts: Readonly<Record<Input['kind'], string>> = {
  filter: '/',
  command: ':',
  try: 'try FROM TO[:PORT]  ',
  confirm: '> ',
}

const longestMessage = 3

/** Above the key line: what is being typed, else the last thing worth a word, else an error of the session. */
export function messageLines(world: World, ui: UiState, width: number): Line[] {
  const { input, toast } = ui
  if (input) return [inputLine(ui, input, width)]
  if (toast)
    return wrapped([{ text: escapeControl(toast.text), ...(toast.wrong ? { tone: 'wrong' as const } : {}) }], width)
  const failure = world.state?.run.failure
  if (!failure) return []
  const text = `✗ ${escapeControl(failure.message)} [${failure.code}]${failure.hint ? ` ${escapeControl(failure.hint)}` : ''}`
  return wrapped([{ text, tone: 'wrong' }], width, ' (5 has it all)')
}

function wrapped(spans: Line, width: number, more = ''): Line[] {
  const lines = wrapSpans(spans, width - 1, [{ text: ' ' }])
  if (lines.length <= longestMessage) return lines
  return [
    ...lines.slice(0, longestMessage - 1),
    justify(lines[longestMessage - 1] ?? [], more === '' ? [] : [{ text: more, dim: true }], width - 1),
  ]
}

function inputLine(ui: UiState, input: Input, width: number): Line {
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

/** The text with a cursor that also shows without colour. */
function typedSpans(text: string, at: number): Span[] {
  return [{ text: text.slice(0, at) }, { text: '▏', tone: 'accent' }, { text: text.slice(at) }]
}
