/** What lies over the views: one document, scrolled like every other. */
import { escapeControl } from '../../errors/escape.ts'
import type { ExplainView } from '../../policy/views.types.ts'
import type { Line } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import type { AskedFlow, Overlay, UiState } from '../ui-state.ts'
import { type Asked, boardView, explainView, matrixView, predictView } from '../views.ts'
import { plural } from '../words.ts'
import { selectedStep, stepsMissing, type World } from '../world.ts'
import { commandLines, outputLine } from './action.ts'
import { askDocument } from './ask.ts'
import { policyDocument } from './board.ts'
import { driftDocument } from './drift.ts'
import { explainDocument } from './explain.ts'
import { finishDocument } from './finish.ts'
import { helpDocument } from './help.ts'
import { docPane, type PaneBox, type PaneModel } from './pane.ts'
import { predictDocument, quizDocument } from './predict.ts'
import { rowLines } from './proof-row.ts'
import { resetDocument } from './reset.ts'
import { isKnownFlow, measuredLines } from './try.ts'

export function overlayPane(world: World, ui: UiState, overlay: Overlay, box: PaneBox): PaneModel {
  const width = Math.min(box.width, 110)
  return docPane(ui, box, {
    id: `overlay:${overlay.kind}`,
    title: [{ text: overlayTitle(overlay) }],
    lines: overlayLines(world, overlay, overlay.kind === 'output' ? box.width : width, ui.offsets[outputShift] ?? 0),
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
    case 'drift':
      return 'missing or changed'
    case 'early':
      return 'not yet?'
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

/** How far the output is moved to the left. */
export const outputShift = 'overlay:output:sideways'

function overlayLines(world: World, overlay: Overlay, width: number, shift: number): Line[] {
  switch (overlay.kind) {
    case 'help':
      return helpDocument(world, width)
    case 'explain':
      return [
        ...rowLines(world, overlay.row, width),
        ...asked(explainOf(world, overlay.flow), width, (view) =>
          explainDocument(view, flowTitle(overlay.flow), width),
        ),
      ]
    case 'try': {
      const measured = measuredLines(world, overlay, width)
      if (!isKnownFlow(world, overlay)) return measured
      const why = asked(explainOf(world, overlay.flow), width, (view) =>
        explainDocument(view, flowTitle(overlay.flow), width),
      )
      return [...measured, [], ...why]
    }
    case 'drift':
      return driftDocument(world, width)
    case 'early':
      return earlyLines(world, width)
    case 'output':
      return [
        ...(overlay.command ? [...commandLines(overlay.command, width), []] : []),
        ...escapeControl(overlay.text, { multiline: true })
          .replaceAll('\t', '    ')
          .split('\n')
          .flatMap((text) => outputLine(text, width, shift))
          .map((text): Line => [{ text }]),
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
      return finishDocument(world, matrix.ok ? matrix.view : null, width)
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

function explainOf(world: World, { from, to, port, refs }: AskedFlow): Asked<ExplainView> {
  return explainView(world, refs?.from ?? from, refs?.to ?? to, port)
}

function flowTitle({ from, to, port }: AskedFlow): string {
  return `${from} → ${to}${port === undefined ? '' : `:${port}`}`
}

/** Asked before a step whose ground is not there. */
function earlyLines(world: World, width: number): Line[] {
  const missing = stepsMissing(world)
  const number = world.state?.selected ?? 0
  return [
    ...wrapSpans(
      [
        {
          text: `Step ${number} builds on ${plural(missing.length, 'step')} not done here yet: ${missing.join(', ')}.`,
          bold: true,
        },
      ],
      width,
    ),
    [],
    ...wrapSpans(
      [
        {
          text: `enter carries out what they apply, without teaching or proving it, and then comes back here. esc leaves everything as it is; step ${world.state?.current ?? 0} is the one that comes next.`,
        },
      ],
      width,
    ),
  ]
}

function asked<View>(answer: Asked<View>, width: number, show: (view: View) => Line[]): Line[] {
  if (answer.ok) return show(answer.view)
  const lines = wrapSpans([{ text: escapeControl(answer.message), tone: 'wrong' }], width)
  return answer.hint
    ? [...lines, [], ...wrapSpans([{ text: escapeControl(answer.hint, { multiline: true }) }], width)]
    : lines
}
