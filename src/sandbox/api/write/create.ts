import { randomUUID } from 'node:crypto'
import type { KubeObject } from '../../contracts.ts'
import { generateName } from '../../store/generate-name.ts'
import { hasGeneration } from '../../store/generation.ts'
import { toStamp } from '../../store/memory-store.ts'
import { alreadyExists, badRequest, forbidden } from '../api-error.ts'
import { type Answer, header, type ResourceRequest } from '../context.ts'
import { asObject, decodeBody } from '../decode-body.ts'
import { completeObject, decodeDefaults } from '../defaults/defaults.ts'
import { setManagedFields } from '../managed-fields/managers.ts'
import { entriesAfterUpdate } from '../managed-fields/track.ts'
import { parseWriteOptions, type WriteOptions } from '../query-options.ts'
import { requireTierAccess } from '../rbac/tier-access.ts'
import { renderObject } from '../render.ts'
import { checkFields, pruneUnknown } from '../schema/check-fields.ts'
import { admit } from './admit.ts'
import { namespaceMismatch, requireNamespace, settleNewMetadata, validate } from './metadata.ts'
import { quotaRefusal } from './quota.ts'

export function handleCreate(request: ResourceRequest, body: Buffer): Answer {
  const { type, query } = request
  const options = parseWriteOptions(query, 'CreateOptions', header(request, 'user-agent'))
  const decoded = decodeBody(body, header(request, 'content-type'), type)
  const object = asObject(decoded.value, type, options.fieldValidation === 'Strict')
  request.warnings.push(...checkFields(request, object, options.fieldValidation, decoded.text))
  return renderObject(request, createObject(request, pruneUnknown(request, object), options, 'post'), 201)
}

/** Defaults, checks and stores one new object; with dry run everything but the storing. */
export function createObject(
  request: ResourceRequest,
  object: KubeObject,
  options: WriteOptions,
  via: 'post' | 'apply',
): KubeObject {
  const { context, type, namespace } = request
  if (type.namespaced && namespace === undefined) {
    throw badRequest(`an empty namespace may not be set during creation`)
  }
  if (type.namespaced && object.metadata.namespace && object.metadata.namespace !== namespace) throw namespaceMismatch()
  settleNewMetadata(type, object, namespace)
  if (type.namespaced) requireNamespace(context, type, namespace!, object.metadata.name ?? '')
  const { metadata } = object
  if (!metadata.name && metadata.generateName) metadata.name = freeName(request, String(metadata.generateName))
  metadata.uid = randomUUID()
  metadata.creationTimestamp = toStamp(context.clock.now())
  // Custom resources count their spec's generations, whatever the kind.
  if (type.custom && type.storedAs === type.id) metadata.generation = 1
  dropClientStatus(request, object)
  decodeDefaults(type.storedAs, object)
  if (via === 'post') {
    delete metadata.managedFields
    setManagedFields(metadata, entriesAfterUpdate(request, object, undefined, options))
  }
  completeObject(type.storedAs, object, { store: context.store })
  // A struct that Go always writes.
  if (type.aggregated && type.kind === 'Tier') object.status ??= {}
  requireTierAccess(request, 'create', object)
  validate(request, object, undefined)
  const admitted = admit(request, { operation: 'create', via, object, options })
  refuseByQuota(request, admitted)
  if (context.store.get(type.storedAs, namespace, metadata.name)) throw alreadyExists(type.id, metadata.name)
  if (options.dryRun) {
    if (hasGeneration(type.storedAs)) admitted.metadata.generation = 1
    return admitted
  }
  const stored = context.store.create(type.storedAs, admitted)
  notify(request, 'create', stored)
  return stored
}

/** Pods are judged with the rest of their admission, which also answers for the controllers' pods. */
function refuseByQuota({ type, context, namespace }: ResourceRequest, object: KubeObject): void {
  if (namespace === undefined || type.id === 'pods') return
  const refusal = quotaRefusal(context.store, type.storedAs, namespace)
  if (refusal) throw forbidden(type.id, object.metadata.name, refusal)
}

function freeName(request: ResourceRequest, prefix: string): string {
  for (;;) {
    const name = generateName(prefix)
    if (!request.context.store.get(request.type.storedAs, request.namespace, name)) return name
  }
}

/** A new object's status belongs to the system where the kind has a status subresource. */
function dropClientStatus({ type }: ResourceRequest, object: KubeObject): void {
  if (type.subresources.some((subresource) => subresource.name === 'status')) delete object.status
}

export function notify(request: ResourceRequest, operation: 'create' | 'update' | 'delete', object: KubeObject): void {
  const command = header(request, 'kubectl-command')
  request.context.hooks.afterWrite?.({
    operation,
    resource: request.type.storedAs,
    object,
    ...(command === undefined ? {} : { command }),
  })
}
