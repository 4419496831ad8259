import type { ChildProcess } from 'node:child_process'

/** How long the last lines of a process that has ended may take. */
const LAST_LINES_MS = 1000

/**
 * A process is over when it has ended, also when something it started (a wrapper's own child, a helper that stays)
 * still holds its output open: nobody waits for that one.
 */
export function letGoAtExit(child: Pick<ChildProcess, 'once' | 'stdout' | 'stderr'>): void {
  child.once('exit', () => {
    const timer = setTimeout(() => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    }, LAST_LINES_MS)
    child.once('close', () => clearTimeout(timer))
  })
}
