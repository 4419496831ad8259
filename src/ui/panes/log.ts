import { remember } from '../lines/remember.ts'
import type { UiState } from '../ui-state.ts'
import type { LogEntry } from './log-entries.ts'
import { listPane, type PaneBox, type PaneModel } from './pane.ts'

export const shownEntries = remember((entries: readonly LogEntry[], filter: string): readonly LogEntry[] => {
  const wanted = filter.toLowerCase()
  return wanted === '' ? entries : entries.filter((entry) => entry.text.toLowerCase().includes(wanted))
})

/** The cursor stays at the newest line until somebody moves it. */
export function logCursor(ui: UiState, count: number): number {
  return Math.max(0, Math.min(ui.cursors.log ?? count - 1, count - 1))
}

/** Every command with its output, in the order things happened. */
export function logPane(entries: readonly LogEntry[], ui: UiState, box: PaneBox): PaneModel {
  const filter = ui.filters.log ?? ''
  const shown = shownEntries(entries, filter)
  return listPane(ui, box, {
    id: 'log',
    title: [{ text: 'log' }, { text: '  every command and its output · y copies, o opens', dim: true }],
    ...(filter ? { status: `filter: ${filter} (${shown.length})` } : {}),
    count: shown.length,
    cursor: logCursor(ui, shown.length),
    row: (index, here) => {
      const entry = shown[index]
      if (!entry) return []
      return [
        { text: here ? '› ' : '  ', tone: 'accent' },
        { text: `${entry.time} `, dim: true },
        {
          text: entry.text,
          ...(entry.tone ? { tone: entry.tone } : {}),
          ...(entry.dim && !here ? { dim: true } : {}),
          ...(here ? { bold: true } : {}),
        },
      ]
    },
    empty: [
      {
        text: '  Nothing has been run since the workshop was opened.',
        dim: true,
      },
    ],
  })
}
