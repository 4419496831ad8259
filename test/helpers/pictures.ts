/** Pictures of key screens: frames of the real screen in moments recorded of a real session, painted by the real painter. */
import { buildFrame } from '../../src/ui/frame.ts'
import { prepareMarkdown } from '../../src/ui/lines/markdown.ts'
import { createPainter } from '../../src/ui/painter.ts'
import { makeQuiz } from '../../src/ui/panes/predict.ts'
import { palettes } from '../../src/ui/theme.ts'
import { initialUi, type UiState } from '../../src/ui/ui-state.ts'
import { predictView } from '../../src/ui/views.ts'
import type { World } from '../../src/ui/world.ts'
import { cellsOf, toSvg } from './picture.ts'
import { type MomentName, recordedSession } from './recorded-session.ts'
import { trackOf } from './screen.ts'
import { shownWorld } from './shown-world.ts'

interface Shot {
  name: string
  columns: number
  rows: number
  world: () => World
  ui: (world: World) => Partial<UiState>
}

const shots: readonly Shot[] = [
  { name: 'lesson', columns: 100, rows: 30, world: () => at('begin'), ui: () => ({}) },
  { name: 'proof', columns: 100, rows: 30, world: () => at('proving'), ui: () => ({}) },
  { name: 'wrong', columns: 100, rows: 30, world: () => at('wrong'), ui: () => ({ pane: 'proof' }) },
  {
    name: 'matrix',
    columns: 100,
    rows: 26,
    world: () => at('proved'),
    ui: () => ({ view: 'matrix', cursors: { matrix: 1, 'matrix:column': 7 } }),
  },
  { name: 'board', columns: 100, rows: 24, world: () => at('end'), ui: () => ({ view: 'board' }) },
  { name: 'predict', columns: 100, rows: 24, world: beforeTheWall, ui: (world) => ({ overlay: quizOf(world) }) },
]

export async function drawPictures(): Promise<{ name: string; svg: string }[]> {
  await prepareMarkdown()
  const drawn: { name: string; svg: string }[] = []
  for (const { name, columns, rows, world: worldAt, ui } of shots) {
    const world = worldAt()
    const frame = buildFrame(world, { ...initialUi, ...ui(world) }, { columns, rows })
    let written = ''
    const painter = createPainter(
      {
        write(data: string | Uint8Array) {
          written += String(data)
          return true
        },
      },
      palettes.dark,
    )
    painter.open()
    painter.paint(frame.lines, { columns, rows })
    drawn.push({ name, svg: toSvg(await cellsOf(written, columns, rows), `hipster-workshop: ${name}`) })
  }
  return drawn
}

function at(name: MomentName, change: Parameters<typeof recordedSession>[2] = () => ({})): World {
  return shownWorld(recordedSession(name, trackOf(), change))
}

/** The wall is down in this moment; what putting it up would do is asked. */
function beforeTheWall(): World {
  return at('wrong', ({ run, plannedActions }) => ({
    run: { ...run, steps: new Map([...run.steps].filter(([number]) => number < 4)) },
    drift: [],
    nextAction: plannedActions?.[0] ?? null,
  }))
}

function quizOf(world: World): UiState['overlay'] {
  const predicted = predictView(world)
  const quiz = predicted.ok && predicted.view ? makeQuiz(4, predicted.view) : null
  if (!quiz) throw new Error('nothing to ask')
  return { kind: 'predict', quiz: { ...quiz, picked: [0] } }
}
