import type { KubeObject, ResourceId } from '../../contracts.ts'
import { equalJson } from '../../store/json-value.ts'
import type { FieldProblem } from '../api-error.ts'
import { fromLabelSelectorObject } from '../selectors/label-selector.ts'
import { parseSchedule } from './cron-schedule.ts'
import {
  duplicate,
  invalidValue,
  required,
  unsupported,
  validatePodSpec,
  validatePodUpdate,
  validatePort,
} from './pod-spec.ts'

type Validate = (object: KubeObject, previous: KubeObject | undefined) => FieldProblem[]

const SERVICE_TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const PROTOCOLS = ['TCP', 'UDP', 'SCTP']
const POLICY_TYPES = ['Ingress', 'Egress']

const VALIDATORS: Readonly<Record<ResourceId, Validate>> = {
  pods: (pod, previous) =>
    previous ? validatePodUpdate(pod.spec ?? {}, previous.spec ?? {}) : validatePodSpec(pod.spec ?? {}, 'spec'),
  'deployments.apps': validateWorkload,
  'replicasets.apps': validateWorkload,
  'daemonsets.apps': validateWorkload,
  'statefulsets.apps': validateWorkload,
  'jobs.batch': (job, previous) => (previous ? [] : validateJob(job.spec ?? {}, 'spec')),
  'cronjobs.batch': ({ spec = {} }) => [
    ...validateSchedule(spec.schedule),
    ...validateJob(spec.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec'),
  ],
  services: validateService,
  'networkpolicies.networking.k8s.io': validateNetworkPolicy,
}

function validateJob(spec: any, path: string): FieldProblem[] {
  const pod = spec.template?.spec ?? {}
  const problems = validatePodSpec(pod, `${path}.template.spec`)
  if (pod.restartPolicy === 'Never' || pod.restartPolicy === 'OnFailure') return problems
  const message = 'Required value: valid values: "OnFailure", "Never"'
  return [...problems, { field: `${path}.template.spec.restartPolicy`, message, reason: 'FieldValueRequired' }]
}

function validateSchedule(schedule: unknown): FieldProblem[] {
  if (typeof schedule !== 'string' || schedule === '') return [required('spec.schedule')]
  if (parseSchedule(schedule)) return []
  const fields = schedule.trim().split(/\s+/)
  const why =
    fields.length === 5
      ? `failed to parse ${schedule}`
      : `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`
  return [invalidValue('spec.schedule', schedule, why)]
}

function validateWorkload(object: KubeObject, previous: KubeObject | undefined): FieldProblem[] {
  const { spec = {} } = object
  const problems: FieldProblem[] = []
  if (!Number.isInteger(spec.replicas ?? 0) || (spec.replicas ?? 0) < 0) {
    problems.push(invalidValue('spec.replicas', spec.replicas, 'must be greater than or equal to 0'))
  }
  if (!spec.selector) problems.push(required('spec.selector'))
  else if (
    Object.keys(spec.selector.matchLabels ?? {}).length === 0 &&
    (spec.selector.matchExpressions ?? []).length === 0
  ) {
    problems.push(
      invalidValue('spec.selector', spec.selector, `empty selector is invalid for ${object.kind.toLowerCase()}`),
    )
  }
  const labels = spec.template?.metadata?.labels
  if (spec.selector && !fromLabelSelectorObject(spec.selector)(labels)) {
    problems.push(
      invalidValue('spec.template.metadata.labels', labels ?? null, `\`selector\` does not match template \`labels\``),
    )
  }
  if (!previous || !equalJson(previous.spec?.template, spec.template)) {
    problems.push(...validatePodSpec(spec.template?.spec ?? {}, 'spec.template.spec', true))
  }
  if (previous && !equalJson(previous.spec?.selector, spec.selector)) {
    problems.push(invalidValue('spec.selector', spec.selector, 'field is immutable'))
  }
  return problems
}

function validateService(service: KubeObject, previous: KubeObject | undefined): FieldProblem[] {
  const { spec = {} } = service
  const problems: FieldProblem[] = []
  if (!SERVICE_TYPES.includes(spec.type)) problems.push(unsupported('spec.type', spec.type, SERVICE_TYPES))
  const ports: { name?: string; port?: number; protocol?: string }[] = spec.ports ?? []
  if (ports.length === 0 && spec.type !== 'ExternalName' && spec.clusterIP !== 'None')
    problems.push(required('spec.ports'))
  if (spec.type === 'ExternalName' && !spec.externalName) problems.push(required('spec.externalName'))
  const names = new Set<string>()
  const numbers = new Set<string>()
  for (const [index, port] of ports.entries()) {
    const path = `spec.ports[${index}]`
    if (!port.name && ports.length > 1) problems.push(required(`${path}.name`))
    else if (port.name && names.has(port.name)) problems.push(duplicate(`${path}.name`, port.name))
    if (port.name) names.add(port.name)
    problems.push(...validatePort(`${path}.port`, port.port))
    if (port.protocol && !PROTOCOLS.includes(port.protocol))
      problems.push(unsupported(`${path}.protocol`, port.protocol, PROTOCOLS))
    const key = `${port.port}/${port.protocol}`
    if (numbers.has(key))
      problems.push({
        field: path,
        message: `Duplicate value: ${JSON.stringify({ protocol: port.protocol, port: port.port })}`,
        reason: 'FieldValueDuplicate',
      })
    numbers.add(key)
  }
  const before = previous?.spec
  if (
    before?.clusterIP &&
    spec.clusterIP &&
    before.clusterIP !== spec.clusterIP &&
    before.type !== 'ExternalName' &&
    spec.type !== 'ExternalName'
  ) {
    problems.push(invalidValue('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set'))
  }
  return problems
}

function validateNetworkPolicy(policy: KubeObject): FieldProblem[] {
  const { spec = {} } = policy
  const problems: FieldProblem[] = []
  for (const [index, type] of (spec.policyTypes ?? []).entries()) {
    if (!POLICY_TYPES.includes(type)) problems.push(unsupported(`spec.policyTypes[${index}]`, type, POLICY_TYPES))
  }
  for (const direction of ['ingress', 'egress'] as const) {
    for (const [at, rule] of (spec[direction] ?? []).entries()) {
      const path = `spec.${direction}[${at}]`
      for (const [index, port] of (rule?.ports ?? []).entries())
        problems.push(...policyPort(port, `${path}.ports[${index}]`))
      const peers = direction === 'ingress' ? 'from' : 'to'
      for (const [index, peer] of (rule?.[peers] ?? []).entries())
        problems.push(...policyPeer(peer, `${path}.${peers}[${index}]`))
    }
  }
  return problems
}

function policyPort(
  port: { protocol?: string; port?: number | string; endPort?: number },
  path: string,
): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (port.protocol && !PROTOCOLS.includes(port.protocol))
    problems.push(unsupported(`${path}.protocol`, port.protocol, PROTOCOLS))
  if (typeof port.port === 'number') problems.push(...validatePort(`${path}.port`, port.port))
  if (port.endPort !== undefined && typeof port.port === 'number' && port.endPort < port.port) {
    problems.push(invalidValue(`${path}.endPort`, port.endPort, 'must be greater than or equal to `port`'))
  }
  if (port.endPort !== undefined && port.port === undefined)
    problems.push(required(`${path}.port`, 'must be specified when endPort is specified'))
  return problems
}

