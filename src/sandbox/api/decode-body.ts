import { parse as parseYaml } from 'yaml'
import type { KubeObject } from '../contracts.ts'
import { ApiError, badRequest, unsupportedMediaType } from './api-error.ts'
import { isObject } from './patch/merge-patch.ts'
import { decodeProtobuf } from './protobuf/decode-protobuf.ts'
import { apiVersionOf, type ResourceType } from './registry/resource-type.ts'
import { checkTypes } from './schema/check-types.ts'

const DEEPEST = 500

export interface DecodedBody {
  value: unknown
  /** The text, for checks that need it (duplicate fields); absent for protobuf. */
  text?: string
}

/** The body as JSON value, whatever it was sent as. */
export function decodeBody(
  body: Buffer,
  contentType: string | undefined,
  type: ResourceType,
  expectedKind = type.kind,
): DecodedBody {
  const mediaType = (contentType ?? 'application/json').split(';')[0]!.trim().toLowerCase()
  const unrecognized = (why: string) =>
    badRequest(
      `the object provided is unrecognized (must be of type ${expectedKind}): couldn't get version/kind; ${why}`,
    )
  if (mediaType === 'application/json' || mediaType === '') {
    const text = body.toString('utf8')
    try {
      return { value: parseJson(text), text }
    } catch (error) {
      if (error instanceof ApiError) throw error
      throw unrecognized(`json parse error: ${goJsonError(text)} (${summary(body)})`)
    }
  }
  if (mediaType === 'application/yaml') {
    const text = body.toString('utf8')
    try {
      return { value: parseYaml(text, { maxAliasCount: 100, uniqueKeys: false }), text }
    } catch {
      throw unrecognized('yaml: unmarshal errors')
    }
  }
  if (mediaType === 'application/vnd.kubernetes.protobuf' && !type.aggregated && !type.custom) {
    return { value: decodeProtobuf(body) }
  }
  const accepted = `application/json, application/yaml${type.aggregated || type.custom ? '' : ', application/vnd.kubernetes.protobuf'}`
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  )
}

/** What a refusal repeats of a body it cannot read: text where it looks like an object, else its bytes. */
function summary(body: Buffer): string {
  if (body.length === 0) return '<empty>'
  const most = 30
  const shown = body.subarray(0, most).toString(body[0] === 0x7b ? 'utf8' : 'hex')
  return body.length > most ? `${shown} ...` : shown
}

/** JSON.parse, refusing what is nested so deep that walking it would exhaust the stack. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === 92) i++
      else if (code === 34) inString = false
    } else if (code === 34) inString = true
    else if (code === 123 || code === 91) {
      if (++depth > DEEPEST) throw badRequest('exceeded max depth')
    } else if (code === 125 || code === 93) depth--
  }
  return value
}

/** The words encoding/json has for the first thing wrong with a document. */
function goJsonError(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '' || isTruncated(trimmed)) return 'unexpected end of JSON input'
  return `invalid character '${trimmed[0]}' looking for beginning of value`
}

function isTruncated(text: string): boolean {
  return (text.startsWith('{') && !text.endsWith('}')) || (text.startsWith('[') && !text.endsWith(']')) || text === '{'
}

/**
 * A body that must be one object of this kind; kind and apiVersion may be left out. `strict`: what a version that is not served
 * cannot know is refused as unknown fields first (custom resources).
 */
export function asObject(
  value: unknown,
  type: { group: string; version: string; kind: string; custom?: boolean },
  strict = false,
): KubeObject {
  if (!isObject(value)) {
    throw badRequest(`couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct`)
  }
  const apiVersion = apiVersionOf(type)
  const kind = value.kind ?? type.kind
  const given = value.apiVersion ?? apiVersion
  if (strict && type.custom && kind === type.kind && given !== apiVersion)
    refuseUnknownVersion(value, String(given), type)
  if (kind !== type.kind || given !== apiVersion) throw wrongKind(String(given), String(kind), type)
  const object = { ...value, apiVersion, kind, metadata: value.metadata ?? {} } as KubeObject
  checkTypes(type, object)
  return object
}

function refuseUnknownVersion(value: Record<string, unknown>, apiVersion: string, { kind }: { kind: string }): void {
  const known = ['apiVersion', 'kind', 'metadata']
  const unknown = Object.keys(value).filter((key) => !known.includes(key))
  if (unknown.length === 0) return
  const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1)
  const fields = unknown.map((key) => `unknown field ${JSON.stringify(key)}`).join(', ')
  throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${fields}`)
}

function wrongKind(apiVersion: string, kind: string, type: { group: string; version: string; kind: string }): ApiError {
  const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1)
  if (apiVersion === apiVersionOf(type)) {
    return badRequest(
      `${kind} in version "${version}" cannot be handled as a ${type.kind}: converting (${version}.${kind}) to (${goPackage(type)}.${type.kind}): unknown conversion`,
    )
  }
  if ('aggregated' in type && type.aggregated) {
    return badRequest(
      `${kind} in version "${version}" cannot be handled as a ${type.kind}: no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`,
    )
  }
  return badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(type)})`,
  )
}

function goPackage(type: { group: string }): string {
  return type.group === '' ? 'core' : type.group.split('.')[0]!
}
