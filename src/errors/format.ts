import { escapeControl } from './escape.ts'
import { excerptLines } from './excerpt.ts'
import { type Location, WorkshopError } from './workshop-error.ts'

/** The text of an error for a person: what happened, where, what to do next, and its code. */
export function formatError(error: unknown, options: { debug?: boolean } = {}): string {
  if (!(error instanceof WorkshopError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return [
      'error: this is a bug in hipster-workshop, not something you did.',
      escapeControl(stack, { multiline: true }),
      'Please report it with the text above and the command you ran. [BUG]',
    ].join('\n')
  }
  const lines = [`error: ${escapeControl(error.message, { multiline: true })} [${error.code}]`]
  const at = error.location
  if (at) {
    lines.push(`  at ${escapeControl(at.file)}:${at.line}:${at.column}`)
    if (at.excerpt !== undefined) {
      const { text, caret } = excerptLines(at.excerpt, at.column)
      lines.push(`  ${at.line} | ${text}`)
      lines.push(`  ${' '.repeat(String(at.line).length)} | ${caret}`)
    }
  }
  if (error.hint) lines.push(`  ${escapeControl(error.hint, { multiline: true }).replaceAll('\n', '\n  ')}`)
  if (options.debug) {
    if (error.stack) lines.push(escapeControl(error.stack, { multiline: true }))
    if (error.cause instanceof Error && error.cause.stack)
      lines.push(escapeControl(`caused by: ${error.cause.stack}`, { multiline: true }))
  }
  return lines.join('\n')
}

/** The same for `--output json`, one object on stderr. */
export function errorToJson(error: unknown): Record<string, unknown> {
  if (!(error instanceof WorkshopError)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { v: 1, type: 'error', code: 'BUG', message, hint: 'This is a bug in hipster-workshop; please report it.' }
  }
  return {
    v: 1,
    type: 'error',
    code: error.code,
    message: error.message,
    ...(error.hint ? { hint: error.hint } : {}),
    ...(error.location ? { location: shortened(error.location) } : {}),
  }
}

function shortened(location: Location): Location {
  const { excerpt, column } = location
  return excerpt === undefined ? location : { ...location, excerpt: excerptLines(excerpt, column).text }
}
