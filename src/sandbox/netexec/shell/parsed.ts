/** Shell text as scripts, line by line, remembered: the workshop sends the same probes into the same pods at every stage. */
import type { Script } from './ast.ts'
import { Parser } from './parser.ts'

const MAX_KEPT = 100
const MAX_LENGTH = 8 * 1024

/** Texts without a mistake; the one used longest ago is dropped first. */
const known = new Map<string, readonly Script[]>()

/** Lazily, so that what stands before a mistake runs before the mistake is found. */
export function* parsed(text: string): Iterable<Script> {
  const kept = known.get(text)
  if (kept !== undefined) {
    known.delete(text)
    known.set(text, kept)
    yield* kept
    return
  }
  const parser = new Parser(text)
  const scripts: Script[] = []
  for (let script = parser.next(); script !== null; script = parser.next()) {
    scripts.push(script)
    yield script
  }
  if (text.length > MAX_LENGTH) return
  known.set(text, scripts)
  if (known.size > MAX_KEPT) known.delete(known.keys().next().value as string)
}
