import { type GoStruct, type GoType, goTypeOf } from '../../policy/validate/go-types.ts'
import { printValue, type ValidationIssue } from '../../policy/validate/issue.ts'
import type { KubeObject } from '../contracts.ts'

/** What the schema of a v3 CRD says of an object's types, before anything else looks at it. */
export interface NativeTypes {
  /** Paths the schema does not know: refused when strict, pruned otherwise. */
  unknown: string[]
  /** Values of the wrong JSON type, each as the API server words it. */
  mismatches: ValidationIssue[]
  /** The object without what is unknown. */
  pruned: KubeObject
}

export function nativeTypes(object: KubeObject): NativeTypes {
  const type = goTypeOf(object.kind, { domains: false })
  const found: NativeTypes = { unknown: [], mismatches: [], pruned: object }
  if (type) found.pruned = walk(object, type, '', found) as KubeObject
  return found
}

/** Names of JSON types as OpenAPI has them; numbers and ports may be either of two (`x-kubernetes-int-or-string`). */
const EXPECTED: Readonly<Record<GoType['type'], string>> = {
  string: 'string',
  bool: 'boolean',
  float64: 'number',
  int: 'integer',
  int64: 'integer',
  uint8: 'integer',
  uint16: 'integer',
  protocol: 'integer,string',
  port: 'integer,string',
  list: 'array',
  map: 'object',
  struct: 'object',
  any: '',
}

function walk(value: unknown, type: GoType, path: string, found: NativeTypes): unknown {
  if (value === null || value === undefined || type.type === 'any') return value
  const given = typeNameOf(value)
  const expected = EXPECTED[type.type]
  const fits = expected.split(',').includes(given) || (expected === 'number' && given === 'integer')
  // Keys below a scalar are no fields of the schema either.
  const kept = !fits && given === 'object' ? prune(value as object, path, found) : value
  if (!fits) {
    const message = `${path} in body must be of type ${expected}: ${printValue(given)}`
    found.mismatches.push({
      stage: 'schema',
      reason: 'FieldValueTypeInvalid',
      field: path,
      value: printValue(given),
      message,
      path,
    })
    return kept
  }
  switch (type.type) {
    case 'list':
      return (value as unknown[]).map((item, index) => walk(item, type.of, `${path}[${index}]`, found))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, walk(item, type.of, `${path}.${key}`, found)]),
      )
    case 'struct':
      return walkStruct(value as Record<string, unknown>, type, path, found)
    default:
      return value
  }
}

function walkStruct(value: Record<string, unknown>, type: GoStruct, path: string, found: NativeTypes): unknown {
  const kept: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`
    const field = Object.hasOwn(type.fields, key) ? type.fields[key] : undefined
    if (field) kept[key] = walk(item, field, here, found)
    else found.unknown.push(here)
  }
  return kept
}

function prune(value: object, path: string, found: NativeTypes): unknown {
  for (const key of Object.keys(value)) found.unknown.push(`${path}.${key}`)
  return {}
}

function typeNameOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
