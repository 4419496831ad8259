/** The root: draws the frame of the current values and passes keys on. It owns nothing but the size of the window. */
import { useApp, useInput, useWindowSize } from 'ink'
import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react'
import { Rows } from './components/rows.tsx'
import { buildFrame } from './frame.ts'
import { keyNames, typedText } from './keys.ts'
import { press } from './press.ts'
import type { Screen, Terminal } from './screen.ts'

export function App({ screen, write, stop }: { screen: Screen; write: Terminal['write']; stop: Terminal['stop'] }) {
  useSyncExternalStore(screen.subscribe, screen.version)
  const { columns, rows } = useWindowSize()
  const { exit, suspendTerminal } = useApp()
  const frame = buildFrame(screen.world(), screen.host.ui.get(), { columns, rows })

  useLayoutEffect(() => screen.drawn(frame, { columns, rows }))
  useEffect(() => {
    screen.attach({ unmount: () => exit(), suspend: (use) => suspendTerminal(async () => use()), write, stop })
  }, [screen, exit, suspendTerminal, write, stop])
  useInput((input, key) => {
    const typing = screen.host.ui.get().input !== null
    const names = keyNames(input, key)
    if (typing && names.length > 1) return press(screen.host, '', typedText(input, key))
    for (const name of names)
      press(
        screen.host,
        name,
        name === 'space' ? ' ' : name.length === 1 ? name : typedText(name.length > 1 ? '' : input, key),
      )
  })

  return <Rows lines={frame.lines} width={columns} />
}
