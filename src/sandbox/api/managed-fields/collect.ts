import { equalJson } from '../../store/json-value.ts'
import { isObject } from '../patch/merge-patch.ts'
import type { FieldType, TypeRef } from '../schema/type-table.ts'
import { emptyTree, type FieldTree, isEmpty } from './field-tree.ts'
import { childOf, itemKey, memberKey, ownsItself, structureOf } from './structure.ts'

/** All paths a manifest sets: what applying it makes its manager own. */
export function collectFields(value: unknown, type: TypeRef | undefined, field?: FieldType): FieldTree {
  const structure = structureOf(value, type, field)
  const tree = emptyTree(false)
  if (structure.kind === 'fields') {
    const entries = Object.entries(value as object)
    if (entries.length === 0) tree.self = true
    for (const [name, item] of entries) {
      const child = childOf(type, name)
      tree.children.set(`f:${name}`, collectFields(item, child.type, child.field))
    }
  } else if (structure.kind === 'items') {
    const list = value as unknown[]
    if (list.length === 0) tree.self = true
    for (const item of list) {
      const inner = collectFields(item, structure.of)
      inner.self = true
      tree.children.set(itemKey(item, structure.keys, structure.of), inner)
    }
  } else if (structure.kind === 'members') {
    for (const item of value as unknown[]) tree.children.set(memberKey(item), emptyTree(true))
    if (tree.children.size === 0) tree.self = true
  } else tree.self = true
  return tree
}

export interface FieldChanges {
  /** Added or changed. */
  set: FieldTree
  removed: FieldTree
}

/** What an update changed, path by path. */
export function compareFields(
  before: unknown,
  after: unknown,
  type: TypeRef | undefined,
  field?: FieldType,
): FieldChanges {
  const set = emptyTree()
  const removed = emptyTree()
  diff(before, after, type, field, set, removed)
  return { set, removed }
}

function diff(
  before: unknown,
  after: unknown,
  type: TypeRef | undefined,
  field: FieldType | undefined,
  set: FieldTree,
  removed: FieldTree,
): void {
  if (equalJson(before, after)) return
  const structure = structureOf(after ?? before, type, field)
  const isSameShape = before === undefined || after === undefined || Array.isArray(before) === Array.isArray(after)
  if (structure.kind === 'whole' || !isSameShape) {
    if (after === undefined) removed.self = true
    else set.self = true
    return
  }
  if (after === undefined) removed.self = true
  if (before === undefined && (ownsItself(after, field, type) || isBare(after))) set.self = true
  const olds = childrenOf(before, structure, type)
  const news = childrenOf(after, structure, type)
  for (const key of new Set([...olds.keys(), ...news.keys()])) {
    const old = olds.get(key)
    const now = news.get(key)
    const below = { set: emptyTree(), removed: emptyTree() }
    const known = now ?? old!
    diff(old?.value, now?.value, known.type, known.field, below.set, below.removed)
    if (key.startsWith('k:') || key.startsWith('v:')) {
      if (!old) below.set.self = true
      if (!now) below.removed.self = true
    }
    if (!isEmpty(below.set)) set.children.set(key, below.set)
    if (!isEmpty(below.removed)) removed.children.set(key, below.removed)
  }
}

function isBare(value: unknown): boolean {
  return (isObject(value) && Object.keys(value).length === 0) || (Array.isArray(value) && value.length === 0)
}

interface Child {
  value: unknown
  type: TypeRef | undefined
  field: FieldType | undefined
}

function childrenOf(
  value: unknown,
  structure: ReturnType<typeof structureOf>,
  type: TypeRef | undefined,
): Map<string, Child> {
  const children = new Map<string, Child>()
  if (structure.kind === 'fields' && isObject(value)) {
    for (const [name, item] of Object.entries(value)) children.set(`f:${name}`, { value: item, ...childOf(type, name) })
  } else if (structure.kind === 'items' && Array.isArray(value)) {
    for (const item of value) {
      children.set(itemKey(item, structure.keys, structure.of), { value: item, type: structure.of, field: undefined })
    }
  } else if (structure.kind === 'members' && Array.isArray(value)) {
    for (const item of value) children.set(memberKey(item), { value: item, type: undefined, field: undefined })
  }
  return children
}
