import type { KubeObject } from '../model.ts'
import { parseCidrSyntax } from './cidr-syntax.ts'
import { decodeIssues } from './decode.ts'
import { structIssue, tagIssue, type ValidationIssue } from './issue.ts'
import { metadataIssues, nativeMetadataIssues } from './metadata.ts'
import { ruleIssues, selectorIssue } from './rule-issues.ts'
import { schemaIssues } from './schema-issues.ts'

export interface ValidateOptions {
  /**
   * `aggregated` (default): Calico's API server: Go validator, then schema and CEL of the CRDs behind. `native`: v3 CRDs only, where nobody
   * checks selectors, names, CIDRs, ports and protocols.
   */
  mode?: 'aggregated' | 'native'
  /** Enterprise and Cloud accept domain rules. */
  domains?: boolean
}

export interface ValidationResult {
  valid: boolean
  issues: ValidationIssue[]
}

const calicoKinds = new Set([
  'Tier',
  'NetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'NetworkSet',
  'GlobalNetworkSet',
  'HostEndpoint',
])

/** Whether `validate` knows the object: a Calico v3 kind that policy is made of. */
export function isValidated(object: KubeObject): boolean {
  return object.apiVersion === 'projectcalico.org/v3' && calicoKinds.has(object.kind)
}

/**
 * Everything Calico would refuse about the object, in Calico's words and in the order its API server finds it. The stages after a
 * decode error are not looked at, because the object never gets there. Objects of other kinds are valid.
 */
export function validate(object: KubeObject, options: ValidateOptions = {}): ValidationResult {
  if (!isValidated(object)) return { valid: true, issues: [] }
  const native = options.mode === 'native'
  const decode = decodeIssues(object, { domains: options.domains ?? false })
  if (decode.length > 0) return { valid: false, issues: decode }
  const issues = [
    ...(native ? nativeMetadataIssues(object) : validatorIssues(object)),
    ...schemaIssues(object, { native }),
  ]
  return { valid: issues.length === 0, issues }
}

/** The issues of the first stage that found any: what the server answers. */
export function firstStage(issues: readonly ValidationIssue[]): ValidationIssue[] {
  return issues.filter((issue) => issue.stage === issues[0]?.stage)
}

function validatorIssues(object: KubeObject): ValidationIssue[] {
  const spec = (object.spec ?? {}) as Record<string, any>
  const issues = metadataIssues(object)
  switch (object.kind) {
    case 'Tier':
      if (spec.defaultAction !== undefined && !['Pass', 'Deny'].includes(spec.defaultAction))
        issues.push(tagIssue('DefaultAction', 'oneof', spec.defaultAction, 'spec.defaultAction'))
      return issues
    case 'NetworkSet':
    case 'GlobalNetworkSet':
      for (const [index, net] of list(spec.nets).entries()) {
        if (!parseCidrSyntax(String(net))) issues.push(tagIssue(`Nets[${index}]`, 'cidr', net, `spec.nets[${index}]`))
      }
      return issues
    case 'HostEndpoint':
      for (const [index, address] of list(spec.expectedIPs).entries()) {
        const parsed = parseCidrSyntax(String(address))
        if (!parsed || parsed.length !== undefined)
          issues.push(tagIssue(`ExpectedIPs[${index}]`, 'ip', address, `spec.expectedIPs[${index}]`))
      }
      return issues
    case 'StagedKubernetesNetworkPolicy':
      return [...issues, ...stagedKubernetesIssues(object, spec)]
    default:
      return [...issues, ...policyIssues(object.kind, spec)]
  }
}

function policyIssues(kind: string, spec: Record<string, any>): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const global = kind.includes('Global')
  if (kind.startsWith('Staged') && spec.stagedAction === 'Delete') {
    const extra = Object.entries(spec).filter(
      ([key, value]) => key !== 'stagedAction' && key !== 'tier' && !isZero(value) && !isDefaultTypes(key, value),
    )
    if (extra.length > 0) {
      issues.push(
        structIssue(
          `${kind}Spec`,
          'Spec fields, except Tier, should all be zero-value if stagedAction is Delete',
          'spec.stagedAction',
        ),
      )
    }
  }
  for (const direction of ['ingress', 'egress'] as const) {
    for (const [index, rule] of list(spec[direction]).entries()) {
      issues.push(
        ...ruleIssues((rule ?? {}) as Record<string, any>, `spec.${direction}[${index}]`, { direction, global }),
      )
    }
  }
  issues.push(...selectorIssue(spec.selector, 'Selector', 'spec.selector'))
  issues.push(...selectorIssue(spec.serviceAccountSelector, 'ServiceAccountSelector', 'spec.serviceAccountSelector'))
  if (global) issues.push(...selectorIssue(spec.namespaceSelector, 'NamespaceSelector', 'spec.namespaceSelector'))
  const seen = new Set<unknown>()
  for (const [index, type] of list(spec.types).entries()) {
    if (type !== 'Ingress' && type !== 'Egress')
      issues.push(tagIssue(`Types[${index}]`, 'policyType', type, `spec.types[${index}]`))
    if (seen.has(type))
      issues.push(
        structIssue(`${kind.replace('Staged', '')}Spec.Types`, `'${type}' type specified more than once`, 'spec.types'),
      )
    seen.add(type)
  }
  for (const [index, hint] of list(spec.performanceHints).entries()) {
    if (hint !== 'AssumeNeededOnEveryNode')
      issues.push(tagIssue(`PerformanceHints[${index}]`, 'oneof', hint, `spec.performanceHints[${index}]`))
  }
  return issues
}

function stagedKubernetesIssues(object: KubeObject, spec: Record<string, any>): ValidationIssue[] {
  const { stagedAction, ...rest } = spec
  if (stagedAction === 'Delete') {
    return Object.values(rest).every(isZero)
      ? []
      : [
          structIssue(
            'StagedKubernetesNetworkPolicySpec',
            'Spec fields should all be zero-value if stagedAction is Delete',
            'spec.stagedAction',
          ),
        ]
  }
  const issues: ValidationIssue[] = []
  for (const direction of ['ingress', 'egress'] as const) {
    for (const [index, rule] of list(spec[direction]).entries()) {
      for (const entry of list((rule as Record<string, any> | null)?.ports) as Record<string, any>[]) {
        const { port, protocol, endPort } = entry ?? {}
        if (typeof port !== 'number' || (port >= 1 && port <= 65535)) continue
        const printed = `NetworkPolicyPort{Protocol:${protocol ? `*${protocol}` : 'nil'},Port:${port},EndPort:${endPort ?? 'nil'},}`
        const name = direction === 'ingress' ? 'Ingress' : 'Egress'
        const peers = direction === 'ingress' ? 'From' : 'To'
        issues.push(
          structIssue(
            'PolicySpec',
            `conversion to stagednetworkpolicy failed policy: ${object.metadata.name}: error with rule &NetworkPolicy${name}Rule{Ports:[]NetworkPolicyPort{${printed},},${peers}:[]NetworkPolicyPeer{},} ` +
              `(k8s rule couldn't be converted: failed to parse k8s port: invalid port ${port}: invalid port format (${port}))`,
            `spec.${direction}[${index}].ports`,
          ),
        )
      }
    }
  }
  return issues
}

/** Types that the defaulting wrote itself count as nothing. */
function isDefaultTypes(key: string, value: unknown): boolean {
  return key === 'types' && Array.isArray(value) && value.length === 1 && value[0] === 'Ingress'
}

function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.values(value as object).every(isZero)
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
