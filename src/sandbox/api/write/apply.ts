import type { KubeObject } from '../../contracts.ts'
import { cloneJson } from '../../store/json-value.ts'
import { toStamp } from '../../store/memory-store.ts'
import { invalid } from '../api-error.ts'
import type { ResourceRequest } from '../context.ts'
import { asObject } from '../decode-body.ts'
import { collectFields } from '../managed-fields/collect.ts'
import { afterApply, managedType, ownable, toEntry, type Writer } from '../managed-fields/managers.ts'
import { differingFields, mergeApplied, removeFields } from '../managed-fields/merge-applied.ts'
import type { WriteOptions } from '../query-options.ts'
import { checkFields, pruneUnknown } from '../schema/check-fields.ts'
import { createObject } from './create.ts'
import { updateObject } from './update.ts'

/**
 * Server-side apply: creates, or merges what the manifest says into the live object. Fields the same manager applied
 * before and left out now go, unless somebody else owns them too; fields of others are a conflict unless forced.
 */
export function applyPatch(
  request: ResourceRequest,
  patch: unknown,
  options: WriteOptions,
): { object: KubeObject; created: boolean } {
  const { type, context, namespace, name } = request
  if (request.query.get('fieldManager') === null) {
    throw invalid('PatchOptions.meta.k8s.io', '', [
      { field: 'fieldManager', message: 'Required value: is required for apply patch', reason: 'FieldValueRequired' },
    ])
  }
  const given = asObject(patch, type)
  request.warnings.push(...checkFields(request, given, options.fieldValidation))
  const applied = cloneJson(pruneUnknown(request, given))
  const shape = managedType(type)
  const fields = collectFields(ownable(type, applied, request.subresource), shape)
  const writer: Writer = {
    manager: options.fieldManager,
    operation: 'Apply',
    subresource: request.subresource,
    time: toStamp(context.clock.now()),
  }
  const live = context.store.get(type.storedAs, namespace, name!)
  if (!live) {
    applied.metadata.name = name!
    applied.metadata.managedFields = [toEntry(type, fields, writer)]
    return { object: createObject(request, applied, options, 'apply'), created: true }
  }
  const liveParts = ownable(type, live, request.subresource)
  const appliedParts = ownable(type, applied, request.subresource)
  const differing = differingFields(liveParts, appliedParts, shape)
  const { entries, dropped } = afterApply(type, live, fields, differing, writer, options.force)
  const merged = mergeApplied(removeFields(liveParts, dropped, shape), appliedParts, shape) as KubeObject
  const object: KubeObject = {
    ...live,
    ...merged,
    metadata: {
      ...systemParts(live),
      ...merged.metadata,
      ...(applied.metadata.resourceVersion ? { resourceVersion: applied.metadata.resourceVersion } : {}),
      managedFields: entries,
    },
  }
  for (const key of Object.keys(liveParts)) if (!(key in merged) && key !== 'metadata') delete object[key]
  if (options.fieldManager === 'kubectl') keepLastApplied(object, applied)
  return { object: updateObject(request, object, live, options, 'apply'), created: false }
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The server keeps kubectl's note of what it applied from the client's side up to date, so that one can go back to that. */
function keepLastApplied(object: KubeObject, applied: KubeObject): void {
  if (object.metadata.annotations?.[LAST_APPLIED] === undefined) return
  const { [LAST_APPLIED]: _note, ...annotations } = applied.metadata.annotations ?? {}
  const { managedFields: _fields, annotations: _all, ...metadata } = applied.metadata
  const noted = { ...applied, metadata: applied.metadata.annotations ? { ...metadata, annotations } : metadata }
  object.metadata.annotations = { ...object.metadata.annotations, [LAST_APPLIED]: `${sortedJson(noted)}\n` }
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

function systemParts(live: KubeObject): KubeObject['metadata'] {
  const {
    labels: _labels,
    annotations: _annotations,
    finalizers: _finalizers,
    ownerReferences: _owners,
    ...rest
  } = live.metadata
  return rest
}
