import { TYPE_LINES } from './types.data.ts'

/**
 * The Go types behind the API, as far as the sandbox needs them: which fields exist, how lists merge, what number a
 * field has in protobuf. Read from the generated table the first time a type is asked for.
 */
export interface FieldType {
  name: string
  type: TypeRef
  /** Number in protobuf; 0 for kinds that have none. */
  tag: number
  pointer: boolean
  inline: boolean
  required: boolean
  /** Strategic merge patch. */
  mergeKey?: string
  mergePrimitives?: boolean
  retainKeys?: boolean
  /** Server-side apply. */
  mapKeys?: readonly string[]
  isSet?: boolean
  atomic?: boolean
  default?: unknown
}

export type TypeRef =
  | { kind: 'string' | 'integer' | 'number' | 'boolean' | 'bytes' | 'time' | 'quantity' | 'int-or-string' | 'any' }
  | { kind: 'list'; of: TypeRef }
  | { kind: 'map'; of: TypeRef }
  | { kind: 'object'; name: string }

const SCALARS: Readonly<Record<string, TypeRef>> = {
  s: { kind: 'string' },
  i: { kind: 'integer' },
  d: { kind: 'number' },
  b: { kind: 'boolean' },
  y: { kind: 'bytes' },
  t: { kind: 'time' },
  q: { kind: 'quantity' },
  o: { kind: 'int-or-string' },
  '*': { kind: 'any' },
}

let lines: Map<string, string> | undefined
const fieldsOf = new Map<string, readonly FieldType[]>()
const byName = new Map<string, ReadonlyMap<string, FieldType>>()

function lineOf(type: string): string | undefined {
  lines ??= new Map(TYPE_LINES.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), line]))
  return lines.get(type)
}

export function hasType(type: string): boolean {
  return lineOf(type) !== undefined
}

/** Fields as declared: an inlined struct is one entry. */
export function declaredFields(type: string): readonly FieldType[] {
  let fields = fieldsOf.get(type)
  if (!fields) {
    fields = (lineOf(type) ?? type).split(' ').slice(1).map(parseField)
    fieldsOf.set(type, fields)
  }
  return fields
}

/** Fields as they appear in JSON: inlined structs flattened into their parent. */
export function jsonFields(type: string): ReadonlyMap<string, FieldType> {
  let fields = byName.get(type)
  if (!fields) {
    const flat = new Map<string, FieldType>()
    for (const field of declaredFields(type)) {
      if (field.inline && field.type.kind === 'object') {
        for (const [name, inner] of jsonFields(field.type.name)) flat.set(name, inner)
      } else flat.set(field.name, field)
    }
    fields = flat
    byName.set(type, fields)
  }
  return fields
}

function parseField(text: string): FieldType {
  const [name = '', type = '*', tag = '0', ...flags] = text.split(':')
  const field: FieldType = {
    name,
    type: parseType(type),
    tag: Number(tag),
    pointer: false,
    inline: false,
    required: false,
  }
  for (const flag of flags) {
    const [key, value = ''] = flag.split('=')
    if (key === 'p') field.pointer = true
    else if (key === 'l') field.inline = true
    else if (key === 'r') field.required = true
    else if (key === 'm') field.mergeKey = value
    else if (key === 'M') field.mergePrimitives = true
    else if (key === 'k') field.retainKeys = true
    else if (key === 'L') field.mapKeys = value.split('+')
    else if (key === 'S') field.isSet = true
    else if (key === 'A') field.atomic = true
    else if (key === 'D') field.default = JSON.parse(value)
  }
  return field
}

function parseType(text: string): TypeRef {
  if (text.startsWith('[]')) return { kind: 'list', of: parseType(text.slice(2)) }
  if (text.startsWith('{}')) return { kind: 'map', of: parseType(text.slice(2)) }
  return SCALARS[text] ?? { kind: 'object', name: text }
}

const PACKAGES: Readonly<Record<string, string>> = {
  '': 'core',
  'networking.k8s.io': 'networking',
  'discovery.k8s.io': 'discovery',
  'rbac.authorization.k8s.io': 'rbac',
  'authorization.k8s.io': 'authorization',
  'authentication.k8s.io': 'authentication',
  'coordination.k8s.io': 'coordination',
  'events.k8s.io': 'events',
  'scheduling.k8s.io': 'scheduling',
  'storage.k8s.io': 'storage',
  'projectcalico.org': 'calico',
}

/** The table's name of a kind, or undefined when its structure is not known. */
export function typeNameOf({
  group,
  version,
  kind,
}: {
  group: string
  version: string
  kind: string
}): string | undefined {
  const versioned = group === 'autoscaling' && version === 'v2' ? 'autoscaling2' : group
  const name = `${PACKAGES[versioned] ?? versioned}.${kind}`
  return hasType(name) ? name : undefined
}
