import type { KubeObject } from '../model.ts'
import { structIssue, type ValidationIssue } from './issue.ts'

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const labelMessage =
  "name must consist of lower case alphanumeric characters or '-' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?)"
const subdomainMessage =
  "name must consist of lower case alphanumeric characters, '-' or '.' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)"

/** Prefixes under which the rest of a namespaced policy's name may hold dots (Kubernetes policies and OpenStack groups). */
const passThrough = /^(knp|ossg)\.default\./

const tiered = new Set(['NetworkPolicy', 'GlobalNetworkPolicy', 'StagedNetworkPolicy', 'StagedGlobalNetworkPolicy'])

/** What Kubernetes asks of the metadata of every object; Calico's API server does so before its own validator sees the object. */
export function metadataIssues(object: KubeObject): ValidationIssue[] {
  return [...segmentIssues(object), ...labelIssues(object)]
}

/** A name has to fit into a path (ValidatePathSegmentName). */
function segmentIssues({ metadata }: KubeObject): ValidationIssue[] {
  const name = String(metadata.name ?? '')
  const problems = ['.', '..'].includes(name)
    ? [`may not be '${name}'`]
    : ['/', '%'].filter((character) => name.includes(character)).map((character) => `may not contain '${character}'`)
  return problems.map((message) => ({
    stage: 'metadata',
    reason: 'FieldValueInvalid',
    field: 'metadata.name',
    value: JSON.stringify(name),
    message,
    path: 'metadata.name',
  }))
}

/** What every Kubernetes API server checks by itself; all there is where Calico's kinds are served as CRDs. */
export function nativeMetadataIssues(object: KubeObject): ValidationIssue[] {
  const name = object.metadata.name as string | undefined
  const refuse = (message: string): ValidationIssue => ({
    stage: 'schema',
    reason: 'FieldValueInvalid',
    field: 'metadata.name',
    value: JSON.stringify(name),
    message,
    path: 'metadata.name',
  })
  const issues: ValidationIssue[] = []
  if (name && byteLength(name) > 253) issues.push(refuse('must be no more than 253 characters'))
  else if (name && !subdomain.test(name)) {
    issues.push(
      refuse(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ),
    )
  }
  return [...issues, ...labelIssues(object).map((issue): ValidationIssue => ({ ...issue, stage: 'schema' }))]
}

/** Every object's name: `validateObjectMeta`. */
export function nameIssues({ metadata }: KubeObject): ValidationIssue[] {
  const name = metadata.name as string | undefined
  if (!name) return []
  return [...tooLong(name, 253), ...(subdomain.test(name) ? [] : [refusedName(subdomainMessage)])]
}

/** What the kind asks of a name besides: no dot in a tier's, at most one in a policy's. */
export function kindNameIssues({ kind, metadata }: KubeObject): ValidationIssue[] {
  const name = metadata.name as string | undefined
  if (!name) return []
  if (kind === 'StagedKubernetesNetworkPolicy') return tooLong(name, 253)
  if (kind === 'Tier') return [...tooLong(name, 63), ...(label.test(name) ? [] : [refusedName(labelMessage)])]
  if (!tiered.has(kind)) return []
  // The parts of a policy's name: an optional tier and a name of its own, each a DNS label of any length.
  const own = /^(Staged)?NetworkPolicy$/.test(kind) ? name.replace(passThrough, '') : name
  const parts = own === name ? name.split(/\.(.*)/s, 2) : own.split('.')
  return [...tooLong(name, 253), ...(parts.every((part) => label.test(part)) ? [] : [refusedName(labelMessage)])]
}

function refusedName(message: string): ValidationIssue {
  return structIssue('Metadata.Name', message, 'metadata.name')
}

function tooLong(name: string, limit: number): ValidationIssue[] {
  const bytes = byteLength(name)
  return bytes > limit ? [refusedName(`name is too long by ${bytes - limit} bytes`)] : []
}

/** A network set's namespace is no label one can set. */
export function setLabelIssues({ kind, metadata }: KubeObject): ValidationIssue[] {
  const key = 'projectcalico.org/namespace'
  if (!/NetworkSet$/.test(kind) || metadata.labels?.[key] === undefined) return []
  return [structIssue('Metadata.Labels (label)', `${key} is not a valid label name`, `metadata.labels.${key}`)]
}

const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const nameMessage =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const valueMessage =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const prefixMessage =
  "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

function labelIssues({ metadata }: KubeObject): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const refuse = (map: 'labels' | 'annotations', key: string, value: string, message: string) =>
    issues.push({
      stage: 'metadata',
      reason: 'FieldValueInvalid',
      field: `metadata.${map}`,
      value: JSON.stringify(value),
      message,
      path: `metadata.${map}.${key}`,
    })
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    const wrong = keyProblem(key)
    if (wrong) refuse('labels', key, key, wrong)
    if (typeof value === 'string' && value.length > 63) refuse('labels', key, value, 'must be no more than 63 bytes')
    if (typeof value === 'string' && !labelValue.test(value)) refuse('labels', key, value, valueMessage)
  }
  for (const key of Object.keys(metadata.annotations ?? {})) {
    const wrong = keyProblem(key.toLowerCase())
    if (wrong) refuse('annotations', key, key, wrong)
  }
  return issues
}

/** What is wrong with a label or annotation key, in the words of Kubernetes' IsQualifiedName; null when nothing is. */
export function keyProblem(key: string): string | null {
  const parts = key.split('/')
  if (parts.length > 2)
    return `a valid label key must consist of ${nameMessage.replace('name part must consist of ', '')}`
  const name = parts.at(-1)!
  const prefix = parts.length === 2 ? parts[0]! : null
  if (prefix === '') return 'prefix part must be non-empty'
  if (prefix !== null && (prefix.length > 253 || !subdomain.test(prefix))) return prefixMessage
  if (name === '') return 'name part must be non-empty'
  if (name.length > 63) return 'name part must be no more than 63 bytes'
  return qualifiedName.test(name) ? null : nameMessage
}

/** UTF-8 length without Node or DOM classes. */
function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0)!
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}
