import type { KubeObject } from '../../contracts.ts'
import { toStamp } from '../../store/memory-store.ts'
import { badRequest, conflict, invalid } from '../api-error.ts'
import { type Answer, header, type ResourceRequest } from '../context.ts'
import { decodeBody } from '../decode-body.ts'
import { selectObjects } from '../handlers/read.ts'
import { isObject } from '../patch/merge-patch.ts'
import { parseDryRun } from '../query-options.ts'
import { requireTierAccess } from '../rbac/tier-access.ts'
import { renderDocument, renderList, renderObject } from '../render.ts'
import { admit } from './admit.ts'
import { notify } from './create.ts'
import { currentOf } from './update.ts'

export interface DeleteOptions {
  dryRun: boolean
  gracePeriodSeconds?: number
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  preconditions?: { uid?: string; resourceVersion?: string }
}

/** Kinds whose DELETE answers with the object even when it is gone at once. */
const ANSWERED_WITH_OBJECT = new Set(['pods', 'services', 'namespaces'])

export function handleDelete(request: ResourceRequest, body: Buffer): Answer {
  const options = parseDeleteOptions(request, body)
  const previous = currentOf(request)
  const outcome = deleteObject(request, previous, options)
  if (ANSWERED_WITH_OBJECT.has(request.type.id) || !outcome.removed) return renderObject(request, outcome.object)
  const { type } = request
  return renderDocument(request, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: previous.metadata.name,
      ...(type.group === '' ? {} : { group: type.group }),
      kind: type.plural,
      uid: previous.metadata.uid,
    },
  })
}

/** Deletes what the selectors name, one by one, and answers with the list. */
export function handleDeleteCollection(request: ResourceRequest, body: Buffer): Answer {
  const options = parseDeleteOptions(request, body)
  const { items } = selectObjects(request, 'deletecollection')
  const deleted = items.map(
    (item) =>
      deleteObject({ ...request, name: item.metadata.name, namespace: item.metadata.namespace }, item, options).object,
  )
  return renderList(request, deleted, { resourceVersion: String(request.context.store.revision) })
}

function parseDeleteOptions(request: ResourceRequest, body: Buffer): DeleteOptions {
  const { query } = request
  const given =
    body.length === 0 ? {} : decodeBody(body, header(request, 'content-type'), request.type, 'DeleteOptions').value
  if (!isObject(given)) throw badRequest("couldn't get version/kind; json parse error: expected an object")
  const listed = given.dryRun ?? []
  const grace = given.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined
  if (!Array.isArray(listed) || (grace !== undefined && !Number.isInteger(Number(grace)))) {
    throw badRequest('json: cannot unmarshal into Go value of type v1.DeleteOptions')
  }
  const dryRun = parseDryRun([...query.getAll('dryRun'), ...listed.map(String)], 'DeleteOptions')
  const policy = (given.propagationPolicy ??
    query.get('propagationPolicy') ??
    undefined) as DeleteOptions['propagationPolicy']
  if (policy !== undefined && !['Background', 'Foreground', 'Orphan'].includes(policy)) {
    throw invalid('DeleteOptions.meta.k8s.io', '', [
      {
        field: 'propagationPolicy',
        message: `Unsupported value: ${JSON.stringify(policy)}: supported values: "Background", "Foreground", "Orphan"`,
        reason: 'FieldValueNotSupported',
      },
    ])
  }
  return {
    dryRun,
    ...(grace === undefined ? {} : { gracePeriodSeconds: Math.max(0, Number(grace)) }),
    ...(policy === undefined
      ? given.orphanDependents === true
        ? { propagationPolicy: 'Orphan' as const }
        : {}
      : { propagationPolicy: policy }),
    ...(isObject(given.preconditions) ? { preconditions: given.preconditions } : {}),
  }
}

/**
 * Removes the object, or marks it where removing takes time: a running pod has its grace period, a namespace must be
 * emptied, finalizers must be taken off. Foreground and Orphan are finalizers too: the garbage collector takes them off.
 */
