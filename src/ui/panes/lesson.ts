import { escapeControl } from '../../errors/escape.ts'
import type { Step } from '../../workshop/step.ts'
import { kubectlLine } from '../kubectl-line.ts'
import { blank, type Line } from '../lines/line.ts'
import { markdownLines } from '../lines/markdown.ts'
import { remember } from '../lines/remember.ts'
import { wrapSpans } from '../lines/wrap.ts'
import type { UiState } from '../ui-state.ts'
import { selectedStep, stepPhase, type World } from '../world.ts'
import { commandLines } from './action.ts'
import { docPane, type PaneBox, type PaneModel } from './pane.ts'

const longestReadable = 92

/** Goal, concept, the hints asked for, and after the proof what it showed. A new part scrolls into view by itself. */
export function lessonPane(world: World, ui: UiState, box: PaneBox): PaneModel {
  const step = selectedStep(world)
  if (!step) return outlinePane(world, ui, box)
  const hints = Math.min(ui.hints[step.number] ?? 0, step.hints.length + 1)
  const phase = stepPhase(world)
  const debrief = phase === 'passed'
  const commands = (world.state?.plannedActions ?? []).map((action) => action.command)
  const width = Math.min(box.width, longestReadable)
  const isFirst = step.number === world.outline.steps[0]?.number
  const own = isFirst && !debrief && world.state ? kubectlLine(world.state.place) : ''
  const solution = hints > step.hints.length ? commands.join('\n') : ''
  const document = lessonDocument(step, hints, debrief, width, solution, own)
  const part = debrief ? 'debrief' : hints > 0 ? `hint${hints}` : 'read'
  return docPane(ui, box, {
    id: `lesson:${step.number}:${part}`,
    title: [
      { text: escapeControl(step.title), bold: true },
      ...(step.optional ? [{ text: ' (optional)', dim: true }] : []),
    ],
    lines: document.lines,
    follow: document.anchors[part] ?? 0,
  })
}

/** Before the cluster answers: what is known of the first lesson without it. */
function outlinePane(world: World, ui: UiState, box: PaneBox): PaneModel {
  const first = world.outline.steps[0]
  const goal = escapeControl(first?.goal.trim().replaceAll('\n', ' ') ?? '')
  const lines = wrapSpans([{ text: `Goal: ${goal}`, tone: 'accent' }], Math.min(box.width, longestReadable))
  return docPane(ui, box, {
    id: 'lesson:outline',
    title: [{ text: escapeControl(first?.title ?? world.outline.title), bold: true }],
    lines,
  })
}

interface LessonDocument {
  lines: Line[]
  anchors: Record<string, number>
}

const lessonDocument = remember(
  (step: Step, hints: number, debrief: boolean, width: number, solution: string, own: string): LessonDocument => {
    const lines: Line[] = []
    const anchors: Record<string, number> = {}
    lines.push(
      ...wrapSpans([{ text: `Goal: ${escapeControl(step.goal.trim().replaceAll('\n', ' '))}`, tone: 'accent' }], width),
    )
    lines.push(blank, ...markdownLines(step.concept, width))
    const writing = step.stages.find((stage) => stage.write)
    if (writing?.write) {
      lines.push(blank, [{ text: 'Or write it yourself', tone: 'accent', bold: true }])
      lines.push(
        ...markdownLines(
          `Key \`i\` puts a pattern into the working folder as \`${writing.write.file}\`. Write there what the step asks for; \`w\` tells what your file would open and close, enter applies it (kubectl does too), and the proof decides. \`i\` again leaves it to us.`,
          width,
        ),
      )
    }
    if (own)
      lines.push(
        blank,
        [{ text: 'Beside it: your own kubectl', tone: 'accent', bold: true }],
        ...markdownLines(
          `Enter runs each line for you. Or type it yourself: \`s\` opens a shell in which kubectl works here, and in another terminal this line does it (\`:kubectl\` copies it). What you change shows here within a second.`,
          width,
        ),
        ...commandLines(own, width),
      )
    for (let index = 0; index < Math.min(hints, step.hints.length); index += 1) {
      anchors[`hint${index + 1}`] = lines.length + 1
      lines.push(blank, [{ text: `Hint ${index + 1} of ${step.hints.length}`, tone: 'warn', bold: true }])
      lines.push(...markdownLines(step.hints[index] ?? '', width))
    }
    if (hints > step.hints.length) {
      anchors[`hint${hints}`] = lines.length + 1
      lines.push(blank, [{ text: 'Solution', tone: 'warn', bold: true }])
      lines.push(
        ...markdownLines(
          solution ? `\`\`\`sh\n${solution}\n\`\`\`` : 'Press `a`: it runs every action of this step.',
          width,
        ),
      )
    }
    if (debrief) {
      anchors.debrief = lines.length + 1
      lines.push(
        blank,
        [{ text: '✓ Proved. What it showed', tone: 'ok', bold: true }],
        ...markdownLines(step.debrief, width),
      )
    }
    return { lines, anchors }
  },
)
