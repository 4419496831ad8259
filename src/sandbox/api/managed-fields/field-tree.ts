/**
 * A set of field paths, as `fieldsV1` of a managedFields entry keeps it: `f:name` a field, `k:{...}` a list item by its
 * keys, `v:...` a member of a set. `self` says that the path itself belongs to the set, not only what is below it.
 */
export interface FieldTree {
  self: boolean
  children: Map<string, FieldTree>
}

export type FieldsV1 = { [key: string]: FieldsV1 }

export function emptyTree(self = false): FieldTree {
  return { self, children: new Map() }
}

export function isEmpty(tree: FieldTree): boolean {
  return !tree.self && tree.children.size === 0
}

export function fromFieldsV1(fields: FieldsV1): FieldTree {
  const keys = Object.keys(fields).filter((key) => key !== '.')
  const tree = emptyTree(keys.length === 0 || fields['.'] !== undefined)
  for (const key of keys) tree.children.set(key, fromFieldsV1(fields[key]!))
  return tree
}

/** Only for trees that are not empty: `{}` stands for a path that belongs to the set. */
export function toFieldsV1(tree: FieldTree): FieldsV1 {
  const fields: FieldsV1 = {}
  if (tree.self && tree.children.size > 0) fields['.'] = {}
  for (const key of [...tree.children.keys()].sort()) fields[key] = toFieldsV1(tree.children.get(key)!)
  return fields
}

export function union(a: FieldTree, b: FieldTree): FieldTree {
  const result = emptyTree(a.self || b.self)
  for (const [key, child] of a.children) {
    const other = b.children.get(key)
    result.children.set(key, other ? union(child, other) : child)
  }
  for (const [key, child] of b.children) if (!a.children.has(key)) result.children.set(key, child)
  return result
}

/** What of `a` is not in `b`, path by path. */
export function without(a: FieldTree, b: FieldTree): FieldTree {
  const result = emptyTree(a.self && !b.self)
  for (const [key, child] of a.children) {
    const other = b.children.get(key)
    if (!other) {
      result.children.set(key, child)
      continue
    }
    const rest = without(child, other)
    if (!isEmpty(rest)) result.children.set(key, rest)
  }
  return result
}

/** Owning a field owns the objects it stands in: they go only when the last of their fields goes. */
export function withParents(tree: FieldTree): FieldTree {
  const result = emptyTree(tree.self || tree.children.size > 0)
  for (const [key, child] of tree.children) result.children.set(key, withParents(child))
  return result
}

export function intersection(a: FieldTree, b: FieldTree): FieldTree {
  const result = emptyTree(a.self && b.self)
  for (const [key, child] of a.children) {
    const other = b.children.get(key)
    if (!other) continue
    const both = intersection(child, other)
    if (!isEmpty(both)) result.children.set(key, both)
  }
  return result
}

/** Every path of the set, in the words of a conflict: `.spec.order`, `.spec.containers[name="c"].image`. */
export function describePaths(tree: FieldTree, path = ''): string[] {
  const found = tree.self && path !== '' ? [path] : []
  for (const key of [...tree.children.keys()].sort()) {
    found.push(...describePaths(tree.children.get(key)!, path + describeKey(key)))
  }
  return found
}

function describeKey(key: string): string {
  const text = key.slice(2)
  if (key.startsWith('f:')) return `.${text}`
  if (key.startsWith('v:')) return `[=${text}]`
  const parts = Object.entries(JSON.parse(text) as Record<string, unknown>)
  return `[${parts.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
}
