/**
 * Makes src/sandbox/api/schema/*.data.ts from the Go types of k8s.io/api and k8s.io/apimachinery and from Calico's CRDs:
 *
 *   npx tsx scripts/generate-schemas.ts GO_MODULES/k8s.io api@v0.34.4 apimachinery@v0.34.4 CRD_FOLDER
 *
 * One line per type: `core.Pod metadata:meta.ObjectMeta:1 spec:core.PodSpec:2`, each field `name:type:protobuf tag[:flags]`.
 * Types: s string, i integer, d number, b boolean, y bytes, t time, q quantity, o IntOrString, * anything, `[]`
 * list of, `{}` map of, else another type. Flags: p pointer, l inlined, r required, m=K strategic merge by key K,
 * M merge primitives, k retainKeys, L=K+K list map, S list set, A atomic, D=V default.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

const [, , root, api, machinery, crds] = process.argv
if (!root || !api || !machinery || !crds) throw new Error('usage: generate-schemas.ts ROOT API MACHINERY CRDS')

const PACKAGES: [name: string, folder: string][] = [
  ['core', `${api}/core/v1`],
  ['apps', `${api}/apps/v1`],
  ['batch', `${api}/batch/v1`],
  ['networking', `${api}/networking/v1`],
  ['discovery', `${api}/discovery/v1`],
  ['rbac', `${api}/rbac/v1`],
  ['policy', `${api}/policy/v1`],
  ['authorization', `${api}/authorization/v1`],
  ['authentication', `${api}/authentication/v1`],
  ['autoscaling', `${api}/autoscaling/v1`],
  ['autoscaling2', `${api}/autoscaling/v2`],
  ['coordination', `${api}/coordination/v1`],
  ['events', `${api}/events/v1`],
  ['scheduling', `${api}/scheduling/v1`],
  ['storage', `${api}/storage/v1`],
  ['meta', `${machinery}/pkg/apis/meta/v1`],
]

/** Kinds whose types are kept, with everything they reach. */
const KINDS = [
  'core.Binding core.ConfigMap core.Endpoints core.Event core.LimitRange core.Namespace core.Node core.PersistentVolumeClaim',
  'core.PersistentVolume core.Pod core.PodTemplate core.ReplicationController core.ResourceQuota core.Secret core.ServiceAccount core.Service',
  'apps.ControllerRevision apps.DaemonSet apps.Deployment apps.ReplicaSet apps.StatefulSet batch.CronJob batch.Job',
  'networking.NetworkPolicy networking.Ingress networking.IngressClass discovery.EndpointSlice',
  'rbac.Role rbac.ClusterRole rbac.RoleBinding rbac.ClusterRoleBinding policy.PodDisruptionBudget policy.Eviction',
  'authorization.SelfSubjectAccessReview authorization.SelfSubjectRulesReview authorization.SubjectAccessReview authorization.LocalSubjectAccessReview',
  'authentication.SelfSubjectReview authentication.TokenReview authentication.TokenRequest autoscaling.Scale autoscaling.HorizontalPodAutoscaler autoscaling2.HorizontalPodAutoscaler',
  'coordination.Lease events.Event scheduling.PriorityClass storage.StorageClass meta.DeleteOptions meta.LabelSelector',
].flatMap((line) => line.split(' '))

const SCALARS: Record<string, string> = {
  string: 's',
  bool: 'b',
  int: 'i',
  int8: 'i',
  int32: 'i',
  int64: 'i',
  uint16: 'i',
  float64: 'd',
  '[]byte': 'y',
  'meta.Time': 't',
  'meta.MicroTime': 't',
  'meta.Duration': 's',
  'meta.FieldsV1': '*',
  'resource.Quantity': 'q',
  'intstr.IntOrString': 'o',
  'runtime.RawExtension': '*',
  'runtime.Object': '*',
  'core.PreemptionPolicy': 's',
  'types.UID': 's',
  'types.NodeName': 's',
  'authentication.ExtraValue': '[]s',
  'authorization.ExtraValue': '[]s',
}

interface Field {
  name: string
  goType: string
  tag: string
  flags: string[]
  doc: string
}
interface Struct {
  fields: Field[]
  doc: string
}

