/** What every command does. Keys and the `:` line both end up here. */
import { exitCodes } from '../errors/exit-codes.ts'
import { parseFlow } from './command-line.ts'
import type { CommandName } from './command-names.ts'
import type { Host } from './host.ts'
import { focusedPane } from './layout.ts'
import { move, moveSideways } from './moving.ts'
import { nextThing } from './next.ts'
import { makeQuiz } from './panes/predict.ts'
import { openOutput, openPolicy, selectedCommand, selectedFlow } from './selection.ts'
import { predictView } from './views.ts'
import { isBusy, selectedStep } from './world.ts'

const paneOrder = ['lesson', 'action', 'proof'] as const

export function runCommand(host: Host, command: CommandName, args: readonly string[]): void {
  const { ui } = host
  const world = host.world()
  const { session, state } = world
  switch (command) {
    case 'next':
      return enter(host)
    case 'auto':
      return intend(host, () => session?.send({ type: 'run-step' }))
    case 'run-all':
      return intend(host, () => session?.send({ type: 'run-all' }))
    case 'prove':
      return intend(host, () => {
        ui.update({ view: 'lesson', overlay: null, pane: null })
        session?.send({ type: 'prove' })
      })
    case 'step':
      return goToStep(host, Number(args[0] ?? Number.NaN))
    case 'previous-step':
    case 'next-step':
      return goToNeighbour(host, command === 'next-step' ? 1 : -1)
    case 'hint':
    case 'solution':
      return showHint(host, command === 'solution')
    case 'predict':
      return predict(host)
    case 'reset':
      return planReset(host, args[0])
    case 'explain': {
      const flow = args.length > 0 ? parseFlow(args) : null
      if (flow && !flow.ok) return toast(host, flow.message, true)
      const chosen = flow ?? selectedFlow(world, ui.get())
      if (!chosen) return toast(host, 'Nothing to explain here yet: choose a row of the proof, or a cell of the matrix (2).')
      return ui.update({ overlay: { kind: 'explain', from: chosen.from, to: chosen.to, ...(chosen.port === undefined ? {} : { port: chosen.port }) }, offsets: { ...ui.get().offsets, 'overlay:explain': 0 } })
    }
    case 'try':
      return tryFlow(host, args)
    case 'output':
      return openOutput(host)
    case 'copy': {
      const text = selectedCommand(world, ui.get())
      return text ? host.copy(text) : toast(host, 'There is no command here to copy.')
    }
    case 'lesson':
    case 'matrix':
    case 'board':
    case 'flows':
    case 'log':
      return ui.update({ view: command, overlay: null, ...(command === 'lesson' ? { pane: null } : {}) })
    case 'finish':
      return ui.update({ overlay: { kind: 'finish' } })
    case 'filter':
      return openFilter(host)
    case 'next-pane':
    case 'previous-pane': {
      const at = paneOrder.indexOf(focusedPane(world, ui.get()))
      const step = command === 'next-pane' ? 1 : paneOrder.length - 1
      return ui.update({ view: 'lesson', pane: paneOrder[(at + step) % paneOrder.length] ?? null })
    }
    case 'down':
    case 'up':
      return move(host, command === 'down' ? 1 : -1)
    case 'page-down':
    case 'page-up':
      return move(host, command === 'page-down' ? 'page-down' : 'page-up')
    case 'home':
    case 'end':
      return move(host, command)
    case 'left':
    case 'right':
      if (world.phase.kind === 'start') return host.chooseTrack(command === 'right' ? 1 : -1)
      if (!moveSideways(host, command === 'right' ? 1 : -1)) goToNeighbour(host, command === 'right' ? 1 : -1)
      return
    case 'shell':
      return world.canShell && session ? host.shell() : toast(host, 'A shell can be opened once the cluster is connected.')
    case 'connect':
      return host.connect()
    case 'command-line':
      return ui.update({ input: { kind: 'command', text: '', at: 0, completions: [] } })
    case 'back':
      return back(host)
    case 'redraw':
      return host.redraw()
    case 'suspend':
      return host.suspend()
    case 'help':
      return ui.update({ overlay: { kind: 'help' } })
    case 'quit':
      if (isBusy(world) && state) return ui.update({ overlay: { kind: 'leave' } })
      return host.exit(exitCodes.done)
    case 'interrupt':
      return host.exit(exitCodes.interrupted)
  }
}

/** Enter: opens the line in a list, else does the next sensible thing. */
function enter(host: Host): void {
  const { ui } = host
  switch (host.world().phase.kind === 'ready' ? ui.get().view : 'lesson') {
    case 'matrix':
    case 'flows':
      return runCommand(host, 'explain', [])
    case 'board':
      return openPolicy(host)
    case 'log':
      return openOutput(host)
    default:
      return runNext(host)
  }
}