const CIDR = /^((\d{1,3}\.){3}\d{1,3}\/\d{1,2}|[0-9a-fA-F:]+\/\d{1,3})$/

function policyPeer(
  peer: { ipBlock?: { cidr?: string; except?: string[] }; podSelector?: object; namespaceSelector?: object },
  path: string,
): FieldProblem[] {
  const { ipBlock, podSelector, namespaceSelector } = peer
  if (!ipBlock && !podSelector && !namespaceSelector) return [required(path, 'must specify a peer')]
  if (!ipBlock) return []
  if (podSelector || namespaceSelector) {
    return [
      {
        field: path,
        message: 'Forbidden: may not specify both ipBlock and another peer',
        reason: 'FieldValueForbidden',
      },
    ]
  }
  if (!ipBlock.cidr) return [required(`${path}.ipBlock.cidr`)]
  const bad = [ipBlock.cidr, ...(ipBlock.except ?? [])].find((cidr) => !CIDR.test(cidr))
  return bad === undefined
    ? []
    : [invalidValue(`${path}.ipBlock.cidr`, bad, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
}

/** What is wrong with an object of a built-in kind, beyond its metadata. */
export function objectProblems(resource: ResourceId, object: KubeObject, previous?: KubeObject): FieldProblem[] {
  return VALIDATORS[resource]?.(object, previous) ?? []
}
