import type { KubeObject } from '../../contracts.ts'
import { ApiError } from '../api-error.ts'
import { apiVersionOf, type ResourceType } from '../registry/resource-type.ts'
import { type TypeRef, typeNameOf } from '../schema/type-table.ts'
import { compareFields } from './collect.ts'
import {
  describePaths,
  emptyTree,
  type FieldsV1,
  type FieldTree,
  fromFieldsV1,
  intersection,
  isEmpty,
  toFieldsV1,
  union,
  without,
  withParents,
} from './field-tree.ts'

export interface ManagedEntry {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  time?: string
  fieldsType: 'FieldsV1'
  fieldsV1: FieldsV1
  subresource?: string
}

export interface Writer {
  manager: string
  operation: 'Apply' | 'Update'
  subresource: string | undefined
  time: string
}

export function managedType(type: ResourceType): TypeRef | undefined {
  const name = typeNameOf(type)
  return name === undefined ? undefined : { kind: 'object', name }
}

/** Fields nobody owns: identity and what the system sets. */
const SYSTEM_METADATA = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
]

/** The part of an object that is owned field by field; status only where the status endpoint is written. */
export function ownable(type: ResourceType, object: object, subresource: string | undefined): Record<string, unknown> {
  const { apiVersion: _apiVersion, kind: _kind, metadata, status, ...rest } = object as KubeObject
  const owned: Record<string, unknown> = { ...metadata }
  for (const name of SYSTEM_METADATA) delete owned[name]
  const hasStatusEndpoint = type.subresources.some((known) => known.name === 'status')
  const showsStatus = status !== undefined && (subresource === 'status' || !hasStatusEndpoint)
  return {
    ...(subresource === 'status' ? {} : rest),
    ...(Object.keys(owned).length > 0 ? { metadata: owned } : {}),
    ...(showsStatus ? { status } : {}),
  }
}

export function entriesOf(object: KubeObject | undefined): ManagedEntry[] {
  return (object?.metadata.managedFields as ManagedEntry[] | undefined) ?? []
}

export function setManagedFields(metadata: KubeObject['metadata'], entries: readonly ManagedEntry[]): void {
  if (entries.length > 0) metadata.managedFields = entries
  else delete metadata.managedFields
}

function isSame(entry: ManagedEntry, writer: Writer): boolean {
  return (
    entry.manager === writer.manager && entry.operation === writer.operation && entry.subresource === writer.subresource
  )
}

/**
 * Managed fields after an ordinary write: the writer owns what it changed, everybody else loses that and what is gone.
 */
export function afterUpdate(
  type: ResourceType,
  before: KubeObject | undefined,
  after: KubeObject,
  writer: Writer,
): ManagedEntry[] {
  const changes = compareFields(
    before ? ownable(type, before, writer.subresource) : {},
    ownable(type, after, writer.subresource),
    managedType(type),
  )
  const entries = entriesOf(before)
  if (isEmpty(changes.set) && isEmpty(changes.removed)) return entries
  const kept: ManagedEntry[] = []
  let own = emptyTree()
  for (const entry of entries) {
    const tree = fromFieldsV1(entry.fieldsV1)
    if (isSame(entry, writer)) own = tree
    else {
      const rest = without(without(tree, changes.set), changes.removed)
      if (!isEmpty(rest)) kept.push({ ...entry, fieldsV1: toFieldsV1(rest) })
    }
  }
  const mine = union(without(own, changes.removed), changes.set)
  return isEmpty(mine) ? kept : [...kept, toEntry(type, mine, writer)]
}

export function toEntry(type: ResourceType, tree: FieldTree, writer: Writer): ManagedEntry {
  return {
    manager: writer.manager,
    operation: writer.operation,
    apiVersion: apiVersionOf(type),
    time: writer.time,
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(tree),
    ...(writer.subresource === undefined ? {} : { subresource: writer.subresource }),
  }
}

export interface ApplyOwnership {
  entries: ManagedEntry[]
  /** What this manager applied last time and does not now, and nobody else owns. */
  dropped: FieldTree
}

/** Ownership after server-side apply; 409 when it would take a field from somebody else, unless forced. */
export function afterApply(
  type: ResourceType,
  live: KubeObject,
  applied: FieldTree,
  differing: FieldTree,
  writer: Writer,
  force: boolean,
): ApplyOwnership {
  const others: ManagedEntry[] = []
  const conflicts: { entry: ManagedEntry; fields: FieldTree }[] = []
  let previous = emptyTree()
  let previousEntry: ManagedEntry | undefined
  for (const entry of entriesOf(live)) {
    const tree = fromFieldsV1(entry.fieldsV1)
    if (isSame(entry, writer)) {
      previous = tree
      previousEntry = entry
      continue
    }
    const taken = intersection(tree, differing)
    if (isEmpty(taken)) {
      others.push(entry)
      continue
    }
    conflicts.push({ entry, fields: taken })
    const rest = without(tree, taken)
    if (!isEmpty(rest)) others.push({ ...entry, fieldsV1: toFieldsV1(rest) })
  }
  if (conflicts.length > 0 && !force) throw conflictError(conflicts)
  const ownedByOthers = others.map((entry) => fromFieldsV1(entry.fieldsV1)).reduce(union, emptyTree())
  const dropped = without(without(withParents(previous), withParents(applied)), withParents(ownedByOthers))
  const isUnchanged = previousEntry && JSON.stringify(toFieldsV1(applied)) === JSON.stringify(previousEntry.fieldsV1)
  const mine = isUnchanged ? previousEntry! : toEntry(type, applied, writer)
  return { entries: isEmpty(applied) ? others : [...others, mine], dropped }
}

function conflictError(conflicts: readonly { entry: ManagedEntry; fields: FieldTree }[]): ApiError {
  const causes = conflicts.flatMap(({ entry, fields }) =>
    describePaths(fields).map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${JSON.stringify(entry.manager)}${entry.operation === 'Update' ? ` using ${entry.apiVersion}` : ''}`,
      field,
    })),
  )
  const byManager = new Map<string, string[]>()
  for (const cause of causes) byManager.set(cause.message, [...(byManager.get(cause.message) ?? []), cause.field])
  const single = causes.length === 1
  const text = single
    ? `${causes[0]!.message}: ${causes[0]!.field}`
    : [...byManager]
        .map(
          ([message, fields]) =>
            `${message.replace('conflict with', 'conflicts with')}:\n${fields.map((field) => `- ${field}`).join('\n')}`,
        )
        .join('\n')
  const count = `${causes.length} conflict${single ? '' : 's'}`
  return new ApiError(409, 'Conflict', `Apply failed with ${count}: ${text}`, { causes })
}