export function runNext(host: Host): void {
  const { ui } = host
  const world = host.world()
  const thing = nextThing(world)
  switch (thing.kind) {
    case 'wait':
      return toast(host, world.state ? 'Still working; esc cancels.' : 'The cluster is being connected; read on meanwhile.')
    case 'start':
    case 'retry-connect':
      return host.connect()
    case 'action': {
      const next = world.state?.nextAction
      const action = selectedStep(world)
        ?.stages.find((stage) => stage.id === next?.stage)
        ?.actions.find((candidate) => candidate.id === next?.action)
      if (action?.kind === 'ask') return ui.update({ overlay: { kind: 'ask', action: action.id, picked: null } })
      ui.update({ pane: null })
      return world.session?.send({ type: 'next' })
    }
    case 'prove':
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
function intend(host: Host, send: () => void): void {
  const world = host.world()
  if (!world.session) return toast(host, 'Not connected yet.')
  if (isBusy(world)) return toast(host, 'Still working; esc cancels.')
  host.ui.update({ pane: null, overlay: null, view: 'lesson' })
  send()
}

function goToStep(host: Host, number: number): void {
  const world = host.world()
  const known = world.outline.steps.some((step) => step.number === number)
  if (!known) return toast(host, `There is no step ${Number.isNaN(number) ? 'like that' : number}; they go from ${world.outline.steps[0]?.number ?? 0} to ${world.outline.steps.at(-1)?.number ?? 0}.`, true)
  if (!world.session) return toast(host, 'Not connected yet.')
  world.session.send({ type: 'select-step', step: number })
  host.ui.update({ view: 'lesson', pane: null, overlay: null })
}

function goToNeighbour(host: Host, by: 1 | -1): void {
  const world = host.world()
  const at = world.outline.steps.findIndex((step) => step.number === world.state?.selected)
  const neighbour = world.outline.steps[at + by]
  if (at >= 0 && neighbour) goToStep(host, neighbour.number)
}

function showHint(host: Host, solution: boolean): void {
  const step = selectedStep(host.world())
  if (!step) return toast(host, 'Not connected yet.')
  const last = step.hints.length + 1
  const shown = host.ui.get().hints[step.number] ?? 0
  const next = solution ? last : Math.min(last, shown + 1)
  host.ui.update((ui) => ({ view: 'lesson', pane: 'lesson', overlay: null, hints: { ...ui.hints, [step.number]: next } }))
  if (next < last) toast(host, next === step.hints.length ? 'h once more shows the solution.' : 'h once more gives a stronger hint.')
}

function predict(host: Host): void {
  const world = host.world()
  const answer = predictView(world)
  if (!world.state?.nextAction || !world.session?.views.predict) return toast(host, 'Nothing is about to change.')
  const quiz = world.quiz && answer.ok && answer.view ? makeQuiz(world.state.selected, answer.view) : null
  const asked = quiz && host.ui.get().quiz[quiz.step] === undefined ? quiz : null
  host.ui.update((ui) => ({ overlay: { kind: 'predict', quiz: asked }, offsets: { ...ui.offsets, 'overlay:predict': 0 } }))
}

function planReset(host: Host, target: string | undefined): void {
  const world = host.world()
  if (!world.session || !world.state) return toast(host, 'Not connected yet.')
  if (isBusy(world)) return toast(host, 'Still working; esc cancels.')
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

function tryFlow(host: Host, args: readonly string[]): void {
  const world = host.world()
  if (!world.session) return toast(host, 'Not connected yet.')
  if (args.length === 0) {
    const flow = selectedFlow(world, host.ui.get())
    const text = flow ? `${flow.from} ${flow.to}${flow.port === undefined ? '' : `:${flow.port}`}` : ''
    return host.ui.update({ input: { kind: 'try', text, at: text.length, completions: [] } })
  }
  const flow = parseFlow(args)
  if (!flow.ok) return toast(host, flow.message, true)
  if (isBusy(world)) return toast(host, 'Still working; esc cancels.')
  const port = flow.port === undefined ? {} : { port: flow.port }
  world.session.send({ type: 'try-flow', from: flow.from, to: flow.to, ...port })
  host.ui.update((ui) => ({ overlay: { kind: 'try', from: flow.from, to: flow.to, ...port }, offsets: { ...ui.offsets, 'overlay:try': 0 } }))
}

function openFilter(host: Host): void {
  const { view, filters } = host.ui.get()
  if (view !== 'matrix' && view !== 'flows' && view !== 'log') return toast(host, 'The matrix (2), the flows (4) and the log (5) can be filtered.')
  const text = filters[view] ?? ''
  host.ui.update({ input: { kind: 'filter', text, at: text.length } })
}

/** One step out: a filter, an own pane, a running action; never out of the program. */
function back(host: Host): void {
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

function toast(host: Host, text: string, wrong = false): void {
  host.ui.update({ toast: { text, ...(wrong ? { wrong } : {}) } })
}

