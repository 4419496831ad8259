/** Whether a run that did not come to its end said so clearly, and where things stand. */
import { type Ended, eventsOf } from './program.ts'

/** One error that says where things stand; or a step that failed, whose notice says it. */
export function isClearStop(ended: Ended): boolean {
  const events = eventsOf(ended.stdout)
  const last = events.at(-1)
  if (last?.type === 'run-failed')
    return isOneError(ended) && /nothing was done|lines (are|were) done/.test(last.message)
  if (ended.code === 3 && last?.type === 'run-finished')
    return events.some((event) => event.type === 'notice' && event.text.startsWith('Stopped at step'))
  // It did not get as far as a run: then nothing was changed.
  return events.length === 0 && isOneError(ended)
}

export function isOneError({ code, stderr }: Ended): boolean {
  const lines = stderr.trim().split('\n')
  return code === 5 && lines.length === 1 && /^\{"v":1,"type":"error"/.test(lines[0]!)
}

export function stopOf(ended: Ended): string {
  const events = eventsOf(ended.stdout)
  const wrong = events.findLast(
    (event) =>
      event.type === 'run-failed' ||
      (event.type === 'action-finished' && !event.ok) ||
      (event.type === 'probe-settled' && !event.ok) ||
      (event.type === 'proof-finished' && !event.ok),
  )
  return (wrong?.message ?? wrong?.remedy ?? wrong?.details?.join('; ') ?? ended.stderr).replaceAll('\n', ' ')
}
