/**
 * Refusals of the API server. Each carries the `Status` object a real server answers with; the HTTP layer only
 * serialises it. Message texts follow k8s.io/apimachinery/pkg/api/errors.
 */

export interface StatusCause {
  reason?: string
  message?: string
  field?: string
}

export interface StatusDetails {
  name?: string
  group?: string
  kind?: string
  uid?: string
  causes?: StatusCause[]
  retryAfterSeconds?: number
}

export interface ApiStatus {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Record<string, unknown>
  status: 'Failure' | 'Success'
  message?: string
  reason?: string
  details?: StatusDetails
  code?: number
}

export class ApiError extends Error {
  readonly code: number
  readonly status: ApiStatus

  constructor(code: number, reason: string | undefined, message: string, details?: StatusDetails) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    }
  }
}

/** `pods` -> {kind: pods}; `tiers.projectcalico.org` -> {group: projectcalico.org, kind: tiers}. */
function resourceDetails(resource: string, name?: string): StatusDetails {
  const dot = resource.indexOf('.')
  return {
    ...(name === undefined ? {} : { name }),
    ...(dot < 0 ? {} : { group: resource.slice(dot + 1) }),
    kind: dot < 0 ? resource : resource.slice(0, dot),
  }
}

export function notFound(resource: string, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${resource} "${name}" not found`, resourceDetails(resource, name))
}

/** A resource or subresource nobody serves, in a group that exists. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})
}

export function alreadyExists(resource: string, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${resource} "${name}" already exists`, resourceDetails(resource, name))
}

export function conflict(
  resource: string,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError {
  return new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resource} "${name}": ${why}`,
    resourceDetails(resource, name),
  )
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message)
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized')
}

export function forbidden(resource: string, name: string, why: string, causes?: StatusCause[]): ApiError {
  const subject = name === '' ? resource : `${resource} "${name}"`
  return new ApiError(403, 'Forbidden', `${subject} is forbidden: ${why}`, {
    ...resourceDetails(resource, name === '' ? undefined : name),
    ...(causes ? { causes } : {}),
  })
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
}

/** One problem of a field, worded as `field.Error` does: the message starts with its type. */
export interface FieldProblem {
  field: string
  /** `Invalid value: "x": must be ...`, `Required value`, `Unsupported value: ...`. */
  message: string
  reason?:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueTooLong'
    | 'FieldValueTypeInvalid'
    | 'FieldValueNotFound'
}

/** 422 with one cause per field. `groupKind` is `Pod` or `Tier.projectcalico.org`. */
export function invalid(groupKind: string, name: string, problems: readonly FieldProblem[]): ApiError {
  const dot = groupKind.indexOf('.')
  const lines = problems.map((problem) => `${problem.field}: ${problem.message}`)
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  return new ApiError(422, 'Invalid', `${groupKind} "${name}" is invalid: ${text}`, {
    ...(name === '' ? {} : { name }),
    ...(dot < 0 ? {} : { group: groupKind.slice(dot + 1) }),
    kind: dot < 0 ? groupKind : groupKind.slice(0, dot),
    causes: problems.map((problem) => ({
      reason: problem.reason ?? 'FieldValueInvalid',
      message: problem.message,
      field: problem.field,
    })),
  })
}

export function unsupportedMediaType(message: string): ApiError {
  return new ApiError(415, 'UnsupportedMediaType', message)
}

/** A resourceVersion the history no longer reaches. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message)
}

export function internalError(message: string): ApiError {
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })
}
