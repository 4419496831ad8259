import { equalJson } from '../../store/json-value.ts'
import type { FieldProblem } from '../api-error.ts'

/** The checks of pkg/apis/core/validation that people run into; a full copy would be ten thousand lines. */

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const PROTOCOLS = ['TCP', 'UDP', 'SCTP']
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']

interface Container {
  name?: string
  image?: string
  imagePullPolicy?: string
  ports?: { name?: string; containerPort?: number; protocol?: string }[]
  env?: { name?: string }[]
  volumeMounts?: { name?: string; mountPath?: string }[]
}

export function required(field: string, detail = ''): FieldProblem {
  return {
    field,
    message: detail === '' ? 'Required value' : `Required value: ${detail}`,
    reason: 'FieldValueRequired',
  }
}

export function invalidValue(field: string, value: unknown, why: string): FieldProblem {
  return { field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` }
}

export function unsupported(field: string, value: unknown, supported: readonly string[]): FieldProblem {
  const list = [...supported]
    .sort()
    .map((text) => JSON.stringify(text))
    .join(', ')
  return {
    field,
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`,
    reason: 'FieldValueNotSupported',
  }
}

export function duplicate(field: string, value: unknown): FieldProblem {
  return { field, message: `Duplicate value: ${JSON.stringify(value)}`, reason: 'FieldValueDuplicate' }
}

export function validatePort(field: string, value: unknown): FieldProblem[] {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535) return []
  return [invalidValue(field, value ?? 0, 'must be between 1 and 65535, inclusive')]
}

export function validatePodSpec(spec: Record<string, any>, path: string, alwaysRestarts = false): FieldProblem[] {
  const problems: FieldProblem[] = []
  const containers: Container[] = spec.containers ?? []
  const volumes = new Set<string>((spec.volumes ?? []).map((volume: { name: string }) => volume.name))
  if (containers.length === 0) problems.push(required(`${path}.containers`))
  const names = new Set<string>()
  for (const [list, field] of [
    [spec.initContainers ?? [], 'initContainers'],
    [containers, 'containers'],
  ] as const) {
    for (const [index, container] of (list as Container[]).entries()) {
      problems.push(...validateContainer(container, `${path}.${field}[${index}]`, names, volumes))
    }
  }
  if (spec.restartPolicy && !RESTART_POLICIES.includes(spec.restartPolicy)) {
    problems.push(unsupported(`${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES))
  } else if (alwaysRestarts && spec.restartPolicy && spec.restartPolicy !== 'Always') {
    problems.push(unsupported(`${path}.restartPolicy`, spec.restartPolicy, ['Always']))
  }
  return problems
}

function validateContainer(
  container: Container,
  path: string,
  names: Set<string>,
  volumes: ReadonlySet<string>,
): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (!container.name) problems.push(required(`${path}.name`))
  else {
    if (!DNS_LABEL.test(container.name)) problems.push(invalidValue(`${path}.name`, container.name, LABEL_RULE))
    if (names.has(container.name)) problems.push(duplicate(`${path}.name`, container.name))
    names.add(container.name)
  }
  if (!container.image) problems.push(required(`${path}.image`))
  if (container.imagePullPolicy && !PULL_POLICIES.includes(container.imagePullPolicy)) {
    problems.push(unsupported(`${path}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES))
  }
  for (const [index, port] of (container.ports ?? []).entries()) {
    problems.push(...validatePort(`${path}.ports[${index}].containerPort`, port.containerPort))
    if (port.protocol && !PROTOCOLS.includes(port.protocol)) {
      problems.push(unsupported(`${path}.ports[${index}].protocol`, port.protocol, PROTOCOLS))
    }
  }
  for (const [index, variable] of (container.env ?? []).entries()) {
    if (!variable.name) problems.push(required(`${path}.env[${index}].name`))
    else if (!ENV_NAME.test(variable.name)) {
      problems.push(
        invalidValue(
          `${path}.env[${index}].name`,
          variable.name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      )
    }
  }
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    if (mount.name && !volumes.has(mount.name) && !mount.name.startsWith('kube-api-access-')) {
      problems.push({
        field: `${path}.volumeMounts[${index}].name`,
        message: `Not found: ${JSON.stringify(mount.name)}`,
        reason: 'FieldValueInvalid',
      })
    }
  }
  return problems
}

const IMMUTABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** A running pod can hardly be changed: that is what restarts are for. */
export function validatePodUpdate(spec: Record<string, any>, previous: Record<string, any>): FieldProblem[] {
  const withoutMutable = (value: Record<string, any>) => {
    const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, schedulingGates: _gates, ...rest } = value
    const strip = (list: Container[] | undefined) => list?.map(({ image: _image, ...container }) => container)
    return { ...rest, containers: strip(value.containers), initContainers: strip(value.initContainers) }
  }
  const changed = equalJson(withoutMutable(spec), withoutMutable(previous)) === false
  const kept = (previous.tolerations ?? []).every((toleration: unknown) =>
    (spec.tolerations ?? []).some((other: unknown) => equalJson(other, toleration)),
  )
  return changed || !kept ? [{ field: 'spec', message: `Forbidden: ${IMMUTABLE}`, reason: 'FieldValueForbidden' }] : []
}
