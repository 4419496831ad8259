/**
 * The last gate before the terminal: whatever a cluster, a file or a tool has put into a text, no control character
 * leaves here. Texts are escaped where they are made too, so that widths are right; this holds where one was forgotten.
 */
import { escapeControl } from '../errors/escape.ts'
import type { Io } from './context.ts'

const raw = new WeakMap<object, NodeJS.WritableStream>()

export function safeIo(io: Io, json: boolean): Io {
  const safe = json ? escapeInJson : (text: string) => escapeControl(text, { multiline: true })
  return { ...io, stdout: guarded(io.stdout, safe), stderr: guarded(io.stderr, safe) }
}

/** For who draws: the screen, and the line editor of a question. */
export function unguarded<T extends NodeJS.WritableStream>(stream: T): T {
  return (raw.get(stream) ?? stream) as T
}

function guarded<T extends NodeJS.WritableStream>(stream: T, safe: (text: string) => string): T {
  const proxy = new Proxy(stream, {
    get(target, key) {
      if (key === 'write') {
        return (chunk: string | Uint8Array, ...more: []) =>
          target.write(typeof chunk === 'string' ? safe(chunk) : chunk, ...more)
      }
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  raw.set(proxy, stream)
  return proxy
}

// biome-ignore lint/complexity/useRegexLiterals: built from escapes so that no control character stands in this file
const beyondJson = new RegExp('[\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]', 'g')

/** JSON escapes the first 32 only. The others can stand in strings alone, so that the same text is read back. */
function escapeInJson(text: string): string {
  return text.replace(beyondJson, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
