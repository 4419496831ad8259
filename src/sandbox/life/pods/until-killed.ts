import type { ProcessEnd } from '../../contracts.ts'

const KILLED: ProcessEnd = { kind: 'exited', code: 137 }

/** How a program ends that may be killed: it need not notice, it has ended all the same. */
export async function untilKilled(run: Promise<ProcessEnd>, signal: AbortSignal): Promise<ProcessEnd> {
  const aborted = new Promise<ProcessEnd>((resolve) => {
    if (signal.aborted) resolve(KILLED)
    else signal.addEventListener('abort', () => resolve(KILLED), { once: true })
  })
  // What it throws once it was killed is the reason it was given.
  const ended = run.catch((error: unknown) => {
    if (signal.aborted) return KILLED
    throw error
  })
  return await Promise.race([ended, aborted])
}
