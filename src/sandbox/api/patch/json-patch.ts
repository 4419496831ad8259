import jsonpatch, { type Operation } from 'fast-json-patch'
import { cloneJson } from '../../store/json-value.ts'
import { ApiError, badRequest } from '../api-error.ts'

const MOST_OPERATIONS = 10_000

/** RFC 6902. A failed test or a missing path is 422, an operation that is none is 400. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch')
  }
  if (patch.length > MOST_OPERATIONS) {
    throw new ApiError(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`,
    )
  }
  const operations = cloneJson(patch) as Operation[]
  let document = cloneJson(target)
  for (const operation of operations) {
    if (operation === null || typeof operation !== 'object' || typeof operation.path !== 'string') {
      throw badRequest('error decoding patch: Unexpected kind: unknown')
    }
    try {
      document = jsonpatch.applyOperation(document, operation, true, true, true).newDocument
    } catch (cause) {
      throw refused(operation, cause)
    }
  }
  return document
}

function refused(operation: Operation, cause: unknown): ApiError {
  const name = (cause as { name?: string }).name
  const texts: Record<string, string> = {
    TEST_OPERATION_FAILED: `testing value ${operation.path} failed: test failed`,
    OPERATION_PATH_UNRESOLVABLE: `${operation.op} operation does not apply: doc is missing path: ${operation.path}: missing value`,
    OPERATION_PATH_CANNOT_ADD: `${operation.op} operation does not apply: doc is missing path: "${operation.path}": missing value`,
    OPERATION_FROM_UNRESOLVABLE: `${operation.op} operation does not apply: doc is missing from path: ${operation.path}: missing value`,
  }
  const why = texts[name ?? ''] ?? `unable to apply ${operation.op} at ${operation.path}`
  return new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request`, {
    causes: [{ message: why }],
  })
}
