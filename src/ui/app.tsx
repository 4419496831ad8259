/** The root: passes keys on and, where Ink draws, the frame of the current values. It owns nothing but the size of the window. */
import { useApp, useInput, usePaste, useWindowSize } from 'ink'
import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react'
import { Rows } from './components/rows.tsx'
import { keyNames, typedBy } from './keys.ts'
import type { Painter } from './painter.ts'
import { paste, press } from './press.ts'
import type { Screen, Terminal } from './screen.ts'
import type { Palette } from './theme.ts'

/** What Ink itself cannot do for the screen. */
export interface Outside extends Pick<Terminal, 'write' | 'stop' | 'repaint'> {
  /** Somebody else had the terminal: its size may be another one now, and no signal said so. */
  returned(): void
}

/** Keys, and the terminal handed to others and taken back; the painter draws past Ink. */
export function PaintedApp({
  screen,
  outside,
  painter,
  hurry,
}: {
  screen: Screen
  outside: Outside
  painter: Painter
  /** A key was pressed: what came of it is waited for. */
  hurry(): void
}) {
  useKeys(screen, hurry)
  useTerminal(screen, outside, painter)
  return null
}

export function App({ screen, outside, palette }: { screen: Screen; outside: Outside; palette: Palette | null }) {
  useSyncExternalStore(screen.subscribe, screen.version)
  const { columns, rows } = useWindowSize()
  const began = performance.now()
  const frame = screen.frame({ columns, rows })

  useLayoutEffect(() => screen.cost(performance.now() - began))
  useTerminal(screen, outside, null)
  useKeys(screen)

  return <Rows lines={frame.lines} width={columns} palette={palette} />
}

function useTerminal(screen: Screen, outside: Outside, painter: Painter | null) {
  const { exit, suspendTerminal } = useApp()
  useEffect(() => {
    const suspend = (use: () => void | Promise<void>) =>
      suspendTerminal(async () => {
        painter?.close()
        try {
          await use()
        } finally {
          outside.returned()
          painter?.open()
          painter?.redraw()
        }
      })
    screen.attach({ unmount: () => exit(), suspend, ...outside })
  }, [screen, exit, suspendTerminal, outside, painter])
}

function useKeys(screen: Screen, afterwards?: () => void) {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) press(screen.host, name, typedBy(name))
    afterwards?.()
  })
  usePaste((text) => {
    paste(screen.host, text)
    afterwards?.()
  })
}
