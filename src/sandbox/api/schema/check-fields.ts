import type { KubeObject } from '../../contracts.ts'
import { badRequest } from '../api-error.ts'
import type { FieldValidation } from '../query-options.ts'
import type { ResourceType } from '../registry/resource-type.ts'

/** Unknown and doubled fields: refused (Strict), returned as warnings (Warn) or not looked for (Ignore). */
export function checkFields(
  type: ResourceType,
  object: KubeObject,
  validation: FieldValidation,
  text?: string,
): string[] {
  if (validation === 'Ignore') return []
  const problems = fieldProblems(type, object, text)
  if (validation === 'Strict' && problems.length > 0) {
    throw badRequest(
      `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: strict decoding error: ${problems.join(', ')}`,
    )
  }
  return problems
}

export function fieldProblems(_type: ResourceType, _object: KubeObject, _text?: string): string[] {
  return []
}
