import type { KubeObject } from '../../contracts.ts'
import { cloneJson, settleJson } from '../../store/json-value.ts'
import { badRequest, conflict, invalid, notFound } from '../api-error.ts'
import { type Answer, header, type ResourceRequest } from '../context.ts'
import { asObject, decodeBody } from '../decode-body.ts'
import { completeObject, decodeDefaults } from '../defaults/defaults.ts'
import { setManagedFields } from '../managed-fields/managers.ts'
import { entriesAfterUpdate } from '../managed-fields/track.ts'
import { parseWriteOptions, type WriteOptions } from '../query-options.ts'
import { requireTierAccess } from '../rbac/tier-access.ts'
import { groupKindOf } from '../registry/resource-type.ts'
import { renderObject } from '../render.ts'
import { checkFields, pruneUnknown } from '../schema/check-fields.ts'
import { admit } from './admit.ts'
import { notify } from './create.ts'
import { namespaceMismatch, validate } from './metadata.ts'
import { mergeSubresource } from './subresource-parts.ts'

export function handleUpdate(request: ResourceRequest, body: Buffer): Answer {
  const { type, query, name } = request
  const options = parseWriteOptions(query, 'UpdateOptions', header(request, 'user-agent'))
  const decoded = decodeBody(body, header(request, 'content-type'), type)
  const object = asObject(decoded.value, type, options.fieldValidation === 'Strict')
  request.warnings.push(...checkFields(request, object, options.fieldValidation, decoded.text))
  if (object.metadata.name !== undefined && object.metadata.name !== name) {
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`)
  }
  object.metadata.name = name!
  const previous = currentOf(request)
  if ((type.aggregated || type.custom) && !object.metadata.resourceVersion) {
    throw invalid(groupKindOf(type), name!, [
      { field: 'metadata.resourceVersion', message: 'Invalid value: 0: must be specified for an update' },
    ])
  }
  return renderObject(request, updateObject(request, pruneUnknown(request, object), previous, options, 'put'))
}

export function currentOf(request: ResourceRequest): KubeObject {
  const { type, context, namespace, name } = request
  const previous = context.store.get(type.storedAs, namespace, name!)
  if (!previous) throw notFound(type.id, name!)
  return previous
}

/**
 * The common end of PUT and PATCH: settles what clients may not change, defaults, validates, admits and stores. The
 * given object's metadata is settled in place. Nothing is written when nothing differs.
 */
export function updateObject(
  request: ResourceRequest,
  object: KubeObject,
  previous: KubeObject,
  options: WriteOptions,
  via: 'put' | 'patch' | 'apply',
): KubeObject {
  const { context, type, namespace } = request
  const { metadata } = object
  if (type.namespaced && metadata.namespace && metadata.namespace !== namespace) throw namespaceMismatch()
  if (type.namespaced) metadata.namespace = namespace!
  else delete metadata.namespace
  if (metadata.resourceVersion && metadata.resourceVersion !== previous.metadata.resourceVersion) {
    throw conflict(type.id, previous.metadata.name)
  }
  if (metadata.uid && metadata.uid !== previous.metadata.uid) {
    throw conflict(
      type.id,
      previous.metadata.name,
      `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${previous.metadata.uid}`,
    )
  }
  keepSystemMetadata(object, previous)
  // A copy of its own: parts taken over from the stored object are frozen, and defaults may touch them.
  const merged = cloneJson(mergeSubresource(type, request.subresource, object, previous))
  decodeDefaults(type.storedAs, merged)
  completeObject(type.storedAs, merged, { store: context.store, previous })
  const verb = via === 'put' ? 'update' : 'patch'
  requireTierAccess(request, verb, previous)
  requireTierAccess(request, verb, merged)
  validate(request, merged, previous)
  const admitted = admit(request, { operation: 'update', via, object: merged, previous, options })
  // Sharing what did not change makes looking for what did cheap.
  const settled = settleJson(previous, admitted)
  const tracked = via === 'apply' ? settled : withOwners(request, settled, previous, options)
  if (tracked === previous) return previous
  if (options.dryRun) return asIfStored(tracked, previous)
  const stored = isReleased(tracked) ? releaseObject(request, tracked) : context.store.update(type.storedAs, tracked)
  notify(request, 'update', stored)
  return stored
}

/** A change of what is asked for counts in a dry run too; the store does so by itself. Both objects are settled. */
function asIfStored(object: KubeObject, previous: KubeObject): KubeObject {
  const { generation } = object.metadata
  if (generation === undefined || object.spec === previous.spec) return object
  return { ...object, metadata: { ...object.metadata, generation: generation + 1 } }
}

/** Who writes owns what changed, which is a change too when nothing else is. */
function withOwners(
  request: ResourceRequest,
  object: KubeObject,
  previous: KubeObject,
  options: WriteOptions,
): KubeObject {
  const metadata = { ...object.metadata }
  setManagedFields(metadata, entriesAfterUpdate(request, object, previous, options))
  return settleJson(previous, { ...object, metadata })
}

const KEPT = [
  'uid',
  'creationTimestamp',
  'resourceVersion',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const

function keepSystemMetadata(object: KubeObject, previous: KubeObject): void {
  const metadata: Record<string, unknown> = object.metadata
  for (const field of KEPT) {
    const value = previous.metadata[field]
    if (value === undefined) delete metadata[field]
    else metadata[field] = value
  }
  delete object.metadata.selfLink
}

/** The last finalizer of an object that is being deleted went away: now it goes too. */
function isReleased(object: KubeObject): boolean {
  return (
    object.metadata.deletionTimestamp !== undefined &&
    (object.metadata.finalizers ?? []).length === 0 &&
    (object.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (object.kind !== 'Namespace' || (object.spec?.finalizers ?? []).length === 0)
  )
}

function releaseObject(request: ResourceRequest, object: KubeObject): KubeObject {
  const { context, type } = request
  const last = context.store.update(type.storedAs, object)
  return context.store.remove(type.storedAs, last.metadata.namespace, last.metadata.name) ?? last
}
