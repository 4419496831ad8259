import type { Frame } from './frame.ts'
import type { UiStore } from './ui-state.ts'
import type { World } from './world.ts'

/** What a key press may reach. Everything with an effect outside the screen's own memory goes through here. */
export interface Host {
  ui: UiStore
  world(): World
  /** As it is on the screen now: scrolling moves in what one sees. */
  frame(): Frame
  exit(code: number): void
  copy(text: string): void
  shell(): void
  suspend(): void
  redraw(): void
  connect(): void
  chooseTrack(by: 1 | -1): void
  /** To the question of the way to the cluster; null goes back. */
  answer(answer: string | null): void
}
