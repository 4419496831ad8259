import { ApiError } from '../api-error.ts'

/** A patch whose result Go cannot decode: 422, with what was tried as the value. */
export class InvalidPatch extends ApiError {
  readonly why: string

  constructor(value: string, why: string) {
    const message = `Invalid value: ${JSON.stringify(value)}: ${why}`
    super(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
      causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
    })
    this.why = why
  }
}

const UNDECODABLE = /^\S+ in version "[^"]+" cannot be handled as a \S+: ((?!strict decoding).*)$/s

/** What a POST refuses as undecodable (400) makes a patch invalid (422), with the whole patched object as the value. */
export function asPatchError<T>(call: () => T, object: unknown): T {
  try {
    return call()
  } catch (error) {
    const why = error instanceof ApiError && error.code === 400 ? UNDECODABLE.exec(error.message)?.[1] : undefined
    throw why === undefined ? error : new InvalidPatch(JSON.stringify(object), why)
  }
}

/**
 * A strategic merge patch never becomes JSON again: the refusal shows the patch as Go prints a map, and says why in the
 * words of apimachinery's converter (runtime.DefaultUnstructuredConverter).
 */
export function asStrategicError<T>(call: () => T, patch: unknown): T {
  try {
    return call()
  } catch (error) {
    throw error instanceof InvalidPatch ? new InvalidPatch(printGo(patch), inConverterWords(error.why)) : error
  }
}

const MISMATCH = /^json: cannot unmarshal (\w+)( [\d.e+-]+)? into Go struct field \S+ of type (\S+)$/
const KINDS: Readonly<Record<string, string>> = { object: 'map', array: 'slice', number: 'int64' }
const SCALARS = /^(string|bool|u?int\d*|float\d+)$/

function inConverterWords(why: string): string {
  const [, word, exact, type] = MISMATCH.exec(why) ?? []
  if (!word || !type) return why
  const given = exact?.includes('.') ? 'float64' : (KINDS[word] ?? word)
  if (type.startsWith('[]')) return `cannot restore slice from ${given}`
  if (type.startsWith('map[')) return `cannot restore map from ${given}`
  if (!SCALARS.test(type)) return `cannot restore struct from: ${given}`
  return word === 'number' ? `cannot convert ${given} to ${type}` : `unrecognized type: ${type}`
}

/** Go's `%+v` of decoded JSON. */
function printGo(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(printGo).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${entries.map(([key, item]) => `${key}:${printGo(item)}`).join(' ')}]`
}