export function deleteObject(
  request: ResourceRequest,
  previous: KubeObject,
  options: DeleteOptions,
): { object: KubeObject; removed: boolean } {
  const { context, type } = request
  const { store } = context
  requireTierAccess(request, 'delete', previous)
  checkPreconditions(type.kind, previous, options)
  admit(request, {
    operation: 'delete',
    via: 'delete',
    object: previous,
    previous,
    options: { dryRun: options.dryRun, fieldValidation: 'Ignore' },
  })
  const marked = markForDeletion(request, previous, options)
  if (marked) {
    const object = options.dryRun ? marked : store.update(type.storedAs, marked)
    if (!options.dryRun) notify(request, 'delete', object)
    return { object, removed: false }
  }
  if (options.dryRun) return { object: previous, removed: true }
  const last = store.remove(type.storedAs, previous.metadata.namespace, previous.metadata.name) ?? previous
  notify(request, 'delete', last)
  return { object: type.id === 'pods' ? endedPod(last, context.clock.now()) : last, removed: true }
}

/** A pod that needs no grace is answered as if it had had one of zero seconds. */
function endedPod(pod: KubeObject, now: Date): KubeObject {
  const { generation } = pod.metadata
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(generation === undefined || pod.metadata.deletionTimestamp ? {} : { generation: generation + 1 }),
      deletionTimestamp: pod.metadata.deletionTimestamp ?? toStamp(now),
      deletionGracePeriodSeconds: 0,
    },
  }
}

function checkPreconditions(kind: string, object: KubeObject, { preconditions }: DeleteOptions): void {
  if (!preconditions) return
  const { uid, resourceVersion } = preconditions
  const { name } = object.metadata
  if (uid && uid !== object.metadata.uid) {
    throw conflict(
      kind,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${object.metadata.uid}). The object might have been deleted and then recreated`,
    )
  }
  if (resourceVersion && resourceVersion !== object.metadata.resourceVersion) {
    throw conflict(
      kind,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${object.metadata.resourceVersion}). The object might have been modified`,
    )
  }
}

/** The object as it stays while it is being deleted, or undefined when nothing holds it. */
function markForDeletion(
  request: ResourceRequest,
  previous: KubeObject,
  options: DeleteOptions,
): KubeObject | undefined {
  const { context, type } = request
  const now = context.clock.now()
  const withMark = (grace: number | undefined, finalizers = previous.metadata.finalizers): KubeObject => ({
    ...previous,
    metadata: {
      ...previous.metadata,
      deletionTimestamp: previous.metadata.deletionTimestamp ?? toStamp(new Date(now.getTime() + (grace ?? 0) * 1000)),
      ...(grace === undefined ? {} : { deletionGracePeriodSeconds: grace }),
      ...(finalizers ? { finalizers } : {}),
    },
  })
  if (type.id === 'namespaces') {
    if (previous.metadata.deletionTimestamp) return previous
    return { ...withMark(undefined), status: { ...previous.status, phase: 'Terminating' } }
  }
  const finalizers = previous.metadata.finalizers ?? []
  const { propagationPolicy } = options
  if (propagationPolicy === 'Orphan') return withMark(0, [...new Set([...finalizers, 'orphan'])])
  if (propagationPolicy === 'Foreground' && type.id !== 'pods') {
    return withMark(0, [...new Set([...finalizers, 'foregroundDeletion'])])
  }
  if (type.id === 'pods') {
    const grace = podGrace(previous, options)
    if (grace > 0) {
      const before = previous.metadata.deletionGracePeriodSeconds
      if (previous.metadata.deletionTimestamp && before !== undefined && before <= grace) return previous
      const { deletionTimestamp: _old, ...metadata } = previous.metadata
      return {
        ...previous,
        metadata: {
          ...metadata,
          deletionTimestamp: toStamp(new Date(now.getTime() + grace * 1000)),
          deletionGracePeriodSeconds: grace,
        },
      }
    }
  }
  return finalizers.length > 0 ? withMark(0) : undefined
}

/** Pods that never started or have ended need no grace. */
function podGrace(pod: KubeObject, options: DeleteOptions): number {
  const phase = pod.status?.phase
  if (!pod.spec?.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0
  return options.gracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30
}
