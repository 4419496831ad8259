/** What commands do that is more than one line: towards the session, and in the screen's own memory. */

import type { Intent } from '../engine/session.types.ts'
import { exitCodes } from '../errors/exit-codes.ts'
import { explain } from './asking.ts'
import type { Host } from './host.ts'
import { nextThing } from './next.ts'
import { openOutput, openPolicy } from './selection.ts'
import { stillWorking, toast, toastWhile } from './toast.ts'
import { isBusy, selectedStep, stepsMissing } from './world.ts'

/** Enter: opens the line in a list, else does the next sensible thing. */
export function enter(host: Host) {
  const { ui } = host
  switch (host.world().phase.kind === 'ready' ? ui.get().view : 'lesson') {
    case 'matrix':
    case 'flows':
      return explain(host, [])
    case 'board':
      return openPolicy(host)
    case 'log':
      return openOutput(host)
    default:
      return runNext(host)
  }
}

export function runNext(host: Host) {
  const { ui } = host
  const world = host.world()
  const thing = nextThing(world)
  switch (thing.kind) {
    case 'wait':
      return stillWorking(host)
    case 'start':
    case 'retry-connect':
      return host.connect()
    case 'action': {
      if (isWatching(host) || isEarly(host, 'next')) return
      const next = world.state?.nextAction
      const action = selectedStep(world)
        ?.stages.find((stage) => stage.id === next?.stage)
        ?.actions.find((candidate) => candidate.id === next?.action)
      if (action?.kind === 'ask' && world.quiz)
        return ui.update({ overlay: { kind: 'ask', action: action.id, picked: null } })
      ui.update({ pane: null })
      return world.session?.send({ type: 'next' })
    }
    case 'prove':
      if (isEarly(host, 'next')) return
      ui.update({ pane: null })
      return world.session?.send({ type: 'next' })
    case 'prove-again':
      ui.update({ pane: null })
      return world.session?.send({ type: 'prove' })
    case 'step':
      return goToStep(host, thing.step)
    case 'finish':
      return ui.update({ overlay: { kind: 'finish' } })
  }
}

/** For commands that change the cluster: one thing at a time. */
export function intend(host: Host, intent: Intent) {
  const world = host.world()
  if (!world.session) return toast(host, 'Not connected yet.')
  if (isBusy(world)) return stillWorking(host)
  if (intent.type !== 'prove' && isWatching(host)) return
  if (intent.type === 'run-step' && isEarly(host, 'run-step')) return
  host.ui.update({ pane: null, overlay: null, view: 'lesson' })
  world.session.send(intent)
}

/** While another process works on the track this one changes nothing. */
export function isWatching(host: Host): boolean {
  const holder = host.world().state?.holder
  if (holder)
    toastWhile(
      host,
      'watching',
      `Only watching: process ${holder.pid} on ${holder.host} works here. What changes the cluster waits.`,
    )
  return Boolean(holder)
}

/** The step builds on others that nobody has done: asked first, not found out by errors. */
function isEarly(host: Host, intent: 'next' | 'run-step'): boolean {
  if (stepsMissing(host.world()).length === 0) return false
  host.ui.update((ui) => ({ overlay: { kind: 'early', intent }, offsets: { ...ui.offsets, 'overlay:early': 0 } }))
  return true
}

export function goToStep(host: Host, number: number) {
  const world = host.world()
  const known = world.outline.steps.some((step) => step.number === number)
  if (!known)
    return toast(
      host,
      `There is no step ${Number.isNaN(number) ? 'like that' : number}; they go from ${world.outline.steps[0]?.number ?? 0} to ${world.outline.steps.at(-1)?.number ?? 0}.`,
      true,
    )
  if (!world.session) return toast(host, 'Not connected yet.')
  world.session.send({ type: 'select-step', step: number })
  host.ui.update({ view: 'lesson', pane: null, overlay: null })
}

export function goToNeighbour(host: Host, by: 1 | -1) {
  const world = host.world()
  const at = world.outline.steps.findIndex((step) => step.number === world.state?.selected)
  const neighbour = world.outline.steps[at + by]
  if (at >= 0 && neighbour) goToStep(host, neighbour.number)
}

export function showHint(host: Host, solution: boolean) {
  const step = selectedStep(host.world())
  if (!step) return toast(host, 'Not connected yet.')
  const last = step.hints.length + 1
  const shown = host.ui.get().hints[step.number] ?? 0
  const next = solution ? last : Math.min(last, shown + 1)
  host.ui.update((ui) => ({
    view: 'lesson',
    pane: 'lesson',
    overlay: null,
    hints: { ...ui.hints, [step.number]: next },
  }))
  if (next < last)
    toast(host, next === step.hints.length ? 'h once more shows the solution.' : 'h once more gives a stronger hint.')
}

export function planReset(host: Host, target: string | undefined) {
  const world = host.world()
  if (!world.session || !world.state) return toast(host, 'Not connected yet.')
  if (isBusy(world)) return stillWorking(host)
  const first = world.outline.steps[0]?.number ?? 0
  let to: number | null = world.state.selected <= first ? null : world.state.selected - 1
  if (target === 'all') to = null
  else if (target !== undefined) {
    to = Number(target)
    if (!world.outline.steps.some((step) => step.number === to)) return toast(host, `There is no step ${target}.`, true)
  }
  world.session.send({ type: 'plan-reset', to })
  host.ui.update((ui) => ({ overlay: { kind: 'reset' }, offsets: { ...ui.offsets, 'overlay:reset': 0 } }))
}

export function openFilter(host: Host, wanted = '') {
  const { view, filters } = host.ui.get()
  if (view !== 'matrix' && view !== 'flows' && view !== 'log')
    return toast(host, 'The matrix (2), the flows (4) and the log (5) can be filtered.')
  if (wanted !== '') return host.ui.update({ filters: { ...filters, [view]: wanted } })
  const text = filters[view] ?? ''
  const cursor = host.ui.get().cursors[view]
  host.ui.update({ input: { kind: 'filter', text, at: text.length, ...(cursor === undefined ? {} : { cursor }) } })
}

export function quit(host: Host) {
  const world = host.world()
  // Planning only looks: nothing is lost with it.
  if (isBusy(world) && world.state && world.state.mode !== 'planning')
    return host.ui.update({ overlay: { kind: 'leave' } })
  host.exit(exitCodes.done)
}

/** One step out: a filter, an own pane, a running action; never out of the program. */
export function back(host: Host) {
  const { ui } = host
  const state = ui.get()
  const world = host.world()
  if (state.filters[state.view]) return ui.update({ filters: { ...state.filters, [state.view]: '' } })
  if (isBusy(world) && world.session) {
    world.session.send({ type: 'cancel' })
    return toast(host, 'Cancelled; what was applied stays.')
  }
  if (state.view !== 'lesson') return ui.update({ view: 'lesson' })
  ui.update({ pane: null })
}
