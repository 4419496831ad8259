import type { KubeObject } from '../../contracts.ts'
import { toStamp } from '../../store/memory-store.ts'
import { badRequest, conflict, invalid } from '../api-error.ts'
import { type Answer, header, type ResourceRequest } from '../context.ts'
import { decodeBody } from '../decode-body.ts'
import { selectObjects } from '../handlers/read.ts'
import { isObject } from '../patch/merge-patch.ts'
import { parseDryRun } from '../query-options.ts'
import { renderDocument, renderList, renderObject } from '../render.ts'
import { admit } from './admit.ts'
import { notify } from './create.ts'
import { dependentsOf, orphanDependents } from './dependents.ts'
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
  const { items } = selectObjects(request)
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
  const dryRun = parseDryRun(
    [...query.getAll('dryRun'), ...((given.dryRun as string[] | undefined) ?? [])],
    'DeleteOptions',
  )
  const grace = given.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined
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
 * emptied, finalizers must be taken off, dependents must go first (Foreground).
 */
export function deleteObject(
  request: ResourceRequest,
  previous: KubeObject,
  options: DeleteOptions,
): { object: KubeObject; removed: boolean } {
  const { context, type } = request
  const { store } = context
  checkPreconditions(type.id, previous, options)
  admit(request, {
    operation: 'delete',
    via: 'delete',
    object: previous,
    previous,
    options: { dryRun: options.dryRun, fieldValidation: 'Ignore' },
  })
  const marked = markForDeletion(request, previous, options)
  if (options.dryRun) return { object: marked ?? previous, removed: marked === undefined }
  if (marked) {
    const object = store.update(type.storedAs, marked)
    notify(request, 'delete', object)
    if (options.propagationPolicy === 'Orphan') {
      orphanDependents(store, previous)
      store.remove(type.storedAs, previous.metadata.namespace, previous.metadata.name)
    } else if (options.propagationPolicy === 'Foreground') {
      for (const dependent of dependentsOf(context, previous)) {
        const one = {
          ...request,
          ...dependent,
          subresource: undefined,
          name: dependent.object.metadata.name,
          namespace: dependent.object.metadata.namespace,
        }
        if (!dependent.object.metadata.deletionTimestamp)
          deleteObject(one, dependent.object, { dryRun: false, propagationPolicy: 'Foreground' })
      }
    }
    return { object, removed: false }
  }
  const object = store.remove(type.storedAs, previous.metadata.namespace, previous.metadata.name) ?? previous
  notify(request, 'delete', object)
  return { object, removed: true }
}

function checkPreconditions(resource: string, object: KubeObject, { preconditions }: DeleteOptions): void {
  if (!preconditions) return
  const { uid, resourceVersion } = preconditions
  const { name } = object.metadata
  if (uid && uid !== object.metadata.uid) {
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${object.metadata.uid}`,
    )
  }
  if (resourceVersion && resourceVersion !== object.metadata.resourceVersion) {
    throw conflict(
      resource,
      name,
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${object.metadata.resourceVersion}`,
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
  if (propagationPolicy === 'Orphan' && dependentsOf(context, previous).length > 0)
    return withMark(0, [...new Set([...finalizers, 'orphan'])])
  if (propagationPolicy === 'Foreground' && dependentsOf(context, previous).length > 0) {
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
