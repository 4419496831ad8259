/**
 * Drawing everything anew. A terminal that is resized while bytes are on their way to it shows something else than was
 * drawn, and only a whole frame puts that right.
 */
import type { Instance } from 'ink'

export interface Repaint {
  now(): void
  stop(): void
}

/** Long enough for a window being dragged to come to rest. */
const restMs = 120

export function createRepaint(stdout: NodeJS.WriteStream, redraw: () => void): Repaint {
  let timer: NodeJS.Timeout | undefined
  let own = false
  const now = () => {
    // Redrawing by Ink raises the event itself.
    own = true
    redraw()
    own = false
  }
  const resized = () => {
    if (own) return
    clearTimeout(timer)
    timer = setTimeout(now, restMs)
  }
  stdout.on('resize', resized)
  // Sizes that come and go between two turns of the loop raise no event, and still disarrange what is shown.
  process.on('SIGWINCH', resized)
  return {
    now,
    stop() {
      clearTimeout(timer)
      stdout.off('resize', resized)
      process.off('SIGWINCH', resized)
    },
  }
}

/** Ink draws what changed, relative to what it believes is on the screen; on a resize it draws without a change. */
export function inkRedraw(stdout: NodeJS.WriteStream, instance: Instance): () => void {
  return () => {
    stdout.write('\u001b[2J\u001b[H')
    instance.clear()
    stdout.emit('resize')
  }
}
