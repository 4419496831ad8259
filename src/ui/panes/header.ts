import { escapeControl } from '../../errors/escape.ts'
import { highlightShell } from '../lines/highlight.ts'
import { justify, type Line, type Span } from '../lines/line.ts'
import { wrapCommand, wrapSpans } from '../lines/wrap.ts'
import type { UiState } from '../ui-state.ts'
import { clock } from '../words.ts'
import { selectedNumber, type World } from '../world.ts'
import { spinner } from './action.ts'
import { isMeasuring } from './try.ts'

/** What is over sooner needs no clock. */
const leastSeconds = 3

/** Where one is, how far, and what is going on. */
export function headerLine(world: World, ui: UiState, width: number): Line {
  const { state, phase } = world
  const left: Span[] = [{ text: ' hipster-workshop', bold: true }]
  if (state) {
    left.push({ text: '  ' }, { text: escapeControl(placeText(world)), tone: 'place' })
    if (width >= 110) left.push({ text: `  via ${state.place.via}`, dim: true })
  } else left.push({ text: `  ${escapeControl(world.outline.title)}`, dim: true })
  const right: Span[] = [{ text: ' ' }]
  const activity = activityText(world, ui)
  const seconds = world.busyFor ?? 0
  const patience = activity && seconds >= leastSeconds ? ` ${clock(seconds)}` : ''
  if (activity) right.push({ text: `${spinner(world.tick)} ${activity}${patience}  `, tone: 'warn' })
  if (phase.kind === 'ready' && state) {
    const last = world.outline.steps.at(-1)?.number ?? 0
    const proved = [...state.run.steps.values()].filter((step) => step.status === 'passed').length
    right.push({ text: `step ${selectedNumber(world)} of ${last} · ${proved} proved` })
  }
  right.push({ text: '  ? help ', dim: true })
  return justify(left, right, width)
}

function placeText(world: World): string {
  const place = world.state?.place
  if (!place) return ''
  const where = place.isSandbox ? 'sandbox' : place.name
  return [where, [place.edition, place.version].filter(Boolean).join(' ')].filter(Boolean).join(' · ')
}

function activityText(world: World, { overlay }: UiState): string {
  const { state, phase } = world
  if (phase.kind === 'connecting') return 'connecting'
  if (phase.kind === 'closing') return 'leaving'
  if (!state || state.mode === 'idle') return ''
  if (overlay?.kind === 'try' && isMeasuring(state, overlay)) return 'measuring'
  const step = state.run.current === null ? undefined : state.run.steps.get(state.run.current)
  if (state.mode === 'proving' && step) {
    const rows = [...step.probes.values()]
    const settled = rows.filter((row) => row.ok !== null).length
    return rows.length > 0 ? `proving ${settled}/${rows.length}` : 'proving'
  }
  return { acting: 'running', resetting: 'resetting', planning: 'planning', proving: 'proving' }[state.mode]
}

/** Above everything else in the body: what keeps the workshop from going on, and what to do; at most `rows` lines. */
export function bannerLines({ state }: World, width: number, rows: number): Line[] {
  if (!state) return []
  const lines: Line[] = []
  const say = (text: string, tone: 'wrong' | 'warn', bold = false) =>
    lines.push(...wrapSpans([{ text, tone, bold }], width - 1, [{ text: ' ' }], [{ text: '   ' }]))
  if (!state.connection.ok)
    say(
      `! The cluster does not answer: ${escapeControl(state.connection.reason).replace(/\.+$/, '')}. Trying again by itself; nothing is lost.`,
      'wrong',
      true,
    )
  if (state.holder) {
    const { host, pid, since } = state.holder
    say(
      `‖ Watching: process ${pid} on ${escapeControl(host)} works on this track since ${clockTime(since)}. What changes the cluster waits until it is done.`,
      'warn',
    )
  }
  const [first] = state.drift
  if (first && !state.holder) {
    const others = state.drift.length - 1
    say(`! ${escapeControl(first.text)}${others > 0 ? ` (and ${others} more: d)` : ''}`, 'warn')
    for (const [index, part] of wrapCommand(escapeControl(first.repair), width - 12).entries())
      lines.push([{ text: index === 0 ? '   repair: ' : '           ', dim: true }, ...highlightShell(part)])
  }
  if (lines.length <= rows) return lines
  return [
    ...lines.slice(0, rows - 1),
    justify(lines[rows - 1] ?? [], [{ text: ' (d shows it all)', dim: true }], width),
  ]
}

/** `since 18:02` of an ISO time, here and now. */
function clockTime(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? escapeControl(iso) : date.toTimeString().slice(0, 5)
}
