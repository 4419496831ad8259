import { ApiError, badRequest, type FieldProblem, invalid } from './api-error.ts'

/** Query values are Go booleans: `true`, `1`, `t` and the literal `false` all arrive. Empty means false. */
export function parseBoolean(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)
  return value !== null && ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)
}

export function parseInteger(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name)
  if (value === null || value === '') return undefined
  if (!/^[+-]?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`)
  return Number(value)
}

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export interface WriteOptions {
  dryRun: boolean
  fieldValidation: FieldValidation
  fieldManager: string
  force: boolean
}

/** CreateOptions, UpdateOptions, PatchOptions. Absent `fieldValidation` means Warn (since 1.25). */
export function parseWriteOptions(
  query: URLSearchParams,
  optionsKind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  userAgent: string | undefined,
): WriteOptions {
  const validation = query.get('fieldValidation') || 'Warn'
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore') {
    throw invalid(`${optionsKind}.meta.k8s.io`, '', [
      {
        field: 'fieldValidation',
        message: `Unsupported value: "${validation}": supported values: "", "Ignore", "Strict", "Warn"`,
        reason: 'FieldValueNotSupported',
      },
    ])
  }
  const manager = query.get('fieldManager') ?? ''
  if (manager.length > 128) {
    throw invalid(`${optionsKind}.meta.k8s.io`, '', [
      { field: 'fieldManager', message: 'Too long: may not be more than 128 bytes', reason: 'FieldValueTooLong' },
    ])
  }
  return {
    dryRun: parseDryRun(query.getAll('dryRun'), optionsKind),
    fieldValidation: validation,
    fieldManager: manager || managerOf(userAgent),
    force: parseBoolean(query, 'force'),
  }
}

export function parseDryRun(values: readonly string[], optionsKind: string): boolean {
  const given = values.filter((value) => value !== '')
  const wrong = given.filter((value) => value !== 'All')
  if (wrong.length === 0) return given.length > 0
  throw invalid(`${optionsKind}.meta.k8s.io`, '', [
    {
      field: 'dryRun',
      message: `Unsupported value: ${JSON.stringify(given)}: supported values: "All"`,
      reason: 'FieldValueNotSupported',
    },
  ])
}

/** Without a manager in the query the first word of the user agent counts, as in managedfields. */
function managerOf(userAgent: string | undefined): string {
  return (userAgent ?? '').split('/')[0]!.slice(0, 128) || 'unknown'
}

/** ListOptions as the API server checks them before it lists: which resourceVersion, and how exactly. */
export function checkListOptions(query: URLSearchParams): void {
  parseInteger(query, 'timeoutSeconds')
  const match = query.get('resourceVersionMatch') ?? ''
  const version = query.get('resourceVersion') ?? ''
  const problems: FieldProblem[] = []
  if (match !== '') {
    const refuse = (message: string, reason: FieldProblem['reason'] = 'FieldValueForbidden') =>
      problems.push({ field: 'resourceVersionMatch', message, reason })
    if (version === '') refuse('Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided')
    if (query.get('continue')) refuse('Forbidden: resourceVersionMatch is forbidden when continue is provided')
    if (match !== 'Exact' && match !== 'NotOlderThan')
      refuse(
        `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`,
        'FieldValueNotSupported',
      )
    if (match === 'Exact' && version === '0')
      refuse('Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
  }
  if (query.get('sendInitialEvents')) {
    const message = 'Forbidden: sendInitialEvents is forbidden for list'
    problems.push({ field: 'sendInitialEvents', message, reason: 'FieldValueForbidden' })
  }
  if (problems.length > 0) throw invalid('ListOptions.meta.k8s.io', '', problems)
}

export function parseResourceVersion(text: string, forWatch = false): number {
  if (/^\d+$/.test(text)) return Number(text)
  const message = `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`
  // The same mistake is a plain 500 on a watch (seen on 1.34).
  if (forWatch) throw new ApiError(500, undefined, `resourceVersion: ${message}`)
  throw badRequest(`invalid resource version: resourceVersion: ${message}`)
}
