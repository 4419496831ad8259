/** What the cursor stands on: the flow to explain, the command to copy, the output to open. */
import type { BoardPolicy } from '../policy/views.types.ts'
import type { Host } from './host.ts'
import { focusedPane } from './layout.ts'
import { boardCursor } from './panes/board.ts'
import { shownFlows } from './panes/flows.ts'
import { logCursor, shownEntries } from './panes/log.ts'
import { logBookOf } from './panes/log-book.ts'
import type { LogEntry } from './panes/log-entries.ts'
import { matrixSelected } from './panes/matrix.ts'
import { sourceOf, targetOf } from './panes/matrix-grid.ts'
import { proofCursor } from './panes/proof.ts'
import { type ProofItem, proofItems } from './panes/proof-items.ts'
import type { AskedFlow, ProofRowRef, UiState } from './ui-state.ts'
import { boardView, flowsView, matrixView } from './views.ts'
import { probeFrom, probeTarget, probeTo } from './words.ts'
import { selectedStep, selectedStepState, type World } from './world.ts'

export interface SelectedFlow {
  flow: AskedFlow
  /** When it is a row of the proof. */
  row: ProofRowRef | null
}

export function selectedFlow(world: World, ui: UiState): SelectedFlow | null {
  switch (ui.view) {
    case 'matrix': {
      const asked = matrixView(world)
      const row = asked.ok ? matrixSelected(asked.view, ui) : null
      if (!row) return null
      const refs = { from: `${row.from.namespace}/${row.from.pods[0]}`, to: `${row.to.service}.${row.to.namespace}` }
      return { flow: { from: sourceOf(row), to: targetOf(row).replace(/:.*/, ''), port: row.port, refs }, row: null }
    }
    case 'flows': {
      const asked = flowsView(world)
      if (!asked.ok) return null
      const rows = shownFlows(asked.view, ui.filters.flows ?? '')
      const row = rows[Math.max(0, Math.min(ui.cursors.flows ?? 0, rows.length - 1))]
      if (!row) return null
      const { from, to, port, refs } = row
      return { flow: { from, to: to.replace(/:.*/, ''), port, ...(refs ? { refs } : {}) }, row: null }
    }
    default: {
      const item = selectedProof(world, ui)
      if (item?.kind !== 'probe') return null
      const { probe, stage, set } = item.row
      return {
        flow: { from: probe.from.workload, ...probeTarget(probe) },
        row: { stage, set, id: probe.id },
      }
    }
  }
}

function selectedProof(world: World, ui: UiState): ProofItem | null {
  const step = selectedStep(world)
  if (!step) return null
  const items = proofItems(step, selectedStepState(world))
  return items[proofCursor(world, ui, items)] ?? null
}

export function selectedEntry(world: World, ui: UiState): LogEntry | null {
  const shown = shownEntries(logBookOf(world), ui.filters.log ?? '')
  return shown[logCursor(ui, shown.length)] ?? null
}

/** The line `y` copies: of the log entry, of the proof row when it has the keys, else the next action. */
export function selectedCommand(world: World, ui: UiState): string | null {
  if (ui.view === 'log') return selectedEntry(world, ui)?.command ?? null
  const item = selectedProof(world, ui)
  if (ui.view === 'lesson' && focusedPane(world, ui) === 'proof' && item?.kind === 'probe' && item.row.evidence)
    return item.row.evidence.command
  if (world.state?.nextAction?.command) return world.state.nextAction.command
  const last = selectedStepState(world)?.actions.at(-1)?.command
  return last ?? (item?.kind === 'probe' ? (item.row.evidence?.command ?? null) : null)
}

/** `o`: the tool's own words, whole. */
export function openOutput(host: Host) {
  const { ui } = host
  const world = host.world()
  const state = ui.get()
  const show = (title: string, text: string, command: string | null) =>
    ui.update((current) => ({
      overlay: { kind: 'output', title, text, command },
      offsets: { ...current.offsets, 'overlay:output': 0, 'overlay:output:sideways': 0 },
    }))
  if (state.view === 'log') {
    const entry = selectedEntry(world, state)
    if (!entry) return ui.update({ toast: { text: 'No output yet: nothing has been run here.' } })
    show(
      'output',
      entry.full ?? entry.text,
      entry.command && entry.full !== entry.command && !entry.full?.startsWith('$ ') ? entry.command : null,
    )
    return
  }
  const item = selectedProof(world, state)
  if (focusedPane(world, state) !== 'action' && item?.kind === 'probe' && item.row.evidence) {
    const { evidence, probe } = item.row
    return show(
      `${probeFrom(probe)} → ${probeTo(probe)}`,
      `${evidence.output.trimEnd()}\n\nexit code ${evidence.exitCode ?? 'none'}`,
      evidence.command,
    )
  }
  const actions = selectedStepState(world)?.actions.filter((action) => action.output.length > 0) ?? []
  const last = actions.at(-1)
  if (!last) return ui.update({ toast: { text: 'No output yet: nothing has been run in this step.' } })
  show(
    last.title,
    actions.length === 1
      ? textOf(last.output)
      : actions.map((action) => `$ ${action.command}\n${textOf(action.output)}`).join('\n\n'),
    actions.length === 1 ? last.command : null,
  )
}

function textOf(output: readonly { text: string }[]): string {
  return output
    .map((chunk) => chunk.text)
    .join('')
    .trimEnd()
}

export function selectedPolicy(world: World, ui: UiState): BoardPolicy | null {
  const asked = boardView(world)
  if (!asked.ok) return null
  const cursor = boardCursor(ui, asked.view)
  return asked.view.tiers[cursor.tier]?.policies[cursor.policy] ?? null
}

export function openPolicy(host: Host) {
  const policy = selectedPolicy(host.world(), host.ui.get())
  if (!policy) return host.ui.update({ toast: { text: 'There is no policy here to open; ← and → go to other tiers.' } })
  host.ui.update((state) => ({
    overlay: { kind: 'policy', id: policy.id },
    offsets: { ...state.offsets, 'overlay:policy': 0 },
  }))
}
