// Every view and overlay, in moments recorded from a real session, in every size people have: nothing is cut off, lost or empty.
import { beforeAll, describe, expect, it } from 'vitest'
import { buildFrame, type Frame } from '../../src/ui/frame.ts'
import { type Line, lineText, lineWidth } from '../../src/ui/lines/line.ts'
import { prepareMarkdown } from '../../src/ui/lines/markdown.ts'
import { makeQuiz } from '../../src/ui/panes/predict.ts'
import { initialUi, type Overlay, type UiState } from '../../src/ui/ui-state.ts'
import { matrixView, predictView } from '../../src/ui/views.ts'
import type { Size, World } from '../../src/ui/world.ts'
import { momentNames, recordedSession } from '../helpers/recorded-session.ts'
import { trackOf } from '../helpers/screen.ts'
import { shownWorld } from '../helpers/shown-world.ts'

const sizes: readonly Size[] = [
  { columns: 40, rows: 10 },
  { columns: 80, rows: 24 },
  { columns: 100, rows: 30 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
]

const track = trackOf()
const worlds = new Map(
  momentNames.map((name) => {
    const session = recordedSession(name, track)
    return [name, shownWorld(session)] as const
  }),
)

const views = ['lesson', 'matrix', 'board', 'flows', 'log'] as const
const ends = { matrix: 999, 'matrix:column': 999, board: 999, 'board:tier': 999, flows: 999, log: 999, proof: 999 }

function overlaysOf(world: World): Overlay[] {
  const matrix = matrixView(world)
  const row = matrix.ok ? matrix.view.rows[0] : undefined
  const flow = row ? { from: row.from.workload, to: row.to.service, port: row.port } : null
  const predicted = predictView(world)
  const quiz = predicted.ok && predicted.view ? makeQuiz(world.state?.selected ?? 0, predicted.view) : null
  return [
    { kind: 'help' },
    { kind: 'drift' },
    { kind: 'reset' },
    { kind: 'finish' },
    { kind: 'leave' },
    { kind: 'early', intent: 'next' },
    { kind: 'predict', quiz: null },
    ...(quiz ? [{ kind: 'predict' as const, quiz }] : []),
    {
      kind: 'output',
      title: 'a title '.repeat(20),
      text: 'word '.repeat(500),
      command: 'kubectl get pods '.repeat(12),
    },
    ...(flow
      ? [
          { kind: 'explain' as const, flow, row: null },
          { kind: 'try' as const, flow, before: null },
        ]
      : []),
  ]
}

// biome-ignore lint/complexity/useRegexLiterals: built from escapes so that no control character stands in this file
const control = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f]')

function check(frame: Frame, size: Size, what: string) {
  const at = `${what} at ${size.columns}x${size.rows}`
  const texts = frame.lines.map(lineText)
  expect(texts, at).toHaveLength(size.rows)
  const tooWide = frame.lines.findIndex((line) => lineWidth(line) > size.columns)
  expect(tooWide, `${at}, a row is wider than the screen: ${texts[tooWide]}`).toBe(-1)
  expect(texts[0], at).toMatch(size.columns < 60 ? /hipster|step \d/ : /hipster-workshop/)
  expect(texts.at(-1), at).toMatch(/q quit|esc \w+|\? help/)
  expect(texts.join('\n').replaceAll('\n', ''), at).not.toMatch(control)
  const { focus } = frame
  expect(focus, at).not.toBeNull()
  const title = texts.findIndex((text) => text.includes('› '))
  expect(title, `${at}: nothing says where the keys go\n${texts.join('\n')}`).toBeGreaterThanOrEqual(0)
  const inside = focus!.lines.map(lineText).filter((text) => text.trim() !== '')
  if (focus!.height > 0) expect(inside.length, `${at} is empty\n${texts.join('\n')}`).toBeGreaterThan(0)
}

function uiOf(change: Partial<UiState>): UiState {
  return { ...initialUi, ...change }
}

beforeAll(prepareMarkdown)

describe.each(momentNames)('the moment "%s"', (name) => {
  const world = () => worlds.get(name)!

  it.each(views)('in the view %s', (view) => {
    for (const size of sizes)
      for (const cursors of [{}, ends]) check(buildFrame(world(), uiOf({ view, cursors }), size), size, view)
  })

  it('in every pane of the lesson, scrolled to its end', () => {
    for (const size of sizes)
      for (const pane of ['lesson', 'action', 'proof'] as const)
        check(
          buildFrame(world(), uiOf({ pane, offsets: { [pane]: 999 }, cursors: ends }), size),
          size,
          `${pane} at its end`,
        )
  })

  it('under every overlay', () => {
    for (const overlay of overlaysOf(world()))
      for (const size of sizes) check(buildFrame(world(), uiOf({ overlay }), size), size, overlay.kind)
  })

  it('while a line is typed', () => {
    for (const size of sizes)
      for (const kind of ['command', 'try'] as const) {
        const text = `explain ${'a-very-long-name '.repeat(14)}`
        for (const at of [0, 20, text.length]) {
          const frame = buildFrame(world(), uiOf({ input: { kind, text, at, completions: ['matrix'] } }), size)
          check(frame, size, kind)
          expect(frame.lines.map(lineText).join('\n'), `the cursor at ${at} of ${size.columns}`).toContain('▏')
        }
      }
  })
})

