import { escapeControl } from '../../errors/escape.ts'
import type { ExplainSide, ExplainView } from '../../policy/views.types.ts'
import type { Line, Span } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import { decisionText, policyName } from '../words.ts'

/** Why a flow is open or blocked: both ends, tier by tier, the rule that decided and the nearest misses. */
export function explainDocument(view: ExplainView, title: string, width: number): Line[] {
  const word = { allow: 'open', deny: 'blocked', undecided: 'undecided' }[view.verdict]
  const lines: Line[] = [
    [{ text: escapeControl(title), bold: true }],
    [
      { text: 'The policies say: ' },
      { text: word, bold: true, ...toneOf(view.verdict) },
      { text: view.verdict === 'undecided' ? '.' : '. A connection needs both ends to allow it.', dim: true },
    ],
  ]
  const { undecided } = view.egress.trace
  // A name nobody knows is the same at both ends.
  if (undecided && undecided === view.ingress.trace.undecided)
    lines.push([], ...wrapSpans([{ text: escapeControl(undecided), tone: 'warn' }], width))
  else for (const side of [view.egress, view.ingress]) lines.push([], ...sideLines(side, width))
  for (const note of view.notes) lines.push([], ...wrapSpans([{ text: escapeControl(note), tone: 'warn' }], width))
  return lines
}

function deciderText({ trace, endpoint }: ExplainSide): string {
  const entry = trace.enforced.at(-1)
  if (trace.undecided || endpoint === null) return ''
  return !entry || entry.tier === '__PROFILE__' ? ', no policy decides' : ` by ${decisionText(entry)}`
}

function sideLines(side: ExplainSide, width: number): Line[] {
  const end = side.direction === 'egress' ? 'Leaving' : 'Arriving at'
  const verdict = { allow: 'allowed', deny: 'denied', undecided: 'undecided' }[side.trace.verdict]
  const lines: Line[] = [
    ...wrapSpans(
      [
        {
          text: `${end} ${escapeControl(side.endpoint ?? (side.direction === 'egress' ? 'the source' : 'the target'))} (${side.direction}): `,
          bold: true,
          tone: 'accent',
        },
        { text: verdict, bold: true, ...toneOf(side.trace.verdict) },
        { text: deciderText(side) },
      ],
      width,
    ),
  ]
  if (side.trace.undecided)
    lines.push(...wrapSpans([{ text: escapeControl(side.trace.undecided), tone: 'warn' }], width, [{ text: '  ' }]))
  else if (side.tiers.length === 0)
    lines.push([
      {
        text:
          side.endpoint === null
            ? '  This end is no pod of the cluster: no policy here decides about it.'
            : '  No policy selects this end: its namespace profile allows everything.',
        dim: true,
      },
    ])
  for (const tier of side.tiers) {
    lines.push([
      { text: `  tier ${escapeControl(tier.name)}`, underline: true },
      { text: tier.order === null ? '' : ` (${tier.order})`, dim: true },
    ])
    for (const asked of tier.policies) {
      const decided = tier.decidedBy?.policy === asked.policy && tier.decidedBy.rule === asked.rule
      const name: Span = {
        text: `${policyName(asked.policy)}${asked.staged ? ' (staged: only shown)' : ''}`,
        bold: decided,
      }
      if (asked.result === 'matched') {
        const action = asked.action ?? ''
        lines.push(
          ...wrapSpans(
            [
              name,
              { text: ` rule #${(asked.rule ?? 0) + 1}: ` },
              {
                text: action,
                bold: true,
                ...(action === 'Deny' ? { tone: 'wrong' as const } : action === 'Allow' ? { tone: 'ok' as const } : {}),
              },
            ],
            width,
            [{ text: decided ? '    ▶ ' : '      ', tone: 'accent' }],
            [{ text: '        ' }],
          ),
        )
        continue
      }
      lines.push(
        ...wrapSpans(
          [name, { text: ' no rule matched', dim: true }],
          width,
          [{ text: '      ' }],
          [{ text: '        ' }],
        ),
      )
      if (asked.nearestMiss) {
        lines.push(
          ...wrapSpans(
            [
              {
                text: `${asked.nearestMiss.rule < 0 ? '' : `nearest: rule #${asked.nearestMiss.rule + 1}, `}${escapeControl(asked.nearestMiss.text)}`,
                dim: true,
              },
            ],
            width,
            [{ text: '        ' }],
          ),
        )
      }
    }
    if (tier.decidedBy && tier.decidedBy.rule < 0)
      lines.push([
        { text: '    ▶ ', tone: 'accent' },
        { text: `end of the tier: ${tier.endAction}`, bold: true },
        { text: ' (a policy selects this end, no rule matched)', dim: true },
      ])
  }
  if (side.stagedChange)
    lines.push(
      ...wrapSpans([{ text: `staged: ${escapeControl(side.stagedChange)}`, tone: 'warn' }], width, [{ text: '  ' }]),
    )
  return lines
}

function toneOf(verdict: ExplainView['verdict']): Pick<Span, 'tone'> {
  return { tone: verdict === 'allow' ? 'ok' : verdict === 'deny' ? 'wrong' : 'warn' }
}
