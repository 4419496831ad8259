import type { CommandName } from '../command-names.ts'
import { keyLabel, keymap, type View } from '../keymap.ts'
import { fitLine, type Line, lineWidth, type Span } from '../lines/line.ts'
import { beyond } from '../lines/table.ts'
import { nextThing } from '../next.ts'
import { selectedCommand, selectedEntry, selectedFlow, selectedPolicy } from '../selection.ts'
import type { UiState } from '../ui-state.ts'
import { canPredict, isBusy, selectedStep, type World } from '../world.ts'
import { writingHere } from '../write-yourself.ts'
import type { PaneModel } from './pane.ts'

/** The keys that matter here and now, as many as fit; `?` and `q` always stay. */
export function keyLine(world: World, ui: UiState, width: number, focus: PaneModel | null): Line {
  const canScroll = focus === null || focus.scroll.count > focus.scroll.page
  const entries = keyEntries(world, ui, width, focus?.width ?? width).filter(
    (entry) => canScroll || !scrolling.includes(entry),
  )
  const tail = entries.filter((entry) => entry.keep)
  const chosen: Entry[] = []
  let used = 1 + tail.reduce((sum, entry) => sum + entryWidth(entry), 0)
  for (const entry of entries.filter((candidate) => !candidate.keep)) {
    // No separator follows the last one.
    if (used + entryWidth(entry) - 3 > width) break
    chosen.push(entry)
    used += entryWidth(entry)
  }
  const spans: Span[] = [{ text: ' ' }]
  for (const [index, entry] of [...chosen, ...tail].entries()) {
    if (index > 0) spans.push({ text: ' · ', dim: true })
    spans.push({ text: entry.key, bold: true, tone: 'accent' }, { text: ` ${entry.label}` })
  }
  return fitLine(spans, width)
}

/** What comes first stays longest when the room gets less. */
const lineOrder: Readonly<Record<View, readonly CommandName[]>> = {
  lesson: [
    'next',
    'auto',
    'explain',
    'hint',
    'predict',
    'write',
    'matrix',
    'board',
    'flows',
    'log',
    'prove',
    'reset',
    'copy',
    'shell',
    'next-pane',
  ],
  matrix: ['next', 'lesson', 'try', 'filter', 'board', 'flows', 'log'],
  board: ['next', 'lesson', 'matrix', 'flows', 'log'],
  flows: ['next', 'lesson', 'try', 'filter', 'matrix', 'board', 'log'],
  log: ['next', 'lesson', 'copy', 'filter', 'matrix', 'board', 'flows'],
}

function leadsOn(kind: ReturnType<typeof nextThing>['kind']): boolean {
  return kind === 'action' || kind === 'prove'
}

const viewCommands: readonly CommandName[] = ['board', 'flows', 'log']

/** Not offered while something runs. */
const changing: readonly CommandName[] = ['auto', 'prove', 'predict', 'write', 'reset', 'try']

interface Entry {
  key: string
  label: string
  keep?: boolean
}

function entryWidth(entry: Entry): number {
  return lineWidth([{ text: `${entry.key} ${entry.label} · ` }])
}

