import type { KubeObject } from '../../contracts.ts'
import type { FieldProblem } from '../api-error.ts'
import type { ResourceType } from '../registry/resource-type.ts'

type Metadata = KubeObject['metadata']

const LABEL_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const SERVICE_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const NAME_PART_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const MOST_ANNOTATION_BYTES = 256 * 1024

/** Kinds of RBAC take any path segment as a name. */
const PATH_NAMED = new Set(['rbac.authorization.k8s.io'])
/** What is wrong with an object's metadata, in the API server's words (ValidateObjectMeta, ValidateObjectMetaUpdate). */
export function metadataProblems(
  type: ResourceType,
  metadata: Metadata,
  previous: Metadata | undefined,
): FieldProblem[] {
  return [
    ...nameProblems(type, metadata),
    ...labelProblems(metadata.labels, 'metadata.labels'),
    ...annotationProblems(metadata.annotations),
    ...bondProblems(type, metadata, previous),
  ]
}

/** What is wrong with owners and finalizers; aggregated API servers judge these as well, whatever they think of names and labels. */
export function bondProblems(type: ResourceType, metadata: Metadata, previous: Metadata | undefined): FieldProblem[] {
  return [...ownerProblems(metadata.ownerReferences ?? []), ...finalizerProblems(type, metadata, previous)]
}

function nameProblems(type: ResourceType, metadata: Metadata): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (!metadata.name) {
    if (!metadata.generateName) {
      problems.push({
        field: 'metadata.name',
        message: 'Required value: name or generateName is required',
        reason: 'FieldValueRequired',
      })
    }
  } else {
    const problem = nameProblem(type, String(metadata.name))
    if (problem)
      problems.push({ field: 'metadata.name', message: `Invalid value: ${JSON.stringify(metadata.name)}: ${problem}` })
  }
  return problems
}

function ownerProblems(owners: NonNullable<Metadata['ownerReferences']>): FieldProblem[] {
  const field = 'metadata.ownerReferences'
  const problems: FieldProblem[] = []
  for (const owner of owners) {
    if (!owner.apiVersion)
      problems.push({ field: `${field}.apiVersion`, message: 'Invalid value: "": version must not be empty' })
    for (const part of ['kind', 'name', 'uid'] as const) {
      if (!owner[part])
        problems.push({ field: `${field}.${part}`, message: `Invalid value: "": ${part} must not be empty` })
    }
  }
  const [first, second] = owners.filter(({ controller }) => controller)
  if (first && second) {
    const message = `Only one reference can have Controller set to true. Found "true" in references for ${first.name} and ${second.name}`
    problems.push({ field, message: `Invalid value: null: ${message}` })
  }
  return problems
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** Names must be qualified; on an object that is being deleted finalizers can only go. */
function finalizerProblems(type: ResourceType, metadata: Metadata, previous: Metadata | undefined): FieldProblem[] {
  const field = 'metadata.finalizers'
  const finalizers = metadata.finalizers ?? []
  const problems: FieldProblem[] = []
  for (const [index, name] of finalizers.entries()) {
    const problem = qualifiedNameProblem(name)
    if (problem) problems.push({ field, message: `Invalid value: ${JSON.stringify(name)}: ${problem}` })
    else if (!name.includes('/') && !STANDARD_FINALIZERS.has(name) && !type.custom && !type.aggregated) {
      const message = `Invalid value: ${JSON.stringify(name)}: name is neither a standard finalizer name nor is it fully qualified`
      problems.push({ field: `${field}[${index}]`, message })
    }
  }
  const added = previous?.deletionTimestamp
    ? finalizers.filter((name) => !previous.finalizers?.includes(name)).sort()
    : []
  if (added.length > 0) {
    const found = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`
    const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${found}`
    problems.push({ field, message, reason: 'FieldValueForbidden' })
  }
  return problems
}

function nameProblem(type: ResourceType, name: string): string | undefined {
  if (PATH_NAMED.has(type.group)) {
    if (name === '.' || name === '..') return `may not be '${name}'`
    const bad = /[/%]/.exec(name)
    return bad ? `may not contain '${bad[0]}'` : undefined
  }
  if (type.id === 'namespaces')
    return name.length > 63 ? 'must be no more than 63 characters' : LABEL_NAME.test(name) ? undefined : LABEL_RULE
  if (type.id === 'services')
    return name.length > 63 ? 'must be no more than 63 characters' : SERVICE_NAME.test(name) ? undefined : SERVICE_RULE
  if (name.length > 253) return 'must be no more than 253 characters'
  return SUBDOMAIN.test(name) ? undefined : SUBDOMAIN_RULE
}

function labelProblems(labels: unknown, field: string): FieldProblem[] {
  const problems: FieldProblem[] = []
  for (const [key, value] of Object.entries((labels ?? {}) as Record<string, unknown>)) {
    const keyProblem = qualifiedNameProblem(key)
    if (keyProblem) problems.push({ field, message: `Invalid value: ${JSON.stringify(key)}: ${keyProblem}` })
    const text = String(value ?? '')
    if (text.length > 63)
      problems.push({ field, message: `Invalid value: ${JSON.stringify(text)}: must be no more than 63 bytes` })
    else if (text !== '' && !QUALIFIED.test(text))
      problems.push({ field, message: `Invalid value: ${JSON.stringify(text)}: ${VALUE_RULE}` })
  }
  return problems
}

function qualifiedNameProblem(key: string): string | undefined {
  const parts = key.split('/')
  if (parts.length > 2)
    return `a qualified name ${NAME_PART_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`
  const name = parts[parts.length - 1]!
  if (parts.length === 2) {
    if (parts[0] === '') return 'prefix part must be non-empty'
    if (!SUBDOMAIN.test(parts[0]!)) return `prefix part ${SUBDOMAIN_RULE}`
  }
  if (name === '') return `name part must be non-empty`
  if (name.length > 63) return 'name part must be no more than 63 bytes'
  return QUALIFIED.test(name) ? undefined : `name part ${NAME_PART_RULE}`
}

function annotationProblems(annotations: unknown): FieldProblem[] {
  const problems: FieldProblem[] = []
  let bytes = 0
  for (const [key, value] of Object.entries((annotations ?? {}) as Record<string, unknown>)) {
    bytes += key.length + String(value ?? '').length
    const problem = qualifiedNameProblem(key.toLowerCase())
    if (problem)
      problems.push({ field: 'metadata.annotations', message: `Invalid value: ${JSON.stringify(key)}: ${problem}` })
  }
  if (bytes > MOST_ANNOTATION_BYTES) {
    problems.push({
      field: 'metadata.annotations',
      message: `Too long: may not be more than ${MOST_ANNOTATION_BYTES} bytes`,
      reason: 'FieldValueTooLong',
    })
  }
  return problems
}