const structs = new Map<string, Struct>()
const aliases = new Map<string, string>()

function qualify(type: string, pkg: string): string {
  if (type.startsWith('*')) return qualify(type.slice(1), pkg)
  if (type === '[]byte') return type
  if (type.startsWith('[]')) return `[]${qualify(type.slice(2), pkg)}`
  const map = /^map\[[^\]]+\](.*)$/.exec(type)
  if (map) return `{}${qualify(map[1]!, pkg)}`
  if (SCALARS[type] && !type.includes('.')) return type
  const dot = type.indexOf('.')
  if (dot < 0) return `${pkg}.${type}`
  const alias = type.slice(0, dot)
  const known: Record<string, string> = {
    v1: pkg === 'core' || pkg === 'discovery' ? (pkg === 'discovery' ? 'core' : 'core') : 'core',
    metav1: 'meta',
    corev1: 'core',
    api: 'core',
  }
  return `${known[alias] ?? alias}${type.slice(dot)}`
}

function docOf(lines: string[]): { doc: string; markers: string[] } {
  const markers: string[] = []
  const text: string[] = []
  for (const line of lines) {
    const content = line.replace(/^\s*\/\/ ?/, '')
    if (content.startsWith('---')) break
    if (/^\s*\+/.test(content)) markers.push(content.trim().slice(1))
    else if (!/^(TODO|FIXME)/.test(content.trim())) text.push(content.trim())
  }
  return {
    doc: text
      .join('\n')
      .replace(/([^\n])\n(?=[^\n])/g, '$1 ')
      .replace(/\n{2,}/g, '\n\n')
      .trim(),
    markers,
  }
}

function readPackage(pkg: string, folder: string): void {
  const dir = join(root!, folder)
  const files = readdirSync(dir).filter((name) => name.endsWith('types.go') || name === 'types.go')
  for (const file of files) {
    const lines = readFileSync(join(dir, file), 'utf8').split('\n')
    let comment: string[] = []
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at]!
      if (/^\s*\/\//.test(line)) {
        comment.push(line)
        continue
      }
      const struct = /^type (\w+) struct \{/.exec(line)
      if (struct) {
        const entry: Struct = { fields: [], doc: docOf(comment).doc }
        comment = []
        for (at++; lines[at] !== '}'; at++) readField(lines[at]!, pkg, entry, comment)
        structs.set(`${pkg}.${struct[1]}`, entry)
      }
      const alias = /^type (\w+) ([\w.[\]*]+)\s*$/.exec(line)
      if (alias) aliases.set(`${pkg}.${alias[1]}`, qualify(alias[2]!, pkg))
      comment = []
    }
  }
}

function readField(line: string, pkg: string, into: Struct, comment: string[]): void {
  if (/^\s*\/\//.test(line)) {
    comment.push(line)
    return
  }
  if (line.trim() === '') {
    comment.length = 0
    return
  }
  const match = /^\s*(?:(\w+)\s+)?([\w.[\]*]+)\s+`([^`]*)`/.exec(line)
  const { doc, markers } = docOf(comment)
  comment.length = 0
  if (!match) return
  const [, , type = '', tags = ''] = match
  const read = (name: string) => new RegExp(`${name}:"([^"]*)"`).exec(tags)?.[1]
  const json = read('json') ?? ''
  const [jsonName = '', ...options] = json.split(',')
  if (jsonName === '-') return
  const protobuf = (read('protobuf') ?? '').split(',')
  const inline = options.includes('inline') || (jsonName === '' && !match[1])
  if (inline && protobuf[0] === '') {
    // TypeMeta and the like: its fields are the parent's own, without a message around them.
    if (!type.endsWith('TypeMeta'))
      into.fields.push({ name: '', goType: qualify(type, pkg), tag: '0', flags: ['l'], doc })
    return
  }
  const marker = (name: string) =>
    markers.filter((text) => text.startsWith(`${name}=`)).map((text) => text.slice(name.length + 1))
  const flags: string[] = []
  if (type.startsWith('*')) flags.push('p')
  if (inline) flags.push('l')
  if (!options.includes('omitempty') && !markers.includes('optional') && !inline) flags.push('r')
  const strategy = read('patchStrategy') ?? ''
  const key = read('patchMergeKey')
  if (strategy.includes('merge') && key) flags.push(`m=${key}`)
  else if (strategy.includes('merge')) flags.push('M')
  if (strategy.includes('retainKeys')) flags.push('k')
  const listType = marker('listType')[0]
  const keys = marker('listMapKey')
  if (listType === 'map') flags.push(`L=${keys.join('+')}`)
  if (listType === 'set') flags.push('S')
  if (listType === 'atomic' || marker('structType')[0] === 'atomic' || marker('mapType')[0] === 'atomic')
    flags.push('A')
  const value = marker('default')[0]
  if (value !== undefined && /^("[^":\s]*"|-?\d+|true|false)$/.test(value)) flags.push(`D=${value}`)
  into.fields.push({ name: jsonName, goType: qualify(type, pkg), tag: protobuf[1] ?? '0', flags, doc })
}