describe('the selected row', () => {
  const marked = (lines: readonly Line[], mark: string) => lines.map(lineText).filter((text) => text.includes(mark))

  it.each([
    ['matrix', '['],
    ['board', '›'],
    ['flows', '›'],
    ['log', '›'],
  ] as const)('of the view %s is on the screen wherever the cursor is', (view, mark) => {
    for (const size of sizes)
      for (let row = 0; row < 40; row += 7) {
        const cursors = {
          matrix: row,
          'matrix:column': row % 13,
          board: row % 5,
          'board:tier': row % 4,
          flows: row,
          log: row,
        }
        const frame = buildFrame(worlds.get('proved')!, uiOf({ view, cursors }), size)
        // A tier without policies has no row to select.
        const rows = Math.min(1, frame.focus?.scroll.count ?? 0)
        expect(marked(frame.focus?.lines ?? [], mark).length, `${view} ${row} at ${size.columns}x${size.rows}`).toBe(
          rows,
        )
      }
  })

  it('of the proof is on the screen wherever the cursor is', () => {
    for (const size of sizes)
      for (const name of ['wrong', 'proved'] as const)
        for (let row = 0; row < 160; row += 31) {
          const frame = buildFrame(worlds.get(name)!, uiOf({ pane: 'proof', cursors: { proof: row } }), size)
          expect(marked(frame.focus?.lines ?? [], '›').length, `${name} ${row} at ${size.columns}x${size.rows}`).toBe(1)
        }
  })
})

describe('text from outside', () => {
  it('reaches the screen without control characters, wherever it is shown', () => {
    const nasty = 'x\u001b[31m\u0007\r\n\u009b2Jy'
    const session = recordedSession('wrong', track, (state) => ({
      connection: { ok: false, reason: nasty },
      drift: [{ text: nasty, repair: nasty }],
      resetPlan: { to: null, lines: [{ command: nasty, reason: nasty }], questions: [nasty], warnings: [nasty] },
      nextAction: { stage: '4', action: 'a', command: nasty, title: nasty },
      run: { ...state.run, failure: { code: 'BUG', message: nasty, hint: nasty } },
      place: { ...state.place, name: nasty, edition: nasty, version: nasty, isSandbox: false },
    }))
    const world = shownWorld(session)
    for (const size of sizes) {
      for (const view of views) check(buildFrame(world, uiOf({ view, toast: { text: nasty } }), size), size, view)
      for (const kind of ['reset', 'drift', 'finish'] as const)
        check(buildFrame(world, uiOf({ overlay: { kind } }), size), size, kind)
      check(
        buildFrame(world, uiOf({ overlay: { kind: 'output', title: nasty, text: nasty, command: nasty } }), size),
        size,
        'output',
      )
    }
  })

  it('that is wide or long keeps every row within the screen', () => {
    const wide = '漢字かな交じり文'.repeat(30)
    const session = recordedSession('wrong', track, (state) => ({
      drift: [{ text: wide, repair: wide }],
      run: { ...state.run, failure: { code: 'BUG', message: wide } },
      place: { ...state.place, name: wide, isSandbox: false },
    }))
    const world = shownWorld(session, {
      outline: { ...track, title: wide, steps: track.steps.map((step) => ({ ...step, title: wide })) },
    })
    for (const size of sizes)
      for (const view of views) check(buildFrame(world, uiOf({ view, toast: { text: wide } }), size), size, view)
  })
})

describe('the ways to a cluster', () => {
  const away = (change: Partial<World>): World => ({
    ...shownWorld(recordedSession('begin', track)),
    session: null,
    state: null,
    ...change,
  })
  const places = Array.from({ length: 12 }, (_, index) => ({
    id: `context:${index}`,
    title: `a-cluster-with-a-long-name-${index}`.repeat(3),
    detail: 'Kubernetes v1.34, Calico 3.32 with tiers',
    ready: index % 2 === 0,
  }))

  it.each([
    ['the start screen', away({ phase: { kind: 'start', places, looking: true } })],
    ['connecting', away({ phase: { kind: 'connecting', text: 'Starting the sandbox …' } })],
    [
      'a failure',
      away({
        phase: {
          kind: 'failed',
          message: 'It does not answer. '.repeat(20),
          code: 'CLUSTER',
          hint: 'Try. '.repeat(40),
        },
      }),
    ],
    [
      'a question',
      away({
        phase: { kind: 'connecting', text: '' },
        question: { title: 'Is this it?', lines: ['a line '.repeat(40)], expect: 'name' },
      }),
    ],
  ])('%s fits every size', (what, world) => {
    for (const size of sizes)
      for (const start of [0, 11]) check(buildFrame(world, uiOf({ cursors: { start } }), size), size, what)
  })
})
