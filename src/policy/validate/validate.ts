import type { KubeObject } from '../model.ts'
import { parseCidrSyntax } from './cidr-syntax.ts'
import { decodeIssues } from './decode.ts'
import { hostEndpointIssues } from './host-endpoint-issues.ts'
import { structIssue, tagIssue, type ValidationIssue } from './issue.ts'
import { kindNameIssues, metadataIssues, nameIssues, nativeMetadataIssues, setLabelIssues } from './metadata.ts'
import {
  oldGlobalIssues,
  oldHostEndpointIssues,
  oldSelectorIssues,
  oldStagedActionIssues,
  oldTierIssues,
  oldTypeIssues,
} from './old-issues.ts'
import { nameTagIssue, placementIssues, ruleIssues, selectorIssue } from './rule-issues.ts'
import { schemaIssues } from './schema-issues.ts'
import { stagedKubernetesIssues } from './staged-kubernetes-issues.ts'
import { isZero } from './zero.ts'

export interface ValidateOptions {
  /**
   * `aggregated` (default): Calico's API server: Go validator, then schema and CEL of the CRDs behind. `native`: v3 CRDs only, where nobody
   * checks selectors, names, CIDRs, ports and protocols.
   */
  mode?: 'aggregated' | 'native'
  /** Enterprise and Cloud accept domain rules. */
  domains?: boolean
  /** Up to v3.31 all rules are the Go validator's, and the CRDs have none. */
  isOld?: boolean
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
function isValidated(object: KubeObject): boolean {
  return object.apiVersion === 'projectcalico.org/v3' && calicoKinds.has(object.kind)
}

/**
 * Everything Calico would refuse about the object, in Calico's words and in the order its API server finds it. The stages after a
 * decode error are not looked at, because the object never gets there. Objects of other kinds are valid.
 */
export function validate(object: KubeObject, options: ValidateOptions = {}): ValidationResult {
  if (!isValidated(object)) return { valid: true, issues: [] }
  const native = options.mode === 'native'
  const isOld = options.isOld ?? false
  const decode = decodeIssues(object, { domains: options.domains ?? false })
  if (decode.length > 0) return { valid: false, issues: decode }
  const issues = [
    ...(native ? nativeMetadataIssues(object) : [...metadataIssues(object), ...validatorIssues(object, isOld)]),
    ...(isOld ? [] : schemaIssues(object, { native })),
  ]
  return { valid: issues.length === 0, issues }
}

/** The issues of the first stage that found any: what the server answers. */
export function firstStage(issues: readonly ValidationIssue[]): ValidationIssue[] {
  return issues.filter((issue) => issue.stage === issues[0]?.stage)
}

/** In the Go validator's order: metadata, the spec's fields, and last what is asked of the whole object. */
function validatorIssues(object: KubeObject, isOld: boolean): ValidationIssue[] {
  const spec = (object.spec ?? {}) as Record<string, any>
  return [
    ...nameIssues(object),
    ...specIssues(object, spec, isOld),
    ...kindNameIssues(object),
    ...wholeIssues(object, spec, isOld),
  ]
}

function specIssues({ kind }: KubeObject, spec: Record<string, any>, isOld: boolean): ValidationIssue[] {
  switch (kind) {
    case 'Tier':
      if (spec.defaultAction === undefined || ['', 'Pass', 'Deny'].includes(spec.defaultAction)) return []
      return [tagIssue('DefaultAction', 'oneof', spec.defaultAction, 'spec.defaultAction')]
    case 'NetworkSet':
    case 'GlobalNetworkSet':
      return list(spec.nets).flatMap((net, index) =>
        parseCidrSyntax(String(net)) ? [] : [tagIssue(`Nets[${index}]`, 'cidr', net, `spec.nets[${index}]`)],
      )
    case 'HostEndpoint':
      return [...hostEndpointIssues(spec), ...(isOld ? oldHostEndpointIssues(spec) : [])]
    case 'StagedKubernetesNetworkPolicy':
      return isOld ? oldStagedActionIssues(spec) : []
    default:
      return policyFieldIssues(kind, spec, isOld)
  }
}

function policyFieldIssues(kind: string, spec: Record<string, any>, isOld: boolean): ValidationIssue[] {
  const rules = (direction: 'ingress' | 'egress') =>
    list(spec[direction]).flatMap((rule, index) =>
      ruleIssues((rule ?? {}) as Record<string, any>, `spec.${direction}[${index}]`, { isOld }),
    )
  return [
    ...(isOld ? oldStagedActionIssues(spec) : []),
    ...nameTagIssue(spec.tier, 'Tier', 'spec.tier'),
    ...rules('ingress'),
    ...rules('egress'),
    ...selectorIssue(spec.selector, 'Selector', 'spec.selector'),
    ...(isOld ? oldTypeIssues(list(spec.types)) : []),
    ...selectorIssue(spec.serviceAccountSelector, 'ServiceAccountSelector', 'spec.serviceAccountSelector'),
    ...(kind.includes('Global')
      ? selectorIssue(spec.namespaceSelector, 'NamespaceSelector', 'spec.namespaceSelector')
      : []),
    ...hintIssues(list(spec.performanceHints)),
  ]
}

function hintIssues(hints: unknown[]): ValidationIssue[] {
  if (new Set(hints).size < hints.length)
    return [tagIssue('PerformanceHints', 'unique', hints, 'spec.performanceHints')]
  return hints.flatMap((hint, index) =>
    hint === 'AssumeNeededOnEveryNode'
      ? []
      : [tagIssue(`PerformanceHints[${index}]`, 'oneof', hint, `spec.performanceHints[${index}]`)],
  )
}

function wholeIssues(object: KubeObject, spec: Record<string, any>, isOld: boolean): ValidationIssue[] {
  const { kind } = object
  if (kind === 'StagedKubernetesNetworkPolicy') return stagedKubernetesIssues(object, spec)
  if (kind === 'Tier') return isOld ? oldTierIssues(object.metadata.name, spec) : []
  if (!/NetworkPolicy$/.test(kind)) return setLabelIssues(object)
  if (kind.startsWith('Staged') && spec.stagedAction === 'Delete') {
    // Calico drops the types of a policy that stands for a deletion.
    const extra = Object.entries(spec).some(
      ([key, value]) => !['stagedAction', 'tier', 'types'].includes(key) && !isZero(value),
    )
    const message = 'Spec fields, except Tier, should all be zero-value if stagedAction is Delete'
    return extra ? [structIssue(`${kind}Spec`, message, 'spec.stagedAction')] : []
  }
  const struct = `${kind.replace('Staged', '')}Spec`
  const isGlobal = kind.includes('Global')
  const types = list(spec.types)
  const repeated = types.filter((type, index) => types.indexOf(type) < index)
  return [
    ...(isOld && isGlobal ? oldGlobalIssues(spec) : []),
    ...repeated.map((type) => structIssue(`${struct}.Types`, `'${type}' type specified more than once`, 'spec.types')),
    ...placementIssues(spec, { global: isGlobal }),
    ...(isOld ? oldSelectorIssues(spec, struct) : []),
  ]
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
