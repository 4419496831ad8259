import { escapeControl } from '../../errors/escape.ts'
import { blank, type Line, type Span } from '../lines/line.ts'
import { wrapSpans } from '../lines/wrap.ts'
import type { UiState } from '../ui-state.ts'
import type { PlaceChoice, World } from '../world.ts'
import { docPane, type PaneBox, type PaneModel } from './pane.ts'

/** The first thing one sees: which track, where, and where one left off. */
export function startPane(world: World, ui: UiState, box: PaneBox): PaneModel {
  const places = world.phase.kind === 'start' ? world.phase.places : []
  const cursor = placeCursor(ui, places)
  const lines: Line[] = [...wrapSpans([{ text: escapeControl(world.outline.summary) }], box.width), blank]
  const first = world.outline.steps[0]
  if (first)
    lines.push(
      ...wrapSpans(
        [
          { text: `starts with ${first.number} `, dim: true },
          { text: escapeControl(first.title), bold: true },
          { text: ` — ${escapeControl(first.goal.trim().replaceAll('\n', ' '))}`, dim: true },
        ],
        box.width,
      ),
      blank,
    )
  if (world.tracks.length > 1) {
    lines.push([
      { text: 'Track', bold: true, tone: 'accent' },
      { text: '  ← → to choose', dim: true },
    ])
    for (const track of world.tracks) {
      const here = track.id === world.outline.id
      lines.push([
        { text: here ? ' (•) ' : ' ( ) ' },
        { text: escapeControl(track.title), bold: here },
        { text: `  ${track.steps.length} steps`, dim: true },
      ])
    }
    lines.push(blank)
  }
  lines.push([
    { text: 'Where', bold: true, tone: 'accent' },
    { text: '  ↑ ↓ to choose, enter to start', dim: true },
  ])
  for (const [index, place] of places.entries()) {
    const here = index === cursor
    const mark = place.ready === null ? '·' : place.ready ? '✓' : '✗'
    const tone = place.ready === null ? {} : place.ready ? { tone: 'ok' as const } : { tone: 'wrong' as const }
    lines.push([
      { text: here ? ' › ' : '   ', tone: 'accent' },
      { text: `${mark} `, ...tone },
      { text: escapeControl(place.title), bold: here },
      ...resumeSpans(place, world.outline.id),
    ])
    lines.push(...wrapSpans([{ text: escapeControl(place.detail), dim: true }], box.width, [{ text: '     ' }]))
  }
  if (world.phase.kind === 'start' && world.phase.looking)
    lines.push([{ text: '   looking for your clusters …', dim: true }])
  const selectedLine = lines.findIndex((row) => row[0]?.text === ' › ')
  return docPane(ui, box, {
    id: 'start',
    title: [{ text: escapeControl(world.outline.title), bold: true }],
    lines,
    follow: Math.max(0, selectedLine + 3 - (box.height - 1)),
  })
}

/** Where one goes on: in this track, and that there is something in another. */
function resumeSpans({ resume = [] }: PlaceChoice, track: string): Span[] {
  const here = resume.find((entry) => entry.track === track)
  if (here)
    return [{ text: here.step === null ? '  every step proved' : `  goes on at step ${here.step}`, tone: 'accent' }]
  const [other] = resume
  return other ? [{ text: `  begun: track ${escapeControl(other.track)}`, dim: true }] : []
}

export function placeCursor(ui: UiState, places: readonly PlaceChoice[]): number {
  return Math.max(0, Math.min(ui.cursors.start ?? 0, places.length - 1))
}
