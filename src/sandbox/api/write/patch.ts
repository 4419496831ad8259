import { parse as parseYaml } from 'yaml'
import type { KubeObject } from '../../contracts.ts'
import { ApiError, badRequest } from '../api-error.ts'
import { type Answer, header, type ResourceRequest } from '../context.ts'
import { asObject, parseJson } from '../decode-body.ts'
import { asPatchError, asStrategicError, InvalidPatch } from '../patch/invalid-patch.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import { mergePatch } from '../patch/merge-patch.ts'
import { strategicMerge } from '../patch/strategic-merge.ts'
import { parseWriteOptions, type WriteOptions } from '../query-options.ts'
import { apiVersionOf, type ResourceType } from '../registry/resource-type.ts'
import { renderObject } from '../render.ts'
import { fieldProblems, pruneUnknown } from '../schema/check-fields.ts'
import { typeNameOf } from '../schema/type-table.ts'
import { applyPatch } from './apply.ts'
import { currentOf, updateObject } from './update.ts'

export function handlePatch(request: ResourceRequest, body: Buffer): Answer {
  const { type, query } = request
  const options = parseWriteOptions(query, 'PatchOptions', header(request, 'user-agent'))
  const mediaType = patchTypeOf(request)
  if (mediaType === 'application/apply-patch+yaml') {
    const { object, created } = applyPatch(request, parsePatch(body, true), options)
    return renderObject(request, object, created ? 201 : 200)
  }
  const previous = currentOf(request)
  const patch = parsePatch(body, false)
  const patched = patchObject(type, mediaType, previous, patch)
  const carryOut = () => updatePatched(request, patched, previous, options)
  return mediaType.includes('strategic') ? asStrategicError(carryOut, patch) : carryOut()
}

function updatePatched(
  request: ResourceRequest,
  patched: unknown,
  previous: KubeObject,
  options: WriteOptions,
): Answer {
  const { type } = request
  const decode = () => asObject(patched, type)
  const object = type.custom ? decode() : asPatchError(decode, patched)
  if (object.metadata.name !== previous.metadata.name) {
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${request.name})`,
    )
  }
  checkPatchedFields(request, object, options)
  const kept = pruneUnknown(request, object)
  return renderObject(
    request,
    updateObject(request, { ...kept, metadata: { ...kept.metadata } }, previous, options, 'patch'),
  )
}

const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]

function patchTypeOf(request: ResourceRequest): string {
  const mediaType = (header(request, 'content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  const accepted = request.type.custom ? PATCH_TYPES.filter((type) => !type.includes('strategic')) : PATCH_TYPES
  if (accepted.includes(mediaType)) return mediaType
  if (request.type.custom) {
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    )
  }
  throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
}

function parsePatch(body: Buffer, isYaml: boolean): unknown {
  const text = body.toString('utf8')
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof ApiError) throw error
    if (!isYaml) throw badRequest(`error decoding patch: ${(error as Error).message}`)
  }
  try {
    return parseYaml(text, { maxAliasCount: 100 })
  } catch {
    throw badRequest('error decoding YAML: yaml: unmarshal errors')
  }
}

function patchObject(type: ResourceType, mediaType: string, current: KubeObject, patch: unknown): unknown {
  const whole = { ...current, apiVersion: apiVersionOf(type), kind: type.kind }
  if (mediaType === 'application/json-patch+json') return jsonPatch(whole, patch)
  if (mediaType === 'application/merge-patch+json') return mergePatch(whole, requireObject(patch))
  return strategicMerge(whole, patch, type.aggregated ? undefined : typeNameOf(type))
}

function requireObject(patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) {
    throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}')
  }
  return patch
}

/** A patch that brings unknown fields is refused as 422 (a POST would be 400). */
function checkPatchedFields(request: ResourceRequest, object: KubeObject, options: WriteOptions): void {
  if (options.fieldValidation === 'Ignore') return
  const problems = fieldProblems(request, object)
  if (problems.length === 0) return
  if (options.fieldValidation === 'Warn') {
    request.warnings.push(...problems)
    return
  }
  throw new InvalidPatch(JSON.stringify(object), `strict decoding error: ${problems.join(', ')}`)
}
