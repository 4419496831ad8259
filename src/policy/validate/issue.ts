/**
 * One thing wrong with an object, in Calico's own words. Calico's API server finds them in stages and stops at the first
 * stage that finds any: `decode` (400: wrong JSON type, unknown field), `metadata` (422: what Kubernetes asks of every object),
 * `validator` (422, Go field names), `schema` (422 from the CRD behind: OpenAPI schema and CEL rules, JSON paths).
 */
export interface ValidationIssue {
  stage: 'decode' | 'metadata' | 'validator' | 'schema'
  reason:
    | 'FieldValueInvalid'
    | 'FieldValueTypeInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueRequired'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'Decode'
  /** `Selector`, `Destination.Ports`, `spec.ingress[0].action`; empty for decode. */
  field: string
  /** The value as the server prints it: a quoted string, a number, `{}` for a struct, `"object"`. */
  value: string
  message: string
  /** Where it stands in the object, for editors and lint: `spec.ingress[0].source.nets[1]`. */
  path: string
}

/** The text of one issue as the server joins it: `Selector: Invalid value: "a =": Reason: ...`. */
export function issueText(issue: ValidationIssue): string {
  return issue.stage === 'decode' ? issue.message : `${issue.field}: ${causeText(issue)}`
}

/** What stands in `details.causes[].message`. */
export function causeText(issue: ValidationIssue): string {
  switch (issue.reason) {
    case 'FieldValueNotSupported':
      return `Unsupported value: ${issue.value}: ${issue.message}`
    case 'FieldValueRequired':
      return `Required value${issue.message ? `: ${issue.message}` : ''}`
    case 'FieldValueForbidden':
      return `Forbidden${issue.message ? `: ${issue.message}` : ''}`
    case 'FieldValueDuplicate':
      return `Duplicate value: ${issue.value}`
    case 'FieldValueTooLong':
      return `Too long: ${issue.message}`
    case 'FieldValueTooMany':
      return `Too many: ${issue.message}`
    default:
      return `Invalid value: ${issue.value}: ${issue.message}`
  }
}

/** A failed struct tag of the Go validator: `Reason: failed to validate Field: Nets[0] because of Tag: net `. */
export function tagIssue(field: string, tag: string, value: unknown, path: string): ValidationIssue {
  const message = `Reason: failed to validate Field: ${field} because of Tag: ${tag} `
  return { stage: 'validator', reason: 'FieldValueInvalid', field, value: printValue(value), message, path }
}

/** A failed struct-level check of the Go validator; its value is always printed as `{}`. */
export function structIssue(field: string, message: string, path: string): ValidationIssue {
  return { stage: 'validator', reason: 'FieldValueInvalid', field, value: '{}', message, path }
}

/** A failed CEL rule of the CRD. */
export function celIssue(
  path: string,
  message: string,
  reason: ValidationIssue['reason'] = 'FieldValueInvalid',
): ValidationIssue {
  return { stage: 'schema', reason, field: path || '<nil>', value: '"object"', message, path }
}

/** A failed check of the CRD's OpenAPI schema. */
export function schemaIssue(
  path: string,
  reason: ValidationIssue['reason'],
  value: unknown,
  message: string,
): ValidationIssue {
  return { stage: 'schema', reason, field: path, value: printValue(value), message, path }
}

/** A value outside an enum of the CRD's schema. */
export function enumIssue(path: string, value: unknown, allowed: readonly string[]): ValidationIssue {
  const message = `supported values: ${allowed.map((entry) => JSON.stringify(entry)).join(', ')}`
  return { stage: 'schema', reason: 'FieldValueNotSupported', field: path, value: printValue(value), message, path }
}

export function printValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === null || value === undefined) return 'null'
  return Array.isArray(value) ? JSON.stringify(value) : '{}'
}
