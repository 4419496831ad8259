import { isObject } from '../patch/merge-patch.ts'
import { type FieldType, jsonFields, type TypeRef } from '../schema/type-table.ts'

/** How one value is owned: as a whole, by its fields, by its keyed items, or by its members. */
export type Structure =
  | { kind: 'whole' }
  | { kind: 'fields' }
  | { kind: 'items'; keys: readonly string[]; of: TypeRef | undefined }
  | { kind: 'members' }

/** Without a schema objects are owned field by field and lists as a whole, as for custom resources without markers. */
export function structureOf(value: unknown, type: TypeRef | undefined, field: FieldType | undefined): Structure {
  if (field?.atomic) return { kind: 'whole' }
  if (Array.isArray(value)) {
    if (field?.mapKeys && type?.kind === 'list') return { kind: 'items', keys: field.mapKeys, of: type.of }
    return field?.isSet ? { kind: 'members' } : { kind: 'whole' }
  }
  if (isObject(value) && type?.kind !== 'any') return { kind: 'fields' }
  return { kind: 'whole' }
}

export function childOf(
  type: TypeRef | undefined,
  name: string,
): { type: TypeRef | undefined; field: FieldType | undefined } {
  if (type?.kind === 'map') return { type: type.of, field: undefined }
  const field = type?.kind === 'object' ? jsonFields(type.name).get(name) : undefined
  return { type: field?.type, field }
}

/** `k:{"containerPort":80,"protocol":"TCP"}`; missing keys take the schema's default. */
export function itemKey(item: unknown, keys: readonly string[], of: TypeRef | undefined): string {
  const parts: Record<string, unknown> = {}
  for (const key of [...keys].sort()) {
    const fallback = of?.kind === 'object' ? jsonFields(of.name).get(key)?.default : undefined
    const value = isObject(item) ? (item[key] ?? fallback) : undefined
    if (value !== undefined) parts[key] = value
  }
  return `k:${JSON.stringify(parts)}`
}

export function memberKey(value: unknown): string {
  return `v:${JSON.stringify(value)}`
}

/** Structs that Go always writes (not behind a pointer) and required lists own nothing by themselves. */
export function ownsItself(value: unknown, field: FieldType | undefined, type: TypeRef | undefined): boolean {
  if (!field) return true
  if (field.required) return false
  return !(isObject(value) && type?.kind === 'object' && !field.pointer)
}
