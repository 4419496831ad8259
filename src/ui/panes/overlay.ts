/** What lies over the views: one document, scrolled like every other. */
import { escapeControl } from '../../errors/escape.ts'
import type { Line } from '../lines/line.ts'
import { hardWrap, wrapSpans } from '../lines/wrap.ts'
import type { Overlay, UiState } from '../ui-state.ts'
import { type Asked, boardView, explainView, matrixView, predictView } from '../views.ts'
import { outcomeWords, probeFrom, probeTarget } from '../words.ts'
import { selectedStep, type World } from '../world.ts'
import { commandLines } from './action.ts'
import { askDocument } from './ask.ts'
import { policyDocument } from './board.ts'
import { explainDocument } from './explain.ts'
import { finishDocument } from './finish.ts'
import { helpDocument } from './help.ts'
import { docPane, type PaneBox, type PaneModel } from './pane.ts'
import { predictDocument, quizDocument } from './predict.ts'
import { resetDocument } from './reset.ts'

export function overlayPane(world: World, ui: UiState, overlay: Overlay, box: PaneBox): PaneModel {
  const width = Math.min(box.width, 110)
  return docPane(ui, box, {
    id: `overlay:${overlay.kind}`,
    title: [{ text: overlayTitle(overlay) }],
    lines: overlayLines(world, ui, overlay, width),
  })
}

function overlayTitle(overlay: Overlay): string {
  switch (overlay.kind) {
    case 'help':
      return 'help'
    case 'explain':
      return 'explain'
    case 'try':
      return 'try a flow'
    case 'output':
      return escapeControl(overlay.title)
    case 'reset':
      return 'reset'
    case 'predict':
      return 'what will change?'
    case 'ask':
      return 'question'
    case 'policy':
      return 'policy'
    case 'finish':
      return 'result'
    case 'leave':
      return 'leave?'
  }
}

function overlayLines(world: World, ui: UiState, overlay: Overlay, width: number): Line[] {
  switch (overlay.kind) {
    case 'help':
      return helpDocument(world, width)
    case 'explain':
      return asked(explainView(world, overlay.from, overlay.to, overlay.port), width, (view) =>
        explainDocument(view, width),
      )
    case 'try':
      return [
        ...measuredLines(world, overlay, width),
        [],
        ...asked(explainView(world, overlay.from, overlay.to, overlay.port), width, (view) =>
          explainDocument(view, width),
        ),
      ]
    case 'output':
      return [
        ...(overlay.command ? [...commandLines(overlay.command, width), []] : []),
        ...hardWrap(escapeControl(overlay.text, { multiline: true }), width).map((text): Line => [{ text }]),
      ]
    case 'reset':
      return resetDocument(world, width)
    case 'predict':
      if (overlay.quiz) return quizDocument(overlay.quiz, width)
      return asked(predictView(world), width, (view) =>
        view ? predictDocument(view, width) : [[{ text: 'The next action changes no policy, so no flow changes.' }]],
      )
    case 'ask': {
      const action = selectedStep(world)
        ?.stages.flatMap((stage) => stage.actions)
        .find((candidate) => candidate.id === overlay.action)
      return action?.kind === 'ask' ? askDocument(action, overlay.picked, width) : []
    }
    case 'policy':
      return asked(boardView(world), width, (view) => {
        const policy = view.tiers.flatMap((tier) => tier.policies).find((candidate) => candidate.id === overlay.id)
        return policy ? policyDocument(policy, width) : [[{ text: 'This policy is gone.' }]]
      })
    case 'finish': {
      const matrix = matrixView(world)
      return finishDocument(world, ui, matrix.ok ? matrix.view : null, width)
    }
    case 'leave':
      return [
        [{ text: 'Something is still running.', bold: true }],
        [],
        ...wrapSpans(
          [
            {
              text: 'Leaving cancels it; what was applied stays, and the next start goes on from here. q leaves, esc stays.',
            },
          ],
          width,
        ),
      ]
  }
}

function asked<View>(answer: Asked<View>, width: number, show: (view: View) => Line[]): Line[] {
  if (answer.ok) return show(answer.view)
  const lines = wrapSpans([{ text: escapeControl(answer.message), tone: 'wrong' }], width)
  return answer.hint
    ? [...lines, [], ...wrapSpans([{ text: escapeControl(answer.hint, { multiline: true }) }], width)]
    : lines
}

/** The measurement of the flow asked for, once there is one. */
function measuredLines(world: World, flow: { from: string; to: string; port?: number }, width: number): Line[] {
  const tried = world.state?.tried
  if (tried?.type !== 'probe-settled') return [[{ text: 'Measuring …', tone: 'warn' }]]
  const target = probeTarget(tried.probe)
  const same = target.to === flow.to || target.to.startsWith(flow.to) || flow.to.endsWith(target.to)
  if (!same) return [[{ text: 'Measuring …', tone: 'warn' }]]
  const lines: Line[] = [
    [
      { text: 'Measured: ', bold: true },
      { text: outcomeWords[tried.actual], bold: true, tone: tried.actual === 'open' ? 'ok' : 'wrong' },
      {
        text: `  from ${probeFrom(tried.probe)}, ${tried.attempts} ${tried.attempts === 1 ? 'attempt' : 'attempts'}`,
        dim: true,
      },
    ],
    ...commandLines(tried.evidence.command, width),
    ...hardWrap(escapeControl(tried.evidence.output.trimEnd(), { multiline: true }), width - 4).map(
      (text): Line => [{ text: `    ${text}`, dim: true }],
    ),
  ]
  if (tried.remedy) lines.push(...wrapSpans([{ text: escapeControl(tried.remedy), tone: 'warn' }], width))
  return lines
}