for (const [pkg, folder] of PACKAGES) readPackage(pkg, folder)

function compact(type: string): string {
  if (SCALARS[type]) return SCALARS[type]!
  if (type.startsWith('[]')) return `[]${compact(type.slice(2))}`
  if (type.startsWith('{}')) return `{}${compact(type.slice(2))}`
  const alias = aliases.get(type)
  if (alias) return compact(alias)
  if (structs.has(type)) return type
  return '*'
}

const typeLines = new Map<string, string>()
const docLines: string[] = []

function emit(type: string): void {
  if (typeLines.has(type)) return
  const struct = structs.get(type)
  if (!struct) return
  typeLines.set(type, '')
  if (struct.doc) docLines.push(`${type}\t${escapeDoc(struct.doc)}`)
  const parts: string[] = []
  const next: string[] = []
  for (const field of struct.fields) {
    const short = compact(field.goType)
    parts.push([field.name, short, field.tag, ...field.flags].join(':'))
    if (field.doc && field.name) docLines.push(`${type}.${field.name}\t${escapeDoc(field.doc)}`)
    const inner = short.replace(/^(\[\]|\{\})+/, '')
    if (inner.includes('.')) next.push(inner)
  }
  typeLines.set(type, [type, ...parts].join(' '))
  for (const inner of next) emit(inner)
}

function escapeDoc(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', ' ')
}

/** Kinds whose field descriptions are kept, for `kubectl explain`. The volume plug-ins of cloud providers are not. */
const DOCUMENTED =
  'core.ConfigMap core.Endpoints core.Event core.Namespace core.Node core.Pod core.Secret core.ServiceAccount core.Service apps.DaemonSet apps.Deployment apps.ReplicaSet apps.StatefulSet batch.Job networking.NetworkPolicy discovery.EndpointSlice'.split(
    ' ',
  )
const UNDOCUMENTED =
  /AWS|Azure|Ceph|Cinder|FC|Flex|Flocker|GCE|Git|Glusterfs|ISCSI|NFS|PhotonPersistent|Portworx|Quobyte|RBD|ScaleIO|StorageOS|Vsphere|CSIVolume|ClaimTemplate|ResourceClaim|Windows/

for (const kind of DOCUMENTED) emit(kind)
for (let at = docLines.length - 1; at >= 0; at--)
  if (UNDOCUMENTED.test(docLines[at]!.split('\t')[0]!)) docLines.splice(at, 1)
const documented = docLines.length
for (const kind of KINDS) emit(kind)
docLines.length = documented

// Calico: structure by structure from the CRDs; equal structures share one type, named where they were met first.
interface JsonSchema {
  type?: string
  description?: string
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  additionalProperties?: JsonSchema | boolean
  required?: string[]
  enum?: unknown[]
  allOf?: JsonSchema[]
  default?: unknown
  'x-kubernetes-int-or-string'?: boolean
  'x-kubernetes-preserve-unknown-fields'?: boolean
  'x-kubernetes-list-type'?: string
  'x-kubernetes-list-map-keys'?: string[]
  anyOf?: JsonSchema[]
}

const calicoByShape = new Map<string, string>()
const enumLines: string[] = []

