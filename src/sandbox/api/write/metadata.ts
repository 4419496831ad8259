import type { KubeObject } from '../../contracts.ts'
import { ApiError, badRequest, type FieldProblem, forbidden, invalid, notFound } from '../api-error.ts'
import type { ApiContext, ResourceRequest } from '../context.ts'
import { groupKindOf, type ResourceType } from '../registry/resource-type.ts'
import { objectProblems } from '../validate/validate.ts'

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
const SERVER_FIELDS = ['selfLink', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const

/** What a client may not set on a new object is dropped; the namespace comes from the path. */
export function settleNewMetadata(type: ResourceType, object: KubeObject, namespace: string | undefined): void {
  const { metadata } = object
  if (metadata.resourceVersion) {
    throw new ApiError(500, undefined, 'resourceVersion should not be set on objects to be created')
  }
  for (const field of SERVER_FIELDS) delete metadata[field]
  delete metadata.resourceVersion
  delete metadata.uid
  delete metadata.creationTimestamp
  if (type.namespaced) {
    if (metadata.namespace && metadata.namespace !== namespace) throw namespaceMismatch()
    metadata.namespace = namespace!
  } else delete metadata.namespace
}

export function namespaceMismatch(): ApiError {
  return badRequest('the namespace of the provided object does not match the namespace sent on the request')
}

/** Nothing can be created in a namespace that is missing or going away. */
export function requireNamespace(context: ApiContext, type: ResourceType, namespace: string, name: string): void {
  const found = context.store.get('namespaces', undefined, namespace)
  if (!found) throw notFound('namespaces', namespace)
  if (found.metadata.deletionTimestamp || found.status?.phase === 'Terminating') {
    throw forbidden(
      type.id,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    )
  }
}

/** 422 with everything that is wrong: name, labels and annotations (ValidateObjectMeta), then the rest of the object. */
export function validate(
  { type, subresource, context }: Pick<ResourceRequest, 'type' | 'subresource' | 'context'>,
  object: KubeObject,
  previous: KubeObject | undefined,
): void {
  // Calico's API server has its own rules for metadata too, and its own words.
  if (type.aggregated && context.hooks.admit?.[type.id] && object.metadata.name) return
  const problems: FieldProblem[] = []
  const { metadata } = object
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
  problems.push(...labelProblems(metadata.labels, 'metadata.labels'), ...annotationProblems(metadata.annotations))
  if (subresource === undefined) problems.push(...objectProblems(type.storedAs, object, previous))
  if (problems.length > 0) throw invalid(groupKindOf(type), metadata.name ?? '', problems)
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

export function labelProblems(labels: unknown, field: string): FieldProblem[] {
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
