/** The root: draws the frame of the current values and passes keys on. It owns nothing but the size of the window. */
import { useApp, useInput, useWindowSize } from 'ink'
import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react'
import { Rows } from './components/rows.tsx'
import { buildFrame } from './frame.ts'
import { keyNames, typedText } from './keys.ts'
import { press } from './press.ts'
import type { Screen, Terminal } from './screen.ts'

/** What Ink itself cannot do for the screen. */
export type Outside = Pick<Terminal, 'write' | 'stop' | 'repaint'>

export function App({ screen, outside }: { screen: Screen; outside: Outside }) {
  useSyncExternalStore(screen.subscribe, screen.version)
  const { columns, rows } = useWindowSize()
  const { exit, suspendTerminal } = useApp()
  const frame = buildFrame(screen.world(), screen.host.ui.get(), { columns, rows })

  useLayoutEffect(() => screen.drawn(frame, { columns, rows }))
  useEffect(() => {
    screen.attach({ unmount: () => exit(), suspend: (use) => suspendTerminal(async () => use()), ...outside })
  }, [screen, exit, suspendTerminal, outside])
  useInput((input, key) => {
    const names = keyNames(input, key)
    if (screen.host.ui.get().input && names.length > 1) {
      press(screen.host, '', typedText(input, key))
      return
    }
    for (const name of names) press(screen.host, name, name === 'space' ? ' ' : name.length === 1 ? name : '')
  })

  return <Rows lines={frame.lines} width={columns} />
}
