import { z } from 'zod'

/** An object that knows all its fields: an unknown one is an issue that lists those there are. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const allowed = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return `allowed: ${allowed}`
      if (issue.code === 'invalid_type') return `needs a map with ${allowed}`
      return undefined
    },
  })
}

/** Exactly one of these fields decides what kind of thing this is. */
export function exactlyOne(value: Record<string, unknown>, kinds: readonly string[], what: string): string | null {
  const present = kinds.filter((kind) => value[kind] !== undefined)
  if (present.length === 1) return null
  return present.length === 0
    ? `this ${what} does not say what it is: it needs one of ${kinds.join(', ')}`
    : `${what === 'action' ? 'an action' : 'a proof'} does one thing; this one has ${present.join(' and ')}`
}
