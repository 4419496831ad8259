import { escapeControl } from '../../errors/escape.ts'
import { highlightShell } from '../lines/highlight.ts'
import type { Line } from '../lines/line.ts'
import { wrapCommand, wrapSpans } from '../lines/wrap.ts'
import type { World } from '../world.ts'

/** Everything that is not as the steps left it, under the line that repairs it: one line often repairs several. */
export function driftDocument(world: World, width: number): Line[] {
  const drift = world.state?.drift ?? []
  if (drift.length === 0) return [[{ text: '✓ Everything is as the steps left it.', tone: 'ok' }]]
  const lines: Line[] = []
  for (const repair of new Set(drift.map((finding) => finding.repair))) {
    if (lines.length > 0) lines.push([])
    for (const finding of drift.filter((candidate) => candidate.repair === repair))
      lines.push(
        ...wrapSpans([{ text: escapeControl(finding.text) }], width, [{ text: '! ', tone: 'warn' }], [{ text: '  ' }]),
      )
    for (const [index, part] of wrapCommand(escapeControl(repair), width - 4).entries())
      lines.push([{ text: index === 0 ? '  $ ' : '    ', dim: true }, ...highlightShell(part)])
  }
  const many = repairsOf(world).length > 1
  lines.push(
    [],
    ...wrapSpans(
      [
        {
          text: `y copies the ${many ? 'lines' : 'line'}; s opens a shell to type ${many ? 'them' : 'it'} in. This goes away by itself once it is repaired.`,
          dim: true,
        },
      ],
      width,
    ),
  )
  return lines
}

export function repairsOf(world: World): string[] {
  return [...new Set((world.state?.drift ?? []).map(({ repair }) => repair))].filter((repair) => repair !== '')
}
