import { escapeControl } from '../../errors/escape.ts'
import type { Line } from '../lines/line.ts'
import { markdownLines } from '../lines/markdown.ts'
import { hardWrap, wrapSpans } from '../lines/wrap.ts'
import type { ProofRowRef } from '../ui-state.ts'
import { duration, plural, probeFrom, probeTo } from '../words.ts'
import { proofRowOf, selectedStep, type World } from '../world.ts'
import { commandLines } from './action.ts'
import { actualSpan } from './proof.ts'

/** All of one row of the proof: expected, actual, how it came out and when; of a wrong one what to do, and the hint. */
export function rowLines(world: World, ref: ProofRowRef | null, width: number): Line[] {
  const row = proofRowOf(world, ref)
  if (!row) return []
  const { probe, expected, attempts, convergedMs, evidence, remedy } = row
  const measured = [
    attempts > 0 ? plural(attempts, 'attempt') : '',
    convergedMs === null ? '' : duration(convergedMs),
  ].filter(Boolean)
  const lines: Line[] = [
    ...wrapSpans(
      [
        { text: `${probeFrom(probe)} → ${probeTo(probe)}`, bold: true },
        ...(probe.tool === 'nc' ? [] : [{ text: ` (${probe.tool})`, dim: true }]),
        { text: ` expected ${expected}, actual ` },
        actualSpan(row),
        { text: measured.length > 0 ? `, ${measured.join(', ')}` : '', dim: true },
      ],
      width,
      [],
      [{ text: '  ' }],
    ),
  ]
  if (evidence)
    lines.push(
      ...commandLines(evidence.command, width),
      ...hardWrap(escapeControl(evidence.output.trimEnd(), { multiline: true }), width - 4).map(
        (text): Line => [{ text: `    ${text}`, dim: true }],
      ),
    )
  if (row.ok === false) {
    if (remedy) lines.push(...wrapSpans([{ text: escapeControl(remedy), tone: 'warn' }], width))
    const hint = selectedStep(world)?.hints[0]
    if (hint) lines.push([], [{ text: 'Hint', tone: 'warn', bold: true }], ...markdownLines(hint, width))
  }
  lines.push([])
  return lines
}
