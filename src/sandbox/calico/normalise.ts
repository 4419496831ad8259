import { type Editions, type GoType, goTypeOf } from '../../policy/validate/go-types.ts'
import type { KubeObject } from '../contracts.ts'

/**
 * The object as Calico's API server stores it after decoding into its Go types and printing them again: unknown fields and empty
 * values are gone (`source: {}`, `selector: ""`), a numeric port in quotes is a number. Seen on a real server.
 */
export function normaliseCalico(object: KubeObject, editions: Editions): KubeObject {
  const type = goTypeOf(object.kind, editions)
  const spec = type?.fields.spec
  if (!spec) return object
  return { ...object, spec: print(object.spec ?? {}, spec) ?? {} }
}

/** Fields that Go prints even when they are zero, because their JSON tag has no omitempty. */
const always = new Set(['action', 'podSelector'])

function print(value: unknown, type: GoType): unknown {
  if (value === null || value === undefined) return undefined
  switch (type.type) {
    case 'struct': {
      const source = value as Record<string, unknown>
      const result: Record<string, unknown> = {}
      for (const [key, inner] of Object.entries(type.fields)) {
        const printed = print(source[key], inner)
        if (printed !== undefined) result[key] = printed
        else if (always.has(key) && source[key] !== undefined) result[key] = source[key]
      }
      // A pod selector that selects everything is a value of its own.
      return Object.keys(result).length > 0 || keptEmpty.has(type.name) ? result : undefined
    }
    case 'list': {
      const items = (value as unknown[]).map((item) => print(item, type.of) ?? (type.of.type === 'struct' ? {} : item))
      return items.length > 0 ? items : undefined
    }
    case 'map':
      return Object.keys(value as object).length > 0 ? value : undefined
    case 'string':
      return value === '' ? undefined : value
    case 'bool':
      return value === false ? undefined : value
    case 'protocol':
      return typeof value === 'string' && /^\d+$/.test(value) && Number(value) <= 255 ? Number(value) : value
    case 'port':
      return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
    default:
      return value
  }
}

/** Structs behind pointers: present although empty means something. */
const keptEmpty = new Set([
  'LabelSelector',
  'ICMPFields',
  'HTTPMatch',
  'ServiceMatch',
  'ServiceAccountMatch',
  'RuleMetadata',
])
