import { badRequest } from '../api-error.ts'
import { declaredFields, type FieldType, hasType, type TypeRef, typeNameOf } from '../schema/type-table.ts'
import { readFields, type WireField } from './wire-reader.ts'

const MAGIC = 'k8s\0'
const DEEPEST = 64

/**
 * A Kubernetes protobuf body as the JSON object it stands for. kubectl >= 1.32 sends these for its generators (create
 * namespace, deployment, ...) and takes no other answer than success: there is no second try in JSON.
 *
 * Envelope: `k8s\0`, then runtime.Unknown {1: typeMeta {1: apiVersion, 2: kind}, 2: raw}.
 */
export function decodeProtobuf(body: Buffer): unknown {
  if (body.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) {
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  }
  try {
    return decodeUnknown(body.subarray(MAGIC.length))
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError)
      throw badRequest(`proto: illegal wireType or unexpected EOF: ${error.message}`)
    throw error
  }
}

function decodeUnknown(envelope: Buffer): unknown {
  let apiVersion = ''
  let kind = ''
  let raw = Buffer.alloc(0)
  for (const field of readFields(envelope)) {
    if (field.number === 1) {
      for (const inner of readFields(field.bytes)) {
        if (inner.number === 1) apiVersion = inner.bytes.toString('utf8')
        if (inner.number === 2) kind = inner.bytes.toString('utf8')
      }
    } else if (field.number === 2) raw = Buffer.from(field.bytes)
  }
  const type = typeFor(apiVersion, kind)
  if (!type) {
    throw badRequest(
      `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    )
  }
  return { apiVersion, kind, ...decodeMessage(raw, type, 0) }
}

function typeFor(apiVersion: string, kind: string): string | undefined {
  if (kind === 'DeleteOptions') return 'meta.DeleteOptions'
  const slash = apiVersion.indexOf('/')
  const group = slash < 0 ? '' : apiVersion.slice(0, slash)
  return typeNameOf({ group, version: apiVersion.slice(slash + 1), kind })
}

function decodeMessage(raw: Buffer, type: string, depth: number): Record<string, unknown> {
  if (depth > DEEPEST) throw new RangeError('nested too deep')
  const result: Record<string, unknown> = {}
  const byTag = new Map(declaredFields(type).map((field) => [field.tag, field]))
  for (const wire of readFields(raw)) {
    const field = byTag.get(wire.number)
    if (!field || field.tag === 0) continue
    if (field.inline && field.type.kind === 'object') {
      Object.assign(result, decodeMessage(wire.bytes, field.type.name, depth + 1))
      continue
    }
    addField(result, field, wire, depth)
  }
  return result
}

function addField(result: Record<string, unknown>, field: FieldType, wire: WireField, depth: number): void {
  const { type, name } = field
  if (type.kind === 'list') {
    const list = (result[name] ?? []) as unknown[]
    list.push(decodeValue(type.of, wire, depth))
    result[name] = list
    return
  }
  if (type.kind === 'map') {
    const map = (result[name] ?? {}) as Record<string, unknown>
    const entry = readFields(wire.bytes)
    const key = entry.find((inner) => inner.number === 1)?.bytes.toString('utf8') ?? ''
    const value = entry.find((inner) => inner.number === 2)
    if (value)
      Object.defineProperty(map, key, {
        value: mapValue(type.of, value, depth),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    result[name] = map
    return
  }
  const value = decodeValue(type, wire, depth)
  if (value === undefined) return
  // Go always writes plain scalars; only a pointer's zero was put there by somebody.
  if (!field.pointer && (value === '' || value === 0 || value === false)) return
  // An empty struct says nothing, unless it is a pointer (`emptyDir: {}`).
  if (!field.pointer && type.kind === 'object' && Object.keys(value as object).length === 0) return
  result[name] = value
}

/** ExtraValue is a message that wraps its list. */
function mapValue(type: TypeRef, wire: WireField, depth: number): unknown {
  if (type.kind !== 'list') return decodeValue(type, wire, depth)
  return readFields(wire.bytes).map((item) => decodeValue(type.of, item, depth))
}

function decodeValue(type: TypeRef, wire: WireField, depth: number): unknown {
  switch (type.kind) {
    case 'string':
      return wire.bytes.toString('utf8')
    case 'integer':
      return Number(wire.value)
    case 'boolean':
      return wire.value !== 0n
    case 'number':
      return wire.bytes.length === 8 ? wire.bytes.readDoubleLE(0) : Number(wire.value)
    case 'bytes':
      return wire.bytes.toString('base64')
    case 'time':
      return decodeTime(wire)
    case 'quantity':
      return (
        readFields(wire.bytes)
          .find((field) => field.number === 1)
          ?.bytes.toString('utf8') ?? '0'
      )
    case 'int-or-string':
      return decodeIntOrString(wire)
    case 'object':
      return hasType(type.name) ? decodeMessage(wire.bytes, type.name, depth + 1) : undefined
    case 'any': {
      const raw = readFields(wire.bytes).find((field) => field.number === 1)?.bytes
      return raw && raw.length > 0 ? JSON.parse(raw.toString('utf8')) : undefined
    }
    default:
      return undefined
  }
}

/** An unset time is an empty message. */
function decodeTime(wire: WireField): string | undefined {
  const fields = readFields(wire.bytes)
  const seconds = fields.find((field) => field.number === 1)?.value
  if (seconds === undefined || seconds < -62_135_596_800n) return undefined
  return new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
}

function decodeIntOrString(wire: WireField): number | string {
  const fields = readFields(wire.bytes)
  const isText = fields.find((field) => field.number === 1)?.value === 1n
  if (isText) return fields.find((field) => field.number === 3)?.bytes.toString('utf8') ?? ''
  return Number(fields.find((field) => field.number === 2)?.value ?? 0n)
}
