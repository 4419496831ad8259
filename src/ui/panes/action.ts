import type { ActionRow } from '../../engine/state.ts'
import { escapeControl } from '../../errors/escape.ts'
import type { Action, Step } from '../../workshop/step.ts'
import { highlightShell } from '../lines/highlight.ts'
import { blank, type Line, type Span } from '../lines/line.ts'
import { markdownLines } from '../lines/markdown.ts'
import { remember } from '../lines/remember.ts'
import { isTable, sideways } from '../lines/table.ts'
import { hardWrap, wrapCommand, wrapSpans } from '../lines/wrap.ts'
import { glyphs } from '../theme.ts'
import type { UiState } from '../ui-state.ts'
import { canPredict, selectedStep, selectedStepState, stepPhase, type World } from '../world.ts'
import { docPane, type PaneBox, type PaneModel } from './pane.ts'

/** Longest output shown of an action that is done; all of it is one key away. */
const outputKept = 6

/** The actions of the step: what was run with its output, and the next one as the command a person would type. */
export function actionPane(world: World, ui: UiState, box: PaneBox): PaneModel {
  const step = selectedStep(world)
  const state = world.state
  if (!step || !state)
    return docPane(ui, box, { id: 'action:none', title: [{ text: 'action' }], lines: connectingLines(world) })
  const rows = selectedStepState(world)?.actions ?? []
  const planned = [...otherActions(step, rows), ...plannedActions(step, rows, world)]
  const lines: Line[] = []
  let follow = 0
  let lastEntry = 0
  let done = 0
  let currentId = 'done'
  for (const [index, entry] of planned.entries()) {
    const isNext = state.nextAction?.action === entry.id && state.nextAction.stage === entry.stage
    const active = isNext || entry.row?.status === 'running' || entry.row?.status === 'failed'
    const isOver = entry.row?.status === 'done' || entry.row?.status === 'skipped' || (!entry.row && entry.isDone)
    if (isOver && !isNext) done += 1
    if (active) {
      follow = lines.length
      currentId = `${entry.id}:${entry.row?.status ?? 'next'}`
    }
    lastEntry = lines.length
    lines.push(...entryLines(entry, index + 1, isNext, box.width))
    if (entry.row?.status === 'running') follow = Math.max(follow, lines.length - (box.height - 1))
  }
  // The end of an output says little without the line it came from.
  if (currentId === 'done') follow = Math.min(lastEntry, Math.max(0, lines.length - (box.height - 1)))
  if (planned.length === 0) lines.push([{ text: 'Nothing to apply in this step: look, then prove it.', dim: true }])
  for (const notice of selectedStepState(world)?.notices ?? [])
    lines.push(
      ...wrapSpans(
        [{ text: escapeControl(notice), tone: 'warn' }],
        box.width,
        [{ text: 'note: ', tone: 'warn' }],
        [{ text: '      ' }],
      ),
    )
  const phase = stepPhase(world)
  const title: Span[] = [{ text: phase === 'act' && state.mode === 'acting' ? 'running' : 'actions' }]
  if (canPredict(world)) title.push({ text: ' · w: what will change?', dim: true })
  return docPane(ui, box, {
    id: `action:${step.number}:${currentId}`,
    title,
    lines,
    follow,
    status: planned.length > 0 ? `${done} of ${planned.length} done` : '',
  })
}

interface PlannedAction {
  stage: string
  id: string
  title: string
  explain: string | undefined
  command: string | null
  row: ActionRow | null
  /** Its effect is there, also where it was not carried out here. */
  isDone: boolean
  /** Written by the learner; comes next until the flows are as they should be. */
  isOwnFile: boolean
}

/** What runs here and is a line of another step: something lost is made again, or taken back. */
function otherActions(step: Step, rows: readonly ActionRow[]): PlannedAction[] {
  const own = new Set(step.stages.flatMap((stage) => stage.actions.map((action) => `${stage.id}/${action.id}`)))
  return rows
    .filter((row) => !own.has(`${row.stage}/${row.id}`) && (row.status === 'running' || row.status === 'failed'))
    .map((row) => ({ ...row, explain: undefined, row, isDone: false, isOwnFile: false }))
}

function plannedActions(step: Step, rows: readonly ActionRow[], world: World): PlannedAction[] {
  const known = new Map(
    (world.state?.plannedActions ?? []).map((planned) => [`${planned.stage}/${planned.action}`, planned]),
  )
  const next = world.state?.nextAction
  return step.stages.flatMap((stage) =>
    stage.actions
      .filter(
        (action) =>
          known.size === 0 ||
          known.has(`${stage.id}/${action.id}`) ||
          rows.some((row) => row.id === action.id && row.stage === stage.id),
      )
      .map((action: Action) => {
        const row = rows.find((candidate) => candidate.id === action.id && candidate.stage === stage.id) ?? null
        const fromNext = next?.action === action.id && next.stage === stage.id ? next.command : null
        const isDone = known.get(`${stage.id}/${action.id}`)?.isDone === true
        return {
          isDone,
          isOwnFile: action.kind === 'apply' && action.written === true,
          stage: stage.id,
          id: action.id,
          title: action.title,
          explain: action.explain,
          command: (row?.command || fromNext) ?? known.get(`${stage.id}/${action.id}`)?.command ?? null,
          row,
        }
      }),
  )
}

