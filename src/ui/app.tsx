/** The root: draws the frame of the current values and passes keys on. It owns nothing but the size of the window. */
import { useApp, useInput, useWindowSize } from 'ink'
import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react'
import { Rows } from './components/rows.tsx'
import { buildFrame } from './frame.ts'
import { keyNames, typedText } from './keys.ts'
import type { Painter } from './painter.ts'
import { press } from './press.ts'
import type { Screen, Terminal } from './screen.ts'

/** What Ink itself cannot do for the screen. */
export interface Outside extends Pick<Terminal, 'write' | 'stop' | 'repaint'> {
  /** Draws on the other screen, past Ink; absent: Ink draws. */
  painter?: Painter
}

export function App({ screen, outside }: { screen: Screen; outside: Outside }) {
  useSyncExternalStore(screen.subscribe, screen.version)
  const { columns, rows } = useWindowSize()
  const { exit, suspendTerminal } = useApp()
  const began = performance.now()
  const frame = buildFrame(screen.world(), screen.host.ui.get(), { columns, rows })
  const { painter } = outside

  useLayoutEffect(() => {
    screen.drawn(frame, { columns, rows })
    painter?.paint(frame.lines, { columns, rows })
    screen.cost(performance.now() - began)
  })
  useEffect(() => {
    const suspend = (use: () => void | Promise<void>) =>
      suspendTerminal(async () => {
        painter?.close()
        try {
          await use()
        } finally {
          painter?.open()
          painter?.redraw()
        }
      })
    screen.attach({ unmount: () => exit(), suspend, ...outside })
  }, [screen, exit, suspendTerminal, outside, painter])
  useInput((input, key) => {
    const names = keyNames(input, key)
    if (screen.host.ui.get().input && names.length > 1) {
      press(screen.host, '', typedText(input, key))
      return
    }
    for (const name of names) press(screen.host, name, name === 'space' ? ' ' : name.length === 1 ? name : '')
  })

  return painter ? null : <Rows lines={frame.lines} width={columns} />
}
