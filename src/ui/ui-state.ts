/** What the screen itself remembers: where one is looking, never anything about the workshop. Changes are pure. */
import type { WorkshopEvent } from '../engine/events.ts'
import type { View } from './keymap.ts'

export type Pane = 'lesson' | 'action' | 'proof'

export type Overlay =
  | { kind: 'help' }
  | { kind: 'explain'; flow: AskedFlow; row: ProofRowRef | null }
  /** `before`: what had been measured when this was asked; anything else is the answer. */
  | { kind: 'try'; flow: AskedFlow; before: WorkshopEvent | null }
  | { kind: 'drift' }
  | { kind: 'early'; intent: 'next' | 'run-step' }
  | { kind: 'output'; title: string; text: string; command: string | null }
  | { kind: 'reset' }
  | { kind: 'predict'; quiz: Quiz | null }
  | { kind: 'ask'; action: string; picked: number | null }
  | { kind: 'policy'; id: string }
  | { kind: 'finish' }
  | { kind: 'leave' }

export interface ProofRowRef {
  stage: string
  set: string
  id: string
}

/** As people read it, and exactly where names can stand for several. */
export interface AskedFlow {
  from: string
  to: string
  port?: number
  refs?: { from: string; to: string }
}

export interface Score {
  right: number
  total: number
}

export interface Quiz {
  /** One question is scored once. */
  id: string
  choices: readonly { from: string; to: string; port: number; why: string; closes: boolean }[]
  picked: readonly number[]
  answered: boolean
}

export type Input =
  /** `cursor`: where it stood, for who drops the filter. */
  | { kind: 'filter'; text: string; at: number; cursor?: number }
  | { kind: 'command'; text: string; at: number; completions: readonly string[] }
  | { kind: 'try'; text: string; at: number; completions: readonly string[] }
  | { kind: 'confirm'; text: string; at: number }

export interface UiState {
  view: View
  /** The pane that has the keys in the lesson view; `null`: the screen chooses by what is going on. */
  pane: Pane | null
  overlay: Overlay | null
  input: Input | null
  /** Scroll offsets and cursors by pane or view, so that every place is as one left it. */
  offsets: Readonly<Record<string, number>>
  cursors: Readonly<Record<string, number>>
  filters: Readonly<Partial<Record<View, string>>>
  /** Hints shown, by step. */
  hints: Readonly<Record<number, number>>
  /** `while`: it says something about now, and goes away when that is over. */
  toast: { text: string; wrong?: boolean; while?: 'busy' | 'watching' } | null
}

export const initialUi: UiState = {
  view: 'lesson',
  pane: null,
  overlay: null,
  input: null,
  offsets: {},
  cursors: {},
  filters: {},
  hints: {},
  toast: null,
}

export interface UiStore {
  get(): UiState
  update(change: Partial<UiState> | ((state: UiState) => Partial<UiState>)): void
  subscribe(listener: () => void): () => void
}

export function createUiStore(initial: UiState = initialUi): UiStore {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    update(change) {
      const patch = typeof change === 'function' ? change(state) : change
      const changed = (Object.keys(patch) as (keyof UiState)[]).some((key) => !Object.is(patch[key], state[key]))
      if (!changed) return
      state = { ...state, ...patch }
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export function withOffset(state: UiState, key: string, offset: number): Partial<UiState> {
  return { offsets: { ...state.offsets, [key]: offset } }
}

export function withCursor(state: UiState, key: string, cursor: number): Partial<UiState> {
  return { cursors: { ...state.cursors, [key]: cursor } }
}
