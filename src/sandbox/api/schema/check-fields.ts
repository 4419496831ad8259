import type { KubeObject } from '../../contracts.ts'
import { isStored } from '../../store/json-value.ts'
import { badRequest } from '../api-error.ts'
import type { ResourceRequest } from '../context.ts'
import type { FieldValidation } from '../query-options.ts'
import { duplicateFields } from './duplicate-fields.ts'
import { jsonFields, type TypeRef, typeNameOf } from './type-table.ts'

/** Unknown and doubled fields: refused (Strict), returned as warnings (Warn) or not looked for (Ignore). */
export function checkFields(
  request: Checked,
  object: KubeObject,
  validation: FieldValidation,
  text?: string,
): string[] {
  if (validation === 'Ignore') return []
  const { type } = request
  const problems = fieldProblems(request, object, text)
  if (validation === 'Strict' && problems.length > 0) {
    throw badRequest(
      `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: strict decoding error: ${problems.join(', ')}`,
    )
  }
  return problems
}

type Checked = Pick<ResourceRequest, 'type' | 'context'>

/** A kind with its own admission decodes for itself: its answers know more than the field table. */
function decodesItself({ type, context }: Checked): boolean {
  return (type.aggregated || type.custom) && context.hooks.admit?.[type.id] !== undefined
}

/** `duplicate field "x"` first, then `unknown field "y"`, each by its path. */
export function fieldProblems(request: Checked, object: KubeObject, text?: string): string[] {
  const { type } = request
  const problems = (text === undefined ? [] : duplicateFields(text)).map((path) => `duplicate field "${path}"`)
  const name = typeNameOf(type)
  if (!name || (problems.length === 0 && decodesItself(request))) return problems
  const unknown: string[] = []
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object
  walk(rest, { kind: 'object', name }, '', unknown, type.extraFields ?? [])
  return [...problems, ...unknown.map((path) => `unknown field "${path}"`)]
}

function walk(value: unknown, type: TypeRef, path: string, unknown: string[], extra: readonly string[]): void {
  if (value === null || typeof value !== 'object' || isStored(value)) return
  if (type.kind === 'list') {
    if (Array.isArray(value))
      for (const [index, item] of value.entries()) walk(item, type.of, `${path}[${index}]`, unknown, extra)
    return
  }
  if (Array.isArray(value)) return
  if (type.kind === 'map') {
    for (const [key, item] of Object.entries(value)) walk(item, type.of, `${path}.${key}`, unknown, extra)
    return
  }
  if (type.kind !== 'object') return
  const fields = jsonFields(type.name)
  for (const [key, item] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`
    const field = fields.get(key)
    if (field) walk(item, field.type, here, unknown, extra)
    else if (!extra.includes(key)) unknown.push(here)
  }
}

/** Drops what a typed server would not keep: fields its structs do not have. */
export function pruneUnknown(request: Checked, object: KubeObject): KubeObject {
  const { type } = request
  const name = typeNameOf(type)
  if (!name || decodesItself(request)) return object
  const { apiVersion, kind, ...rest } = object
  return {
    apiVersion,
    kind,
    ...(prune(rest, { kind: 'object', name }, type.extraFields ?? []) as object),
  } as KubeObject
}

/** A null item decodes to the zero value of its struct. */
function zeroOf(type: TypeRef): unknown {
  return type.kind === 'object' ? {} : null
}

function prune(value: unknown, type: TypeRef, extra: readonly string[]): unknown {
  if (value === null || typeof value !== 'object' || isStored(value)) return value
  if (Array.isArray(value))
    return type.kind === 'list' ? value.map((item) => prune(item ?? zeroOf(type.of), type.of, extra)) : value
  if (type.kind === 'map')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, prune(item, type.of, extra)]))
  if (type.kind !== 'object') return value
  const fields = jsonFields(type.name)
  const kept: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const field = fields.get(key)
    // Go drops null for every field.
    if (item === null) continue
    if (!field && extra.includes(key)) kept[key] = item
    if (field) kept[key] = prune(item, field.type, extra)
  }
  return kept
}
