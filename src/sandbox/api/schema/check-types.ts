import type { KubeObject } from '../../contracts.ts'
import { isStored } from '../../store/json-value.ts'
import { badRequest } from '../api-error.ts'
import { goNameOf } from '../openapi/calico-names.ts'
import { apiVersionOf } from '../registry/resource-type.ts'
import { jsonFields, type TypeRef, typeNameOf } from './type-table.ts'

interface CheckedType {
  group: string
  version: string
  kind: string
  aggregated?: boolean
  custom?: boolean
}

/**
 * Refuses JSON of the wrong shape, as decoding into Go structs does: nothing behind this has to ask whether `spec` is an
 * object or `containers` a list. Most of Calico's kinds are looked at on the surface only; their admission has its own words.
 */
export function checkTypes(type: CheckedType, object: KubeObject): void {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object
  const isCalico = type.aggregated || (type.custom && type.group === 'projectcalico.org')
  const isSurfaceOnly = isCalico && !(type.aggregated && type.kind === 'FelixConfiguration')
  const name = isSurfaceOnly ? undefined : typeNameOf(type)
  const mismatch = name
    ? findMismatch(rest, { kind: 'object', name }, '', type.kind)
    : (findMismatch(object.metadata, { kind: 'object', name: 'meta.ObjectMeta' }, 'metadata', 'ObjectMeta') ??
      surfaceMismatch(rest, type.kind))
  if (!mismatch) return
  const version = apiVersionOf(type).split('/').at(-1)
  throw badRequest(
    `${type.kind} in version "${version}" cannot be handled as a ${type.kind}: json: cannot unmarshal ${mismatch}`,
  )
}

function surfaceMismatch(object: Record<string, unknown>, kind: string): string | undefined {
  for (const part of ['spec', 'status']) {
    const value = object[part]
    if (value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value))) continue
    return `${jsonWord(value)} into Go struct field ${kind}.${part} of type v3.${kind}${part[0]!.toUpperCase()}${part.slice(1)}`
  }
  return undefined
}

function findMismatch(value: unknown, type: TypeRef, path: string, holder: string): string | undefined {
  if (value === null || value === undefined || isStored(value)) return undefined
  if (!fits(value, type))
    return `${jsonWord(value)} into Go struct field ${holder}${path === '' ? '' : `.${path}`} of type ${goType(type)}`
  if (type.kind === 'list') {
    for (const item of value as unknown[]) {
      const found = findMismatch(item, type.of, path, holder)
      if (found) return found
    }
    return undefined
  }
  if (type.kind === 'map') {
    for (const item of Object.values(value as object)) {
      const found = findMismatch(item, type.of, path, holder)
      if (found) return found
    }
    return undefined
  }
  if (type.kind !== 'object') return undefined
  const fields = jsonFields(type.name)
  const struct = goNameOf(type.name).replace(/^[^.]*\./, '')
  for (const [key, item] of Object.entries(value as object)) {
    const field = fields.get(key)
    const found = field ? findMismatch(item, field.type, path === '' ? key : `${path}.${key}`, struct) : undefined
    if (found) return found
  }
  return undefined
}

function fits(value: unknown, type: TypeRef): boolean {
  switch (type.kind) {
    case 'list':
      return Array.isArray(value)
    case 'map':
    case 'object':
      return typeof value === 'object' && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    case 'int-or-string':
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number'
    case 'any':
      return true
    default:
      return typeof value === 'string'
  }
}

function jsonWord(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function goType(type: TypeRef): string {
  switch (type.kind) {
    case 'list':
      return `[]${goType(type.of)}`
    case 'map':
      return `map[string]${goType(type.of)}`
    case 'object':
      return goNameOf(type.name).replace(/^[^.]*\./, (group) => (group === 'calico.' ? 'v3.' : 'v1.'))
    case 'integer':
      return 'int32'
    case 'number':
      return 'float64'
    case 'boolean':
      return 'bool'
    default:
      return 'string'
  }
}
