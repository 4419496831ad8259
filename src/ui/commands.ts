/** What every command does. Keys and the `:` line both end up here. */
import { exitCodes } from '../errors/exit-codes.ts'
import { back, enter, goToNeighbour, goToStep, intend, openFilter, planReset, quit, showHint } from './acting.ts'
import { explain, predict, tryFlow } from './asking.ts'
import { completeCommand } from './command-line.ts'
import type { CommandName } from './command-names.ts'
import type { Host } from './host.ts'
import type { View } from './keymap.ts'
import { knownNames } from './known-names.ts'
import { kubectlLine } from './kubectl-line.ts'
import { focusedPane } from './layout.ts'
import { move, moveSideways } from './moving.ts'
import { openOutput, selectedCommand } from './selection.ts'
import { toast } from './toast.ts'
import { writeYourself } from './write-yourself.ts'

type Handler = (host: Host, args: readonly string[]) => void

const handlers: Readonly<Record<CommandName, Handler>> = {
  next: enter,
  auto: (host) => intend(host, { type: 'run-step' }),
  'run-all': (host) => intend(host, { type: 'run-all' }),
  prove: (host) => intend(host, { type: 'prove' }),
  step: (host, args) => goToStep(host, Number(args[0] ?? Number.NaN)),
  'previous-step': (host) => goToNeighbour(host, -1),
  'next-step': (host) => goToNeighbour(host, 1),
  hint: (host) => showHint(host, false),
  solution: (host) => showHint(host, true),
  predict,
  write: writeYourself,
  reset: (host, args) => planReset(host, args[0]),
  explain,
  drift: openDrift,
  try: tryFlow,
  output: openOutput,
  copy(host) {
    const text = selectedCommand(host.world(), host.ui.get())
    if (text) host.copy(text)
    else toast(host, 'There is no command here to copy.')
  },
  lesson: (host) => host.ui.update({ view: 'lesson', overlay: null, pane: null }),
  matrix: (host) => show(host, 'matrix'),
  board: (host) => show(host, 'board'),
  flows: (host) => show(host, 'flows'),
  log: (host) => show(host, 'log'),
  finish: (host) => host.ui.update({ overlay: { kind: 'finish' } }),
  filter: (host, args) => openFilter(host, args.join(' ')),
  'next-pane': (host) => turnPane(host, 1),
  'previous-pane': (host) => turnPane(host, -1),
  down: (host) => move(host, 1),
  up: (host) => move(host, -1),
  left: (host) => sideways(host, -1),
  right: (host) => sideways(host, 1),
  'page-down': (host) => move(host, 'page-down'),
  'page-up': (host) => move(host, 'page-up'),
  home: (host) => move(host, 'home'),
  end: (host) => move(host, 'end'),
  shell(host) {
    const { canShell, session } = host.world()
    if (canShell && session) host.shell()
    else toast(host, 'A shell can be opened once the cluster is connected.')
  },
  kubectl: showKubectl,
  connect: (host) => host.connect(),
  'command-line': openCommandLine,
  back,
  redraw: (host) => host.redraw(),
  suspend: (host) => host.suspend(),
  help: (host) => host.ui.update({ overlay: { kind: 'help' } }),
  quit,
  interrupt: (host) => host.exit(exitCodes.interrupted),
}

export function runCommand(host: Host, command: CommandName, args: readonly string[]): void {
  handlers[command](host, args)
}

function showKubectl(host: Host) {
  const { state } = host.world()
  if (!state) return toast(host, 'Not connected yet.')
  const text =
    'What you change with your own kubectl shows here within a second. s opens a shell in which it is set already.'
  host.ui.update((ui) => ({
    overlay: { kind: 'output', title: 'your own kubectl', text, command: kubectlLine(state.place) },
    offsets: { ...ui.offsets, 'overlay:output': 0 },
  }))
}

function openDrift(host: Host) {
  const { state } = host.world()
  if (!state) return toast(host, 'Not connected yet.')
  if (state.drift.length === 0) return toast(host, 'Everything is as the steps left it.')
  host.ui.update((ui) => ({ overlay: { kind: 'drift' }, offsets: { ...ui.offsets, 'overlay:drift': 0 } }))
}

/** Before there is anything to show, a view would only be a surprise later. */
function show(host: Host, view: View) {
  if (!host.world().session) return toast(host, 'The views have something to show once a cluster is connected.')
  host.ui.update({ view, overlay: null })
}

/** With all there is to choose from: nobody knows the names by heart. */
function openCommandLine(host: Host) {
  const completions = completeCommand('', knownNames(host.world()))
  host.ui.update({ input: { kind: 'command', text: '', at: 0, completions } })
}

const paneOrder = ['lesson', 'action', 'proof'] as const

function turnPane(host: Host, by: 1 | -1) {
  const at = paneOrder.indexOf(focusedPane(host.world(), host.ui.get()))
  host.ui.update({ view: 'lesson', pane: paneOrder[(at + by + paneOrder.length) % paneOrder.length] ?? null })
}

function sideways(host: Host, by: 1 | -1) {
  if (host.world().phase.kind === 'start') host.chooseTrack(by)
  else if (!moveSideways(host, by)) goToNeighbour(host, by)
}
