import { equalJson, setOwn } from '../../store/json-value.ts'
import { isObject } from '../patch/merge-patch.ts'
import type { FieldType, TypeRef } from '../schema/type-table.ts'
import { emptyTree, type FieldTree, isEmpty } from './field-tree.ts'
import { childOf, itemKey, structureOf } from './structure.ts'

type Json = Record<string, unknown>

/** The live object with everything the applied one says: fields merge, keyed lists merge by key, the rest replaces. */
export function mergeApplied(live: unknown, applied: unknown, type: TypeRef | undefined, field?: FieldType): unknown {
  const structure = structureOf(applied, type, field)
  if (live === undefined || live === null || structure.kind === 'whole') return applied
  if (structure.kind === 'fields') {
    if (!isObject(live)) return applied
    const result: Json = { ...live }
    for (const [name, item] of Object.entries(applied as Json)) {
      const child = childOf(type, name)
      setOwn(
        result,
        name,
        mergeApplied(Object.hasOwn(live, name) ? live[name] : undefined, item, child.type, child.field),
      )
    }
    return result
  }
  const list = Array.isArray(live) ? [...live] : []
  for (const item of applied as unknown[]) {
    if (structure.kind === 'members') {
      if (!list.some((known) => equalJson(known, item))) list.push(item)
      continue
    }
    const key = itemKey(item, structure.keys, structure.of)
    const at = list.findIndex((known) => itemKey(known, structure.keys, structure.of) === key)
    if (at < 0) list.push(item)
    else list[at] = mergeApplied(list[at], item, structure.of)
  }
  return list
}

/** The object without the fields of `tree`: what a manager stopped applying and nobody else owns. */
export function removeFields(value: unknown, tree: FieldTree, type: TypeRef | undefined, field?: FieldType): unknown {
  const structure = structureOf(value, type, field)
  if (structure.kind === 'fields') {
    const result: Json = { ...(value as Json) }
    for (const [key, below] of tree.children) {
      const name = key.slice(2)
      if (!key.startsWith('f:') || !Object.hasOwn(result, name)) continue
      const child = childOf(type, name)
      if (below.self) delete result[name]
      else result[name] = removeFields(result[name], below, child.type, child.field)
    }
    return result
  }
  if (structure.kind === 'items') {
    const rest: unknown[] = []
    for (const item of value as unknown[]) {
      const below = tree.children.get(itemKey(item, structure.keys, structure.of))
      if (below?.self) continue
      rest.push(below ? removeFields(item, below, structure.of) : item)
    }
    return rest
  }
  if (structure.kind === 'members') {
    return (value as unknown[]).filter((item) => !tree.children.get(`v:${JSON.stringify(item)}`)?.self)
  }
  return value
}

/** Paths the applied object sets to something else than the live one has. */
export function differingFields(
  live: unknown,
  applied: unknown,
  type: TypeRef | undefined,
  field?: FieldType,
): FieldTree {
  const tree = emptyTree()
  const structure = structureOf(applied, type, field)
  if (structure.kind === 'whole' || live === undefined || live === null) {
    if (!equalJson(live, applied)) tree.self = true
    return tree
  }
  if (structure.kind === 'fields') {
    for (const [name, item] of Object.entries(applied as Json)) {
      const child = childOf(type, name)
      const below = differingFields(isObject(live) ? live[name] : undefined, item, child.type, child.field)
      if (!isEmpty(below)) tree.children.set(`f:${name}`, below)
    }
  } else if (structure.kind === 'items') {
    for (const item of applied as unknown[]) {
      const key = itemKey(item, structure.keys, structure.of)
      const known = (Array.isArray(live) ? live : []).find(
        (other) => itemKey(other, structure.keys, structure.of) === key,
      )
      const below = differingFields(known, item, structure.of)
      if (!isEmpty(below)) tree.children.set(key, below)
    }
  }
  return tree
}
