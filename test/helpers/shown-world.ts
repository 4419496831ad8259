import type { Session } from '../../src/engine/session.types.ts'
import type { World } from '../../src/ui/world.ts'
import { trackOf } from './screen.ts'

/** What the screen shows of a session once it is connected. */
export function shownWorld(session: Session, change: Partial<World> = {}): World {
  const track = trackOf()
  return {
    tracks: [track],
    outline: track,
    phase: { kind: 'ready' },
    question: null,
    session,
    state: session.get(),
    quiz: true,
    canShell: true,
    tick: 0,
    ...change,
  }
}
