/** A frame of the screen in a moment recorded of a real session, as rows of text. */
import type { SessionState } from '../../src/engine/session.types.ts'
import { buildFrame } from '../../src/ui/frame.ts'
import { lineText } from '../../src/ui/lines/line.ts'
import { initialUi, type UiState } from '../../src/ui/ui-state.ts'
import type { World } from '../../src/ui/world.ts'
import { type MomentName, recordedSession } from './recorded-session.ts'
import { trackOf } from './screen.ts'
import { shownWorld } from './shown-world.ts'

export interface FrameOptions {
  moment: MomentName
  ui?: Partial<UiState>
  state?: (state: SessionState) => Partial<SessionState>
  world?: Partial<World>
  columns?: number
  rows?: number
}

export function frameRows({ moment, ui, state, world, columns = 80, rows = 24 }: FrameOptions): string[] {
  const shown = shownWorld(recordedSession(moment, trackOf(), state), world)
  return buildFrame(shown, { ...initialUi, ...ui }, { columns, rows }).lines.map(lineText)
}
