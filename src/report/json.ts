/** The stream for programs: one event per line, exactly as product.md names the fields. */
import type { WorkshopEvent } from '../engine/events.ts'

/** JSON with every control character escaped, C1 and bidi included, so that a terminal may show the stream. */
function formatJsonLine(value: unknown): string {
  const text = JSON.stringify(value).replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  )
  return `${text}\n`
}

export function createJsonReporter(write: (text: string) => void): (event: WorkshopEvent) => void {
  return (event) => write(formatJsonLine(event))
}