function entryLines(entry: PlannedAction, number: number, isNext: boolean, width: number): Line[] {
  const isAgain = isNext && entry.row?.status === 'done'
  const lines: Line[] = [
    [
      entry.isDone && !entry.row && !isNext
        ? { text: glyphs.passed, tone: 'ok' }
        : isAgain
          ? { text: glyphs.current, tone: 'accent' }
          : actionMark(entry.row, isNext),
      { text: ` ${number} ${escapeControl(entry.title)}`, bold: isNext, dim: !isNext && !entry.row },
    ],
  ]
  // The line itself first: where there is little room it is what must be seen.
  if (entry.command && (isNext || entry.row)) lines.push(...commandLines(entry.command, width))
  if (isNext && entry.explain && !isAgain && entry.row?.status !== 'running') {
    lines.push(...markdownLines(entry.explain, width - 2).map((row): Line => [{ text: '  ' }, ...row]))
  }
  lines.push(...outputLines(entry.row, width))
  if (isAgain)
    lines.push(
      ...wrapSpans(
        [
          {
            text: entry.isOwnFile
              ? 'Not yet as this step wants it: w lists what is wrong. Edit the file (s opens a shell beside it), enter applies it again; p proves it as it is.'
              : 'It was done, and its effect is not there any more: enter does it again.',
            tone: 'warn',
          },
        ],
        width,
        [{ text: '  ' }],
      ),
    )
  if (entry.row?.status === 'skipped')
    lines.push([{ text: `    ${escapeControl(entry.row.message ?? 'left out here')}`, dim: true }])
  else if (entry.row?.message)
    lines.push(
      ...hardWrap(escapeControl(entry.row.message, { multiline: true }), width - 4).map(
        (text): Line => [{ text: `  ${glyphs.failed} ${text}`, tone: 'wrong' }],
      ),
    )
  if (entry.row?.hint)
    lines.push(...markdownLines(entry.row.hint, width - 4).map((row): Line => [{ text: '    ' }, ...row]))
  return lines
}

/** `$ kubectl ...`, continued lines set in. */
export const commandLines = remember((command: string, width: number): Line[] => {
  const text = escapeControl(command, { multiline: true })
  return wrapCommand(text, Math.max(10, width - 4)).map(
    (part, index): Line => [{ text: index === 0 ? '  $ ' : '    ', dim: true }, ...highlightShell(part)],
  )
}, 32)

/** A row is replaced when it changes, so its output is wrapped once. */
const outputLines = remember((row: ActionRow | null, width: number): Line[] => {
  if (!row || row.output.length === 0) return []
  const text = escapeControl(row.output.map((chunk) => chunk.text).join(''), { multiline: true }).replace(/\n+$/, '')
  if (text === '') return []
  const room = Math.max(10, width - 4)
  const all =
    row.status === 'failed'
      ? hardWrap(text, room)
      : text
          .replaceAll('\t', '    ')
          .split('\n')
          .flatMap((part) => outputLine(part, room))
  const shown = row.status === 'running' ? all : all.slice(0, outputKept)
  const lines = shown.map((part): Line => [{ text: `    ${part}`, dim: row.status === 'done' }])
  if (shown.length < all.length)
    lines.push([{ text: `    … ${all.length - shown.length} more lines, in the log (5)`, dim: true }])
  return lines
}, 32)

/** Columns cut at the edge can be read, broken ones cannot; sentences are wrapped. */
export function outputLine(text: string, width: number, from = 0): string[] {
  return isTable(text) ? [sideways(text, from, width)] : wrapCommand(text, width)
}

function actionMark(row: ActionRow | null, isNext: boolean): Span {
  switch (row?.status) {
    case 'done':
      return { text: glyphs.passed, tone: 'ok' }
    case 'failed':
      return { text: glyphs.failed, tone: 'wrong' }
    case 'running':
      return { text: glyphs.running, tone: 'warn' }
    case 'skipped':
      return { text: '-', dim: true }
    default:
      return isNext ? { text: glyphs.current, tone: 'accent' } : { text: ' ' }
  }
}

function connectingLines(world: World): Line[] {
  const { phase } = world
  if (phase.kind === 'connecting') return [[{ text: `${spinner(world.tick)} ${escapeControl(phase.text)}` }]]
  return [blank]
}

const turns = ['◐', '◓', '◑', '◒']

export function spinner(tick: number): string {
  return turns[tick % turns.length] ?? '◐'
}
