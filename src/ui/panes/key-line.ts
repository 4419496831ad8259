import { keyLabel, keymap } from '../keymap.ts'
import { fitLine, type Line, lineWidth, type Span } from '../lines/line.ts'
import { nextThing } from '../next.ts'
import type { UiState } from '../ui-state.ts'
import { isBusy, type World } from '../world.ts'

/** The keys that matter here and now, as many as fit; `?` and `q` always stay. */
export function keyLine(world: World, ui: UiState, width: number): Line {
  const entries = keyEntries(world, ui)
  const tail = entries.filter((entry) => entry.keep)
  const chosen: Entry[] = []
  let used = 1 + tail.reduce((sum, entry) => sum + entryWidth(entry), 0)
  for (const entry of entries.filter((candidate) => !candidate.keep)) {
    if (used + entryWidth(entry) > width) break
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

interface Entry {
  key: string
  label: string
  keep?: boolean
}

function entryWidth(entry: Entry): number {
  return lineWidth([{ text: `${entry.key} ${entry.label} · ` }])
}

function keyEntries(world: World, ui: UiState): Entry[] {
  const help: Entry = { key: '?', label: 'help', keep: true }
  const quit: Entry = { key: 'q', label: 'quit', keep: true }
  if (world.phase.kind === 'start') return [{ key: 'enter', label: 'start' }, { key: '↑↓', label: 'where' }, { key: '←→', label: 'track' }, help, quit]
  if (ui.overlay) return [...overlayEntries(ui), { key: 'esc', label: 'close', keep: true }]
  const entries: Entry[] = []
  if (isBusy(world) && world.state) entries.push({ key: 'esc', label: 'cancel' })
  for (const binding of keymap) {
    if (binding.line !== 'all' && !binding.line?.includes(ui.view)) continue
    if (binding.command === 'help' || binding.command === 'quit' || binding.command === ui.view) continue
    if (binding.command === 'predict' && !world.session?.views.predict) continue
    if (binding.command === 'next') entries.push({ key: 'enter', label: enterLabel(world, ui) })
    else entries.push({ key: keyLabel(binding.keys[0] ?? ''), label: binding.short })
  }
  if (ui.view !== 'lesson') entries.splice(1, 0, { key: '1', label: 'lesson' })
  return [...entries, help, quit]
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

function overlayEntries(ui: UiState): Entry[] {
  switch (ui.overlay?.kind) {
    case 'reset':
      return [{ key: 'enter', label: 'carry it out' }]
    case 'leave':
      return [{ key: 'q', label: 'leave anyway' }]
    case 'predict':
      return ui.overlay.quiz && !ui.overlay.quiz.answered
        ? [{ key: '1-5', label: 'choose' }, { key: 'enter', label: 'answer' }, { key: 'w', label: 'only show me' }]
        : [{ key: 'enter', label: 'run it' }, { key: '↑↓', label: 'scroll' }]
    case 'output':
      return [{ key: 'y', label: 'copy' }, { key: '↑↓', label: 'scroll' }]
    default:
      return [{ key: '↑↓', label: 'scroll' }, { key: 'PgDn', label: 'page' }]
  }
}
