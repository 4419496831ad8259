import type { RecordedResponse } from './recording.ts'

export interface Actual {
  status: number
  contentType: string
  body: any
  text: string
  events?: { type: string; object: any }[]
}

/** Differences that clients could notice, one line each; empty when the answers agree. */
export function compareAnswers(expected: RecordedResponse, actual: Actual, options: { rows: boolean }): string[] {
  const problems: string[] = []
  if (expected.status !== actual.status) {
    const said = actual.body?.message ? ` (${actual.body.message})` : ''
    return [`status: expected ${expected.status}, got ${actual.status}${said}`]
  }
  if (!sameContentType(expected.contentType, actual.contentType)) {
    problems.push(`content type: expected ${expected.contentType}, got ${actual.contentType}`)
  }
  if (expected.events) {
    problems.push(...compareEvents(expected.events, actual.events ?? []))
    return problems
  }
  if (expected.text !== undefined && expected.status >= 400 && expected.text.trim() !== actual.text.trim()) {
    problems.push(`text: expected ${JSON.stringify(expected.text)}, got ${JSON.stringify(actual.text)}`)
  }
  const body = expected.body
  if (body === undefined || body === null) return problems
  if (typeof actual.body !== 'object' || actual.body === null) return [...problems, 'body: expected JSON, got none']
  if (body.kind !== actual.body.kind) return [...problems, `kind: expected ${body.kind}, got ${actual.body.kind}`]
  if (body.kind === 'Status') problems.push(...compareStatus(body, actual.body))
  else if (body.kind === 'Table') problems.push(...compareTable(body, actual.body, options.rows))
  else problems.push(...compareKeys(body, actual.body, expected.truncated !== undefined))
  return problems
}

/** JSON is a fair answer wherever the real server chose protobuf. */
function sameContentType(expected: string | undefined, actual: string): boolean {
  if (!expected) return true
  const clean = (text: string) => text.replace(/\s/g, '').toLowerCase()
  if (clean(expected) === clean(actual)) return true
  return expected.startsWith('application/vnd.kubernetes.protobuf') && actual.startsWith('application/json')
}

function compareStatus(expected: any, actual: any): string[] {
  const problems: string[] = []
  const same = (what: string, a: unknown, b: unknown) => {
    if (JSON.stringify(a) !== JSON.stringify(b))
      problems.push(`${what}: expected ${JSON.stringify(a)}, got ${JSON.stringify(b)}`)
  }
  same('status.status', expected.status, actual.status)
  same('status.reason', expected.reason, actual.reason)
  same('status.details.kind', expected.details?.kind, actual.details?.kind)
  same('status.details.group', expected.details?.group, actual.details?.group)
  const causes = (status: any) =>
    (status.details?.causes ?? []).map((cause: any) => `${cause.reason ?? ''} ${cause.field ?? ''}`)
  same('status.details.causes', causes(expected), causes(actual))
  return problems
}

function compareTable(expected: any, actual: any, withRows: boolean): string[] {
  const columns = (table: any) =>
    (table.columnDefinitions ?? []).map((c: any) => `${c.name}/${c.type}/${c.format}/${c.priority}`)
  const a = columns(expected).join(', ')
  const b = columns(actual).join(', ')
  if (a !== b) return [`columns: expected ${a}, got ${b}`]
  const first = expected.rows?.[0]
  const other = actual.rows?.[0]
  if (!first || !withRows) return []
  if (!other) return ['rows: expected some, got none']
  return first.object?.kind === other.object?.kind
    ? []
    : [`row object: expected ${first.object?.kind}, got ${other.object?.kind}`]
}

function compareEvents(expected: { type: string }[], actual: { type: string }[]): string[] {
  // Bookmarks after the initial events come by the clock.
  const types = (events: { type: string }[]) =>
    events
      .map((event) => event.type)
      .filter((type, index, all) => type !== 'BOOKMARK' || all.indexOf('BOOKMARK') === index)
      .join(' ')
  return types(expected) === types(actual) ? [] : [`events: expected "${types(expected)}", got "${types(actual)}"`]
}

/** What each server fills in at its own pace, or names by chance. */
const IGNORED = /managedFields|\.fieldsV1|cni\.projectcalico\.org|remainingItemCount|\.continue$/

/** Paths of all keys; items of a list count together. */
export function keyPaths(value: any, path = '', into = new Set<string>()): Set<string> {
  if (Array.isArray(value)) {
    for (const item of value) keyPaths(item, `${path}[]`, into)
    return into
  }
  if (value === null || typeof value !== 'object') return into
  for (const [key, item] of Object.entries(value)) {
    const here = `${path}.${key}`
    if (IGNORED.test(here)) continue
    into.add(here)
    keyPaths(item, here, into)
  }
  return into
}

function compareKeys(expected: any, actual: any, isTruncated: boolean): string[] {
  const a = keyPaths(expected)
  const b = keyPaths(actual)
  const missing = [...a].filter((path) => !b.has(path))
  const extra = isTruncated ? [] : [...b].filter((path) => !a.has(path))
  return [
    ...(missing.length > 0
      ? [`missing: ${missing.slice(0, 8).join(' ')}${missing.length > 8 ? ` and ${missing.length - 8} more` : ''}`]
      : []),
    ...(extra.length > 0
      ? [`not expected: ${extra.slice(0, 8).join(' ')}${extra.length > 8 ? ` and ${extra.length - 8} more` : ''}`]
      : []),
  ]
}
