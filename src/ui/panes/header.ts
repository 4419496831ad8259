import { escapeControl } from '../../errors/escape.ts'
import { justify, type Line, type Span } from '../lines/line.ts'
import { selectedNumber, type World } from '../world.ts'
import { spinner } from './action.ts'

/** Where one is, how far, and what is going on. */
export function headerLine(world: World, width: number): Line {
  const { state, phase } = world
  const left: Span[] = [{ text: ' hipster-workshop', bold: true }]
  if (state) {
    left.push({ text: '  ' }, { text: escapeControl(placeText(world)), tone: 'place' })
    if (width >= 110) left.push({ text: `  via ${state.place.via}`, dim: true })
  } else left.push({ text: `  ${escapeControl(world.outline.title)}`, dim: true })
  const right: Span[] = []
  const activity = activityText(world)
  if (activity) right.push({ text: `${spinner(world.tick)} ${activity}  `, tone: 'warn' })
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

function activityText(world: World): string {
  const { state, phase } = world
  if (phase.kind === 'connecting') return 'connecting'
  if (phase.kind === 'closing') return 'leaving'
  if (!state || state.mode === 'idle') return ''
  const step = state.run.current === null ? undefined : state.run.steps.get(state.run.current)
  if (state.mode === 'proving' && step) {
    const rows = [...step.probes.values()]
    const settled = rows.filter((row) => row.ok !== null).length
    return rows.length > 0 ? `proving ${settled}/${rows.length}` : 'proving'
  }
  return { acting: 'running', resetting: 'resetting', planning: 'planning', proving: 'proving' }[state.mode]
}

/** Above everything else in the body: what keeps the workshop from going on, and what to do. */
export function bannerLines(world: World, width: number): Line[] {
  const { state } = world
  if (!state) return []
  const lines: Line[] = []
  if (!state.connection.ok) {
    lines.push([
      {
        text: ` ! The cluster does not answer: ${escapeControl(state.connection.reason)}. Trying again by itself; nothing is lost.`,
        tone: 'wrong',
        bold: true,
      },
    ])
  }
  const [first, ...others] = state.drift
  if (first) {
    const more = others.length > 0 ? ` (and ${others.length} more: status)` : ''
    lines.push([{ text: ` ! ${escapeControl(first.text)}${more}`, tone: 'warn' }])
    if (first.repair) lines.push([{ text: '   repair: ', dim: true }, { text: escapeControl(first.repair) }])
  }
  return lines.map((row) => justify(row, [], width))
}