function keyEntries(world: World, ui: UiState, width: number, room: number): Entry[] {
  const help: Entry = { key: '?', label: 'help', keep: true }
  const quit: Entry = { key: 'q', label: 'quit', keep: true }
  const { question } = world
  if (question && 'choices' in question) return [...question.choices, scroll, { key: 'esc', label: 'back', keep: true }]
  if (question) return [{ key: 'enter', label: 'confirm' }, scroll, { key: 'esc', label: 'back', keep: true }]
  if (ui.input)
    return [
      { key: 'enter', label: ui.input.kind === 'filter' ? 'keep' : 'do it' },
      ...('completions' in ui.input ? [{ key: 'tab', label: 'complete' }] : []),
      { key: 'esc', label: ui.input.kind === 'filter' ? 'drop' : 'leave it', keep: true },
    ]
  if (ui.overlay) return [...overlayEntries(world, ui, room), { key: 'esc', label: 'close', keep: true }]
  if (world.phase.kind === 'start')
    return [{ key: 'enter', label: 'start' }, { key: '↑↓', label: 'where' }, { key: '←→', label: 'track' }, help, quit]
  if (world.phase.kind === 'failed') return [{ key: 'enter', label: 'try again' }, help, quit]
  if (!world.state) return [help, quit]
  const busy = isBusy(world)
  const entries: Entry[] = []
  if (busy && world.state) entries.push({ key: 'esc', label: 'cancel' })
  const leads = entries.length
  if (ui.view === 'matrix' || ui.view === 'board') entries.push({ key: '←↑↓→', label: 'move' })
  for (const command of lineOrder[ui.view]) {
    const binding = keymap.find((candidate) => candidate.command === command)
    if (!binding) continue
    if (busy && changing.includes(command)) continue
    if (command === 'auto' && !leadsOn(nextThing(world).kind)) continue
    if (command === 'predict' && !canPredict(world)) continue
    if (command === 'write' && !writingHere(world)) continue
    if (command === 'explain' && selectedFlow(world, ui) === null) continue
    if (command === 'copy' && selectedCommand(world, ui) === null) continue
    if (command === 'next' && ui.view !== 'lesson' && !hasLine(world, ui)) continue
    if (command === 'next') {
      if (ui.view !== 'lesson' || !busy) entries.push({ key: 'enter', label: enterLabel(world, ui) })
    } else if (command === 'matrix' && ui.view === 'lesson' && width < 110) entries.push({ key: '2-5', label: 'views' })
    else if (width < 110 && ui.view === 'lesson' && viewCommands.includes(command)) continue
    else entries.push({ key: keyLabel(binding.keys[0] ?? ''), label: binding.short })
  }
  if (world.state.drift.length > 0 && ui.view === 'lesson') entries.splice(leads + 1, 0, { key: 'd', label: 'missing' })
  return [...entries, help, quit]
}

/** Whether enter opens something in this view. */
function hasLine(world: World, ui: UiState): boolean {
  switch (ui.view) {
    case 'board':
      return selectedPolicy(world, ui) !== null
    case 'log':
      return selectedEntry(world, ui) !== null
    default:
      return selectedFlow(world, ui) !== null
  }
}

function enterLabel(world: World, ui: UiState): string {
  switch (ui.view) {
    case 'matrix':
    case 'flows':
      return 'why'
    case 'board':
      return 'rules'
    case 'log':
      return 'output'
    default:
      return nextThing(world).label
  }
}

function optionCount(world: World, id: string): number {
  const actions = selectedStep(world)?.stages.flatMap((stage) => stage.actions) ?? []
  const action = actions.find((candidate) => candidate.id === id)
  return action?.kind === 'ask' ? action.options.length : 9
}

const scroll: Entry = { key: '↑↓', label: 'scroll' }
const page: Entry = { key: 'PgDn', label: 'page' }
/** Offered where there is more than one sees. */
const scrolling: readonly Entry[] = [scroll, page]

function overlayEntries(world: World, ui: UiState, room: number): Entry[] {
  const { overlay } = ui
  switch (overlay?.kind) {
    case 'reset': {
      const plan = world.state?.resetPlan
      const questions = (plan?.questions?.length ?? 0) > 0
      if (!plan || plan.lines.length + (questions ? 1 : 0) === 0) return [scroll]
      return [
        { key: 'enter', label: 'carry it out' },
        ...(questions ? [{ key: 'i', label: 'others too' }] : []),
        scroll,
      ]
    }
    case 'leave':
      return [{ key: 'q', label: 'leave anyway' }]
    case 'early':
      return [{ key: 'enter', label: 'do what they apply' }]
    case 'predict':
      return overlay.quiz && !overlay.quiz.answered
        ? [
            { key: `1-${overlay.quiz.choices.length}`, label: 'choose' },
            { key: 'enter', label: 'answer' },
            { key: 'w', label: 'only show me' },
            { key: 'n', label: 'skip' },
          ]
        : [{ key: 'enter', label: 'run next' }, ...(overlay.quiz ? [{ key: 'w', label: 'show all' }] : []), scroll]
    case 'ask':
      return overlay.picked === null
        ? [
            { key: `1-${optionCount(world, overlay.action)}`, label: 'answer' },
            { key: 'enter', label: 'goes on' },
          ]
        : [{ key: 'enter', label: 'goes on' }]
    case 'output':
      return [
        { key: 'y', label: 'copy' },
        ...(beyond(overlay.text, room) > 0 ? [{ key: '←→', label: 'sideways' }] : []),
        scroll,
      ]
    case 'drift':
    case 'try':
      return [{ key: 'y', label: 'copy' }, scroll]
    case 'explain':
      return [...(overlay.row ? [{ key: 'y', label: 'copy' }] : []), scroll, page]
    default:
      return [scroll, page]
  }
}
