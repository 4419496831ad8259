/**
 * Opens the screen and gives the terminal back as it was. Loaded with a dynamic import by the command that draws,
 * because Ink and React come with it.
 */
import { render } from 'ink'
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts'
import { App, type Outside, PaintedApp } from './app.tsx'
import { sizeOnly } from './ink-stdout.ts'
import { askSize, createPaintLoop, sizeOf } from './paint-loop.ts'
import { createPainter } from './painter.ts'
import { createRepaint, inkRedraw, type Repaint } from './repaint.ts'
import { createScreen, type ScreenWork } from './screen.ts'
import { stopProcess } from './stop-process.ts'
import { summaryText } from './summary.ts'
import { paletteFor } from './theme.ts'

export interface ScreenOptions extends ScreenWork {
  stdout: NodeJS.WriteStream
  stdin: NodeJS.ReadStream
  /** What is told of the terminal's colours. */
  env?: Readonly<Record<string, string | undefined>>
  /** On the terminal's other screen, so that the scrollback stays as it was. */
  altScreen: boolean
  /** Aborted by SIGINT, SIGTERM or SIGHUP from outside. */
  signal?: AbortSignal
  /** Stops the process until the shell continues it (Ctrl-Z); absent: the whole job stops. */
  stopProcess?: () => Promise<void>
}

export interface ScreenResult {
  exitCode: ExitCode
  /** For the scrollback, after the screen is gone. */
  summary: string
  /** What the way to the cluster failed with, if it did and the person gave up. */
  error: unknown
}

export async function startScreen(options: ScreenOptions): Promise<ScreenResult> {
  const screen = createScreen(options)
  const interrupted = () => screen.exit(exitCodes.interrupted)
  if (options.signal?.aborted) return { exitCode: exitCodes.interrupted, summary: '', error: null }
  options.signal?.addEventListener('abort', interrupted, { once: true })
  let began = false
  let repaint: Repaint | null = null
  const { stdout } = options
  const palette = paletteFor(stdout.getColorDepth?.() ?? 1, options.env ?? {})
  const painter = options.altScreen ? createPainter(stdout, palette) : null
  // Whatever ends the process, the terminal is given back.
  const giveBack = () => painter?.close()
  process.once('exit', giveBack)
  painter?.open()
  const loop = painter && createPaintLoop(screen, painter, () => sizeOf(stdout))
  if (loop) {
    stdout.on('resize', loop.hurry)
    loop.start()
  }
  const outside: Outside = {
    write: (data) => void stdout.write(data),
    stop: options.stopProcess ?? stopProcess,
    repaint: () => repaint?.now(),
    returned: () => askSize(stdout),
  }
  const app = loop ? (
    <PaintedApp screen={screen} outside={outside} painter={painter} hurry={loop.hurry} />
  ) : (
    <App screen={screen} outside={outside} palette={palette} />
  )
  const instance = render(app, {
    stdout: painter ? sizeOnly(stdout) : stdout,
    stdin: options.stdin,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    maxFps: 60,
    onRender({ renderTime }) {
      if (!painter) screen.cost(renderTime)
      if (began) return
      began = true
      setImmediate(() => screen.begin())
    },
  })
  repaint = painter ? createRepaint(stdout, painter.redraw) : createRepaint(stdout, inkRedraw(stdout, instance))
  try {
    await instance.waitUntilExit()
  } finally {
    options.signal?.removeEventListener('abort', interrupted)
    repaint.stop()
    if (loop) stdout.off('resize', loop.hurry)
    loop?.stop()
    instance.cleanup()
    // The last frame stays, and its last row has no end: what follows begins a row of its own.
    if (!painter) stdout.write('\n')
    giveBack()
    process.off('exit', giveBack)
    screen.dispose()
  }
  const { session, state } = screen.world()
  const summary = summaryText(screen.world())
  if (session && state) await session.close()
  return { exitCode: screen.outcome.code, summary, error: screen.outcome.error }
}
