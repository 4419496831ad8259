import type { ResourceType } from '../registry/resource-type.ts'
import { DOC_LINES } from '../schema/docs.data.ts'
import { ENUM_LINES } from '../schema/enums.data.ts'
import { jsonFields, type TypeRef, typeNameOf } from '../schema/type-table.ts'
import { goNameOf } from './calico-names.ts'

type Schema = Record<string, unknown>

interface Writing {
  /** Types that were referred to and are still to be written. */
  wanted: string[]
  /** A custom resource's schema lies in one piece: Calico's types stand where they are used. */
  inline: boolean
}

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
    schemas[key] = { ...toKindSchema(type, name, wanted), 'x-kubernetes-group-version-kind': gvk }
  }
  for (let next = wanted.pop(); next; next = wanted.pop()) {
    const key = schemaName(next)
    schemas[key] ??= toSchema(next, { wanted, inline: false })
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

const STANDARD_METADATA =
  "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata"

function toKindSchema(type: ResourceType, name: string, wanted: string[]): Schema {
  const schema = toSchema(name, { wanted, inline: type.custom })
  const { metadata, ...own } = schema.properties as Record<string, Schema>
  if (!name.startsWith('calico.')) return { ...schema, properties: { ...TYPE_META, ...own, metadata } }
  // Calico's API server does not say what the parts of a kind are; its custom resources do.
  const parts = type.custom
    ? { ...own, metadata: { ...metadata, description: STANDARD_METADATA } }
    : { ...mapValues(own, ({ description: _said, ...part }) => part), metadata }
  return { ...schema, properties: { ...TYPE_META, ...parts }, required: ['metadata', 'spec'] }
}

function mapValues(values: Record<string, Schema>, change: (value: Schema) => Schema): Record<string, Schema> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]))
}

function toSchema(name: string, writing: Writing): Schema {
  const properties: Record<string, Schema> = {}
  const required: string[] = []
  for (const [field, info] of jsonFields(name)) {
    const description = docOf(`${name}.${field}`)
    const values = enumOf(`${name}.${field}`)
    properties[field] = {
      ...refer(info.type, writing),
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

function refer(type: TypeRef, writing: Writing): Schema {
  switch (type.kind) {
    case 'list':
      return { type: 'array', items: refer(type.of, writing) }
    case 'map':
      return { type: 'object', additionalProperties: refer(type.of, writing) }
    case 'object':
      if (writing.inline && type.name.startsWith('calico.')) return toSchema(type.name, writing)
      writing.wanted.push(type.name)
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

function schemaName(table: string): string {
  const type = goNameOf(table)
  const dot = type.indexOf('.')
  const [pkg, name] = [type.slice(0, dot), type.slice(dot + 1)]
  if (pkg === 'meta') return `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`
  if (pkg === 'calico') return `com.github.projectcalico.api.pkg.apis.projectcalico.v3.${name}`
  return `io.k8s.api.${pkg}.${VERSIONS[pkg] ?? 'v1'}.${name}`
}

function reversed(group: string): string {
  return group === '' ? 'io.k8s.api.core' : group.split('.').reverse().join('.')
}
