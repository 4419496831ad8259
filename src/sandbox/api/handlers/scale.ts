import type { KubeObject } from '../../contracts.ts'
import { cloneJson } from '../../store/json-value.ts'
import { badRequest, conflict, invalid } from '../api-error.ts'
import { type Answer, header, type ResourceRequest } from '../context.ts'
import { decodeBody, parseJson } from '../decode-body.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import { isObject, mergePatch } from '../patch/merge-patch.ts'
import { parseWriteOptions } from '../query-options.ts'
import { renderDocument } from '../render.ts'
import { formatSelector, selectorText } from '../tables/selector-text.ts'
import { currentOf, updateObject } from '../write/update.ts'

export function handleGetScale(request: ResourceRequest): Answer {
  return renderDocument(request, toScale(currentOf(request)))
}

export function handleWriteScale(request: ResourceRequest, method: 'PUT' | 'PATCH', body: Buffer): Answer {
  const options = parseWriteOptions(
    request.query,
    method === 'PUT' ? 'UpdateOptions' : 'PatchOptions',
    header(request, 'user-agent'),
  )
  const previous = currentOf(request)
  const wanted =
    method === 'PUT'
      ? decodeBody(body, header(request, 'content-type'), request.type, 'Scale').value
      : patched(request, previous, body)
  if (!isObject(wanted)) throw badRequest('the object provided is unrecognized (must be of type Scale)')
  const metadata = wanted.metadata as { resourceVersion?: string } | undefined
  if (metadata?.resourceVersion && metadata.resourceVersion !== previous.metadata.resourceVersion) {
    throw conflict(request.type.id, previous.metadata.name)
  }
  const replicas = (wanted.spec as { replicas?: number } | undefined)?.replicas ?? 0
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw invalid('Scale.autoscaling', previous.metadata.name, [
      {
        field: 'spec.replicas',
        message: `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`,
      },
    ])
  }
  const object = cloneJson(previous)
  object.spec.replicas = replicas
  const main = { ...request, subresource: undefined }
  return renderDocument(
    request,
    toScale(updateObject(main, object, previous, options, method === 'PUT' ? 'put' : 'patch')),
  )
}

function patched(request: ResourceRequest, previous: KubeObject, body: Buffer): unknown {
  const patch = parseJson(body.toString('utf8'))
  const isJsonPatch = (header(request, 'content-type') ?? '').startsWith('application/json-patch')
  return isJsonPatch ? jsonPatch(toScale(previous), patch) : mergePatch(toScale(previous), patch)
}

function toScale(object: KubeObject): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const selector = object.spec?.selector
  const text = object.kind === 'ReplicationController' ? formatSelector(selector) : selectorText(selector)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { ...(object.spec?.replicas ? { replicas: object.spec.replicas } : {}) },
    status: { replicas: object.status?.replicas ?? 0, ...(text === '<none>' ? {} : { selector: text }) },
  }
}