function calicoType(schema: JsonSchema, name: string): string {
  if (schema['x-kubernetes-int-or-string']) return 'o'
  switch (schema.type) {
    case 'string':
      return 's'
    case 'integer':
      return 'i'
    case 'number':
      return 'd'
    case 'boolean':
      return 'b'
    case 'array':
      return `[]${calicoType(schema.items ?? {}, singular(name))}`
    case 'object': {
      if (schema.properties) return calicoStruct(schema, name)
      if (typeof schema.additionalProperties === 'object') return `{}${calicoType(schema.additionalProperties, name)}`
      return '*'
    }
    default:
      return '*'
  }
}

function singular(name: string): string {
  if (/(In|E)gress$/.test(name)) return name.replace(/(Ingress|Egress)$/, 'Rule')
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`
  return name.endsWith('s') && !name.endsWith('ss') ? name.slice(0, -1) : name
}

function calicoStruct(schema: JsonSchema, name: string): string {
  const shape = JSON.stringify(schema.properties)
  const known = calicoByShape.get(shape)
  if (known) return known
  let unique = `calico.${name}`
  for (let n = 2; typeLines.has(unique); n++) unique = `calico.${name}${n}`
  calicoByShape.set(shape, unique)
  typeLines.set(unique, '')
  if (schema.description) docLines.push(`${unique}\t${escapeDoc(oneParagraph(schema.description))}`)
  const parts = Object.entries(schema.properties ?? {}).map(([field, inner]) => {
    const flags: string[] = []
    if (schema.required?.includes(field)) flags.push('r')
    if (inner['x-kubernetes-list-type'] === 'map') flags.push(`L=${inner['x-kubernetes-list-map-keys']!.join('+')}`)
    if (inner['x-kubernetes-list-type'] === 'set') flags.push('S')
    if (inner.description) docLines.push(`${unique}.${field}\t${escapeDoc(oneParagraph(inner.description))}`)
    const allowed = inner.enum ?? inner.allOf?.at(-1)?.enum
    if (allowed) enumLines.push(`${unique}.${field}\t${allowed.join(' ')}`)
    return [field, calicoType(inner, `${name}${field[0]!.toUpperCase()}${field.slice(1)}`), '0', ...flags].join(':')
  })
  typeLines.set(unique, [unique, ...parts].join(' '))
  return unique
}

function oneParagraph(text: string): string {
  return text.replace(/([^\n])\n(?=[^\n\s])/g, '$1 ').trim()
}

for (const file of readdirSync(crds).sort()) {
  if (!file.endsWith('.yaml')) continue
  const crd = parse(readFileSync(join(crds, file), 'utf8'))
  const version = crd.spec.versions.find((v: { name: string }) => v.name === 'v3') ?? crd.spec.versions[0]
  const schema: JsonSchema = version.schema.openAPIV3Schema
  const kind: string = crd.spec.names.kind
  const parts = [`metadata:meta.ObjectMeta:0`]
  const type = `calico.${kind}`
  typeLines.set(type, '')
  for (const part of ['spec', 'status'] as const) {
    const inner = schema.properties?.[part]
    if (inner)
      parts.push(
        `${part}:${calicoType(inner, `${kind}${part === 'spec' ? 'Spec' : 'Status'}`)}:0${inner.description ? '' : ''}`,
      )
    if (inner?.description) docLines.push(`${type}.${part}\t${escapeDoc(oneParagraph(inner.description))}`)
  }
  if (schema.description) docLines.push(`${type}\t${escapeDoc(oneParagraph(schema.description))}`)
  typeLines.set(type, [type, ...parts].join(' '))
}

const HEADER = '// Made by scripts/generate-schemas.ts: do not edit.\n'
const literal = (text: string) => `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')}\``
const out = 'src/sandbox/api/schema'
writeFileSync(
  `${out}/types.data.ts`,
  `${HEADER}export const TYPE_LINES = ${literal([...typeLines.values()].join('\n'))}\n`,
)
writeFileSync(`${out}/docs.data.ts`, `${HEADER}export const DOC_LINES = ${literal(docLines.join('\n'))}\n`)
writeFileSync(`${out}/enums.data.ts`, `${HEADER}export const ENUM_LINES = ${literal(enumLines.join('\n'))}\n`)
