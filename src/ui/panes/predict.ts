import { escapeControl } from '../../errors/escape.ts'
import type { PredictedFlow, PredictView } from '../../policy/views.types.ts'
import type { Line } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import type { Quiz, Score } from '../ui-state.ts'
import { plural } from '../words.ts'

/** Five flows, some of which the next policy will block; the same five for the same world. */
export function makeQuiz(step: number, view: PredictView): Quiz | null {
  const about = (view.titles ?? []).join('; ')
  // Not always the same number, or the number would be the answer.
  const closing = spread(view.closes, 2 + ((step + view.closes.length) % 3))
  const staying = spread(view.unchanged, 5 - closing.length)
  if (closing.length === 0 || staying.length === 0) return null
  const choices = [
    ...closing.map((flow) => ({ ...flow, closes: true })),
    ...staying.map((flow) => ({ ...flow, closes: false })),
  ]
  choices.sort((a, b) => `${a.from} ${a.to}`.localeCompare(`${b.from} ${b.to}`))
  return { id: `predict ${step} ${about}`, choices, picked: [], answered: false }
}

/** Some of them from all over the list, not the first ones, which are often of one source. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items]
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]!)
}

function quizRight(quiz: Quiz): boolean {
  return quiz.choices.every((choice, index) => choice.closes === quiz.picked.includes(index))
}

/** Flows said rightly, those left out included. */
export function quizScore(quiz: Quiz): Score {
  const right = quiz.choices.filter((choice, index) => choice.closes === quiz.picked.includes(index)).length
  return { right, total: quiz.choices.length }
}

export function quizDocument(quiz: Quiz, width: number): Line[] {
  const lines: Line[] = [
    ...wrapSpans([{ text: 'Which of these flows will be blocked afterwards?', bold: true }], width),
    [],
  ]
  const hanging = [{ text: '        ' }]
  for (const [index, choice] of quiz.choices.entries()) {
    const picked = quiz.picked.includes(index)
    const right = picked === choice.closes
    const said: Line = quiz.answered
      ? [
          { text: right ? ' ✓' : ' ✗', tone: right ? 'ok' : 'wrong' },
          { text: choice.closes ? ' will be blocked' : ' stays as it is', dim: true },
        ]
      : []
    lines.push(
      ...wrapSpans(
        [{ text: `${escapeControl(choice.from)} → ${escapeControl(choice.to)}:${choice.port}`, bold: picked }, ...said],
        width,
        [{ text: ` ${picked ? '[x]' : '[ ]'} ${index + 1}  `, bold: picked }],
        hanging,
      ),
    )
    if (quiz.answered && choice.why)
      lines.push(...wrapSpans([{ text: escapeControl(choice.why), dim: true }], width, hanging))
  }
  lines.push([])
  if (!quiz.answered)
    lines.push(
      ...wrapSpans([{ text: 'Press their numbers, then enter. n skips it; w only shows the list.', dim: true }], width),
    )
  else
    lines.push(
      ...wrapSpans(
        [
          {
            text: quizRight(quiz)
              ? '✓ All right.'
              : `${quizScore(quiz).right} of ${quiz.choices.length} right; the marks say where.`,
            bold: true,
            tone: quizRight(quiz) ? 'ok' : 'warn',
          },
          { text: ' enter runs the next line.', dim: true },
        ],
        width,
      ),
    )
  return lines
}

/** The whole prediction: what opens, what closes, why. */
export function predictDocument(view: PredictView, width: number): Line[] {
  const lines: Line[] = [
    ...wrapSpans(
      [
        {
          text: `If this is carried out: ${escapeControl((view.titles ?? ['the next action']).join('; then '))}`,
          bold: true,
        },
        { text: ' (predicted by the policy engine; nothing is changed)', dim: true },
      ],
      width,
    ),
  ]
  if (view.closes.length + view.opens.length === 0)
    lines.push([], [{ text: 'No flow opens and none is blocked.', bold: true }])
  lines.push(...flowLines(`${plural(view.closes.length, 'flow')} will be blocked`, view.closes, width, '×'))
  lines.push(...flowLines(`${plural(view.opens.length, 'flow')} will open`, view.opens, width, '○'))
  lines.push(
    [],
    [
      {
        text: `${plural(view.unchanged.length, 'flow')} stay${view.unchanged.length === 1 ? 's' : ''} as before, ${view.redecided} of them decided by another rule.`,
        dim: true,
      },
    ],
  )
  if (view.wanted) lines.push(...wantedLines(view.wanted, width))
  return lines
}

/** Of what the learner writes: how far it is from what the stage asks for. */
function wantedLines(wanted: NonNullable<PredictView['wanted']>, width: number): Line[] {
  const done = wanted.right === wanted.total
  const lines: Line[] = [
    [],
    [
      {
        text: done
          ? `✓ With your file everything is as this step wants it (${wanted.total} of ${wanted.total}).`
          : `✗ With your file ${wanted.right} of ${wanted.total} are as this step wants them.`,
        bold: true,
        tone: done ? 'ok' : 'wrong',
      },
    ],
  ]
  for (const { from, to, port, expected, why } of wanted.wrong)
    lines.push(
      ...wrapSpans(
        [
          { text: `${escapeControl(from)} → ${escapeControl(to)}${port === undefined ? '' : `:${port}`} ` },
          { text: `should be ${expected}`, tone: 'warn' },
          { text: why ? `  ${escapeControl(why)}` : '', dim: true },
        ],
        width,
        [{ text: '  ✗ ' }],
        [{ text: '      ' }],
      ),
    )
  for (const note of wanted.notes) lines.push(...wrapSpans([{ text: `  ✗ ${escapeControl(note)}` }], width))
  return lines
}

function flowLines(title: string, flows: readonly PredictedFlow[], width: number, mark: string): Line[] {
  if (flows.length === 0) return []
  const lines: Line[] = [[], [{ text: title, bold: true, tone: 'accent' }]]
  for (const flow of flows)
    lines.push(
      ...wrapSpans(
        [
          { text: `${escapeControl(flow.from)} → ${escapeControl(flow.to)}:${flow.port}  ` },
          { text: escapeControl(flow.why), dim: true },
        ],
        width,
        [{ text: `  ${mark} ` }],
        [{ text: '      ' }],
      ),
    )
  return lines
}
