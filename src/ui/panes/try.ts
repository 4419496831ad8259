import type { SessionState } from '../../engine/session.types.ts'
import { escapeControl } from '../../errors/escape.ts'
import type { Line } from '../lines/line.ts'
import { hardWrap, wrapSpans } from '../lines/wrap.ts'
import type { Overlay } from '../ui-state.ts'
import { decidingText, duration, outcomeWords, plural, probeFrom } from '../words.ts'
import type { World } from '../world.ts'
import { commandLines, spinner } from './action.ts'

type Try = Extract<Overlay, { kind: 'try' }>

export function isMeasuring(state: SessionState | null, { before }: Try): boolean {
  return state?.mode === 'proving' && state.tried === before
}

/** What came of the flow that was asked for; never what came of another one. */
export function measuredLines(world: World, overlay: Try, width: number): Line[] {
  const { state } = world
  const tried = state?.tried
  if (!tried || tried === overlay.before)
    return isMeasuring(state, overlay)
      ? [
          [
            { text: `${spinner(world.tick)} Measuring …`, tone: 'warn' },
            { text: '  esc cancels', dim: true },
          ],
        ]
      : [[{ text: 'Not measured.', tone: 'warn' }]]
  if (tried.type === 'run-failed')
    return [
      ...wrapSpans([{ text: `Not measured: ${escapeControl(tried.message)}`, tone: 'wrong' }], width),
      ...(tried.hint ? wrapSpans([{ text: escapeControl(tried.hint) }], width) : []),
    ]
  if (tried.type !== 'probe-settled') return []
  const { actual, attempts, convergedMs, evidence } = tried
  const took = convergedMs === null ? '' : `, ${duration(convergedMs)}`
  const why = decidingText(tried.decidedBy)
  const lines: Line[] = [
    [
      { text: 'Measured: ', bold: true },
      {
        text: outcomeWords[actual],
        bold: true,
        tone: actual === 'open' ? 'ok' : actual === 'timed-out' ? 'wrong' : 'warn',
      },
      { text: `  from ${probeFrom(tried.probe)}, ${plural(attempts, 'attempt')}${took}`, dim: true },
    ],
    ...(why ? wrapSpans([{ text: 'why  ', dim: true }, { text: why }], width, [], [{ text: '     ' }]) : []),
    ...commandLines(evidence.command, width),
    ...hardWrap(escapeControl(evidence.output.trimEnd(), { multiline: true }), width - 4).map(
      (text): Line => [{ text: `    ${text}`, dim: true }],
    ),
  ]
  if (tried.remedy) lines.push(...wrapSpans([{ text: escapeControl(tried.remedy), tone: 'warn' }], width))
  return lines
}

/** Whether there is anything to say about why: not about a name nobody knows. */
export function isKnownFlow({ state }: World, { before }: Try): boolean {
  return !(state?.tried?.type === 'run-failed' && state.tried !== before)
}
