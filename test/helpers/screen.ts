/** The whole screen on a fake terminal, over a scripted session: what a test types and what it sees. */
import { createElement } from 'react'
import { App } from '../../src/ui/app.tsx'
import type { Timers } from '../../src/ui/batch.ts'
import type { ConnectHost, ScreenWork } from '../../src/ui/screen.ts'
import { createScreen, type Screen } from '../../src/ui/screen.ts'
import { type Palette, palettes } from '../../src/ui/theme.ts'
import { listTracks, loadTrack, packagedContentDir } from '../../src/workshop/load.ts'
import type { Track } from '../../src/workshop/step.ts'
import { render, type Terminal } from './render.tsx'
import { createScriptedSession, type Script, type ScriptedSession } from './scripted-session.ts'

const contentDir = packagedContentDir()
const tracks = new Map<string, Track>()

export function trackOf(id = 'calico'): Track {
  const known = tracks.get(id) ?? loadTrack(contentDir, id)
  tracks.set(id, known)
  return known
}

/** Nothing waits: changes of a session reach the screen with the next turn of the loop. */
const promptTimers: Timers = {
  now: () => 0,
  after(_, run) {
    const turn = setImmediate(run)
    return () => clearImmediate(turn)
  },
}

export interface ScreenUnderTest extends Terminal {
  screenModel: Screen
  session(): ScriptedSession
  exitCode(): number | null
  copied: string[]
}

export function openScreen(
  options: {
    columns?: number
    rows?: number
    script?: Script
    palette?: Palette
    work?: Partial<ScreenWork>
    connect?: (host: ConnectHost) => Promise<void>
  } = {},
): ScreenUnderTest {
  let session: ScriptedSession | null = null
  const all = listTracks(contentDir).map((id) => trackOf(id))
  const screen = createScreen({
    tracks: all,
    track: 'calico',
    quiz: true,
    animate: false,
    timers: promptTimers,
    async connect(choice, host) {
      await options.connect?.(host)
      session = createScriptedSession(trackOf(choice.track), options.script)
      return session
    },
    ...options.work,
  })
  let code: number | null = null
  const copied: string[] = []
  const outside = {
    write: (data: string) => void copied.push(data),
    stop: async () => {},
    repaint: () => {},
    returned: () => {},
  }
  const node = createElement(App, { screen, outside, palette: options.palette ?? palettes.dark })
  const terminal = render(node, { columns: options.columns ?? 80, rows: options.rows ?? 24 })
  terminal.instance.waitUntilExit().then(
    () => {
      code = screen.outcome.code
      screen.dispose()
    },
    () => {},
  )
  screen.begin()
  return {
    ...terminal,
    screenModel: screen,
    session() {
      if (!session) throw new Error('not connected yet')
      return session
    },
    exitCode: () => code,
    copied,
  }
}
