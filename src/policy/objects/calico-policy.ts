import type { Direction, KubeObject } from '../model.ts'
import { defaultTier, type Policy, type PolicyPrefix, type PolicyReading, type Rule } from '../policy.ts'
import { and, equals, has, type SelectorNode } from '../selector/ast.ts'
import { tryParseSelector } from '../selector/parse.ts'
import { rewriteLeaves } from '../selector/rewrite.ts'
import { labelNamespace, labelServiceAccount, namespaceLeaf, prefixed, readRule, UnusableRule } from './calico-rule.ts'
import { toDirections, typesOf } from './types.ts'

const prefixes: Readonly<Record<string, PolicyPrefix>> = {
  NetworkPolicy: 'np',
  GlobalNetworkPolicy: 'gnp',
  StagedNetworkPolicy: 'snp',
  StagedGlobalNetworkPolicy: 'sgnp',
}

/** NetworkPolicy, GlobalNetworkPolicy and their staged kinds of `projectcalico.org`. */
export function readCalicoPolicy(object: KubeObject): PolicyReading {
  const prefix = prefixes[object.kind]!
  const isGlobal = prefix === 'gnp' || prefix === 'sgnp'
  const namespace = isGlobal ? '' : (object.metadata.namespace ?? 'default')
  const { name } = object.metadata
  const spec = object.spec ?? {}
  const staged = prefix === 'snp' || prefix === 'sgnp'
  const id = `${prefix}:${namespace ? `${namespace}/` : ''}${name}`
  if (staged && spec.stagedAction && spec.stagedAction !== 'Set') {
    // Delete, Learn and Ignore are not sent to the dataplane.
    return {
      policy: null,
      notes: spec.stagedAction === 'Delete' ? [`${id} is staged to delete the policy of its name`] : [],
    }
  }
  const notes: string[] = []
  const plain = tryParseSelector(String(spec.selector ?? ''))
  if ('error' in plain) return missing(id, `selector ${JSON.stringify(spec.selector)}: ${plain.error.message}`)
  try {
    const rules = { ingress: readRules(spec.ingress, namespace), egress: readRules(spec.egress, namespace) }
    const policy: Policy = {
      id,
      prefix,
      sortKind: object.kind,
      name,
      namespace,
      tier: typeof spec.tier === 'string' && spec.tier !== '' ? spec.tier : defaultTier,
      order: typeof spec.order === 'number' ? spec.order : null,
      staged,
      selector: effectivePolicySelector(object.kind, namespace, spec, (text) => notes.push(`${id}: ${text}`)),
      types: policyTypes(object),
      rules,
      hostOnly: spec.doNotTrack === true || spec.preDNAT === true,
      object,
    }
    return { policy, notes }
  } catch (error) {
    if (error instanceof UnusableRule) return missing(id, error.message)
    throw error
  }
}

function missing(id: string, why: string): PolicyReading {
  return { policy: null, notes: [`${id} is invalid and counts as missing, as in Calico: ${why}`] }
}

function readRules(rules: unknown, namespace: string): Rule[] {
  return Array.isArray(rules) ? rules.map((rule, index) => readRule(rule, namespace, index)) : []
}

/** Written straight to the backing CRDs, past the API's defaulting, a policy without types governs both directions. */
function policyTypes({ apiVersion, kind, spec }: KubeObject): Direction[] {
  if (apiVersion.startsWith('crd.') && !Array.isArray(spec?.types)) return ['ingress', 'egress']
  return toDirections(typesOf(kind, spec ?? {}))
}

/**
 * Which endpoints a policy selects (Calico: networkPolicy and globalNetworkPolicy update processors). A
 * namespaceSelector or serviceAccountSelector that does not parse is dropped, which widens the policy.
 */
export function effectivePolicySelector(
  kind: string,
  namespace: string,
  spec: Record<string, any>,
  note: (text: string) => void = () => {},
): SelectorNode {
  const isGlobal = kind.includes('Global')
  const parsed = tryParseSelector(String(spec.selector ?? ''))
  const selector = spec.selector && 'node' in parsed ? parsed.node : null
  const scoped = (field: string, prefix: string, everything: SelectorNode | null): SelectorNode | null => {
    if (!spec[field]) return null
    const node = prefixed(String(spec[field]), prefix)
    if (!node) note(`${field} ${JSON.stringify(spec[field])} does not parse and is ignored, which widens the policy`)
    return node && everything ? rewriteLeaves(node, (leaf) => (leaf.kind === 'all' ? everything : leaf)) : node
  }
  const parts = isGlobal
    ? [
        selector,
        spec.namespaceSelector ? rewriteScope(scoped('namespaceSelector', 'pcns.', null)) : null,
        scoped('serviceAccountSelector', 'pcsa.', has(labelServiceAccount)),
      ]
    : [selector, equals(labelNamespace, namespace), scoped('serviceAccountSelector', 'pcsa.', null)]
  return and(parts) ?? { kind: 'all' }
}

function rewriteScope(node: SelectorNode | null): SelectorNode | null {
  return node && rewriteLeaves(node, namespaceLeaf)
}
