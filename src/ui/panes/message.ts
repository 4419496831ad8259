import { escapeControl } from '../../errors/escape.ts'
import { displayWidth, graphemes } from '../../text/width.ts'
import { justify, type Line, type Span } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import { currentToast } from '../toast.ts'
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
  const { input } = ui
  const toast = currentToast(world, ui)
  const said = toast
    ? wrapped([{ text: escapeControl(toast.text), ...(toast.wrong ? { tone: 'wrong' as const } : {}) }], width)
    : []
  if (input) return [...said, inputLine(input, width)]
  if (toast) return said
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
    justify(lines[longestMessage - 1] ?? [], [{ text: more === '' ? ' …' : more, dim: true }], width - 1),
  ]
}

function inputLine(input: Input, width: number): Line {
  const used = prompts[input.kind].length + displayWidth(input.text) + 6
  const completions = 'completions' in input ? completionText(input.completions, width - used) : ''
  return justify(
    [
      { text: ` ${prompts[input.kind]}`, bold: true, tone: 'accent' },
      ...typedSpans(input.text, input.at, width - 2 - prompts[input.kind].length),
      { text: completions === '' ? '' : `   ${completions}`, dim: true },
    ],
    [],
    width,
  )
}

/** The last words of what it can go on to, as many as there is room for. */
function completionText(completions: readonly string[], room: number): string {
  const words: string[] = []
  let left = room - 1
  for (const completion of completions) {
    const word = escapeControl(completion.trim().split(' ').at(-1) ?? '')
    left -= displayWidth(word) + 2
    if (left < 0) return [...words, '…'].join('  ')
    words.push(word)
  }
  return words.join('  ')
}

/** The text with a cursor that also shows without colour; of a long text the end before the cursor is what one sees. */
function typedSpans(text: string, at: number, room: number): Span[] {
  let before = text.slice(0, at)
  if (displayWidth(before) >= room) {
    const typed = [...graphemes(before)]
    let width = typed.reduce((sum, grapheme) => sum + grapheme.width, 0)
    while (width >= room - 1 && typed.length > 0) width -= typed.shift()?.width ?? 0
    before = `…${typed.map((grapheme) => grapheme.text).join('')}`
  }
  return [{ text: before }, { text: '▏', tone: 'accent' }, { text: text.slice(at) }]
}
