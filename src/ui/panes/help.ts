import { displayWidth, padToWidth } from '../../text/width.ts'
import { commandUsages } from '../command-line.ts'
import { keyLabel, keymap } from '../keymap.ts'
import { kubectlLine } from '../kubectl-line.ts'
import type { Line } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import type { World } from '../world.ts'
import { commandLines } from './action.ts'

/** All keys and commands, from the keymap itself; then how to use one's own kubectl beside the workshop. */
export function helpDocument(world: World, width: number): Line[] {
  const lines: Line[] = []
  const groups = [...new Set(keymap.map((binding) => binding.group))]
  for (const group of groups) {
    if (lines.length > 0) lines.push([])
    lines.push([{ text: group, bold: true, tone: 'accent' }])
    for (const binding of keymap.filter((candidate) => candidate.group === group)) {
      lines.push(...entryLines(binding.keys.map(keyLabel).join(' '), binding.help, 12, width))
    }
  }
  lines.push([], [{ text: 'Commands, after :', bold: true, tone: 'accent' }])
  for (const usage of commandUsages) {
    lines.push(...entryLines(usage.usage, usage.help, width < 60 ? 12 : 24, width))
  }
  const place = world.state?.place
  if (place) {
    lines.push([], [{ text: 'Your own kubectl, in another terminal', bold: true, tone: 'accent' }])
    lines.push(...commandLines(kubectlLine(place), width))
    lines.push(
      ...wrapSpans(
        [
          {
            text: 'Everything you change there shows here within a second. Or press s for a shell with it set.',
            dim: true,
          },
        ],
        width,
        [{ text: '  ' }],
      ),
    )
  }
  lines.push([], [{ text: 'Signs', bold: true, tone: 'accent' }])
  lines.push(
    ...wrapSpans(
      [{ text: '✓ as expected · ✗ not as expected · ◌ running · ▶ here · ‖ cancelled · - left out' }],
      width,
      [{ text: '  ' }],
    ),
  )
  return lines
}

/** A name and what it is; a name that is too long for its column stands above. */
function entryLines(name: string, help: string, column: number, width: number): Line[] {
  const indent = [{ text: ' '.repeat(column + 4) }]
  if (displayWidth(name) > column)
    return [[{ text: `  ${name}`, bold: true }], ...wrapSpans([{ text: help }], width, indent)]
  return wrapSpans([{ text: help }], width, [{ text: `  ${padToWidth(name, column + 2)}`, bold: true }], indent)
}
