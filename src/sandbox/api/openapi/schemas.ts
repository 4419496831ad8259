import type { ResourceType } from '../registry/resource-type.ts'
import { DOC_LINES } from '../schema/docs.data.ts'
import { ENUM_LINES } from '../schema/enums.data.ts'
import { jsonFields, type TypeRef, typeNameOf } from '../schema/type-table.ts'

type Schema = Record<string, unknown>

let docs: Map<string, string> | undefined
let enums: Map<string, string[]> | undefined

function readTable(text: string): [string, string][] {
  return text.split('\n').map((line) => {
    const tab = line.indexOf('\t')
    return [line.slice(0, tab), line.slice(tab + 1)]
  })
}

function docOf(name: string): string | undefined {
  docs ??= new Map(readTable(DOC_LINES))
  return docs.get(name)?.replace(/\\([\\n])/g, (_, char: string) => (char === 'n' ? '\n' : '\\'))
}

function enumOf(name: string): string[] | undefined {
  enums ??= new Map(readTable(ENUM_LINES).map(([key, values]) => [key, values.split(' ')]))
  return enums.get(name)
}

/** `components.schemas` of one group version: its kinds and everything they reach. */
export function schemasFor(types: readonly ResourceType[]): Record<string, Schema> {
  const schemas: Record<string, Schema> = {}
  const wanted: string[] = []
  for (const type of types) {
    const gvk = [{ group: type.group, version: type.version, kind: type.kind }]
    const name = typeNameOf(type)
    const key = name ? schemaName(name) : `${reversed(type.group)}.${type.version}.${type.kind}`
    if (!name) {
      schemas[key] = { type: 'object', properties: TYPE_META, 'x-kubernetes-group-version-kind': gvk }
      continue
    }
    schemas[key] = { ...toSchema(name, wanted, true), 'x-kubernetes-group-version-kind': gvk }
  }
  for (let next = wanted.pop(); next; next = wanted.pop()) {
    const key = schemaName(next)
    schemas[key] ??= toSchema(next, wanted, false)
  }
  for (const field of new Set(types.flatMap((type) => type.extraFields ?? []))) {
    const holders = Object.keys(schemas).filter((key) => EXTRA_HOLDERS[field]?.test(key))
    for (const key of holders) {
      const { properties } = schemas[key] as { properties: Record<string, Schema> }
      schemas[key] = { ...schemas[key], properties: { ...properties, [field]: STRINGS } }
    }
  }
  return schemas
}

const STRINGS: Schema = { type: 'array', items: { type: 'string' } }
/** Where the fields that only Calico Enterprise has are found; clients look here to know whether they may be used. */
const EXTRA_HOLDERS: Record<string, RegExp> = {
  allowedEgressDomains: /\.(Global)?NetworkSetSpec$/,
  domains: /\.EntityRule$/,
}

const TYPE_META: Record<string, Schema> = {
  apiVersion: {
    type: 'string',
    description:
      'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources',
  },
  kind: {
    type: 'string',
    description:
      'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds',
  },
}

function toSchema(name: string, wanted: string[], isKind: boolean): Schema {
  const properties: Record<string, Schema> = isKind ? { ...TYPE_META } : {}
  const required: string[] = []
  for (const [field, info] of jsonFields(name)) {
    const description = docOf(`${name}.${field}`)
    const values = enumOf(`${name}.${field}`)
    properties[field] = {
      ...refer(info.type, wanted),
      ...(description ? { description } : {}),
      ...(values ? { enum: values } : {}),
      ...(info.default === undefined ? {} : { default: info.default }),
      ...listExtensions(info),
    }
    if (info.required) required.push(field)
  }
  const description = docOf(name)
  return {
    type: 'object',
    ...(description ? { description } : {}),
    properties,
    ...(required.length > 0 ? { required } : {}),
  }
}

function listExtensions(info: {
  mergeKey?: string
  mergePrimitives?: boolean
  retainKeys?: boolean
  mapKeys?: readonly string[]
  isSet?: boolean
  atomic?: boolean
  type: TypeRef
}): Schema {
  const isList = info.type.kind === 'list'
  return {
    ...(info.mapKeys ? { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': info.mapKeys } : {}),
    ...(info.isSet ? { 'x-kubernetes-list-type': 'set' } : {}),
    ...(info.atomic ? { [isList ? 'x-kubernetes-list-type' : 'x-kubernetes-map-type']: 'atomic' } : {}),
    ...(info.mergeKey ? { 'x-kubernetes-patch-merge-key': info.mergeKey } : {}),
    ...(info.mergeKey || info.mergePrimitives || info.retainKeys
      ? {
          'x-kubernetes-patch-strategy': [
            ...(info.mergeKey || info.mergePrimitives ? ['merge'] : []),
            ...(info.retainKeys ? ['retainKeys'] : []),
          ].join(','),
        }
      : {}),
  }
}

function refer(type: TypeRef, wanted: string[]): Schema {
  switch (type.kind) {
    case 'list':
      return { type: 'array', items: refer(type.of, wanted) }
    case 'map':
      return { type: 'object', additionalProperties: refer(type.of, wanted) }
    case 'object':
      wanted.push(type.name)
      return { allOf: [{ $ref: `#/components/schemas/${schemaName(type.name)}` }], default: {} }
    case 'integer':
      return { type: 'integer', format: 'int32' }
    case 'bytes':
      return { type: 'string', format: 'byte' }
    case 'time':
      return { type: 'string', format: 'date-time' }
    case 'int-or-string':
      return { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' }
    case 'quantity':
      return { oneOf: [{ type: 'string' }, { type: 'number' }] }
    case 'any':
      return { type: 'object' }
    default:
      return { type: type.kind }
  }
}

const VERSIONS: Readonly<Record<string, string>> = { autoscaling: 'v1', calico: 'v3' }

function schemaName(type: string): string {
  const dot = type.indexOf('.')
  const [pkg, name] = [type.slice(0, dot), type.slice(dot + 1)]
  if (pkg === 'meta') return `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`
  if (pkg === 'calico') return `com.github.projectcalico.api.pkg.apis.projectcalico.v3.${name}`
  return `io.k8s.api.${pkg}.${VERSIONS[pkg] ?? 'v1'}.${name}`
}

function reversed(group: string): string {
  return group === '' ? 'io.k8s.api.core' : group.split('.').reverse().join('.')
}
