/**
 * Rules that Calico's own validator held up to v3.31, before they became rules of the CRDs: the same mistakes in other words
 * (libcalico-go/lib/validator/v3 of those releases).
 */
import { structIssue, tagIssue, type ValidationIssue } from './issue.ts'

type Fields = Record<string, any>
const onlyInRules = 'global() can only be used in an EntityRule namespaceSelector'
const actions = new Set(['Allow', 'Deny', 'Log', 'Pass'])
const stagedActions = new Set(['Set', 'Delete', 'Learn', 'Ignore'])

/** Tags of a rule's first fields. */
export function oldRuleFieldIssues({ action = '', ipVersion }: Fields, path: string): ValidationIssue[] {
  const issues = actions.has(action) ? [] : [tagIssue('Action', 'action', action, `${path}.action`)]
  if (ipVersion !== undefined && ipVersion !== 4 && ipVersion !== 6)
    issues.push(tagIssue('IPVersion', 'ipVersion', ipVersion, `${path}.ipVersion`))
  return issues
}

export function oldIcmpIssues(icmp: Fields | undefined, path: string): ValidationIssue[] {
  if (icmp?.code === undefined || icmp.type !== undefined) return []
  return [structIssue('Code', 'ICMP code specified without an ICMP type', path)]
}

export function oldEntityIssues(entity: Fields, path: string): ValidationIssue[] {
  const { services } = entity
  const issues: ValidationIssue[] = []
  if (String(entity.selector ?? '').includes('global()'))
    issues.push(structIssue('Selector field', onlyInRules, `${path}.selector`))
  if (!services) return issues
  const refuse = (message: string) => issues.push(structIssue('Services field', message, `${path}.services`))
  const clash = (what: string) => refuse(`cannot specify ${what} and Services on the same rule`)
  if (!services.name) refuse('must specify a service name')
  if (entity.namespaceSelector) clash('NamespaceSelector')
  if (entity.selector || entity.notSelector) clash('Selector/NotSelector')
  if (entity.serviceAccounts) clash('ServiceAccounts')
  if ((entity.nets ?? []).length > 0 || (entity.notNets ?? []).length > 0) clash('Nets/NotNets')
  return issues
}

/** What a rule's protocol has to be; said before its networks are looked at. */
export function oldProtocolIssues(
  { protocol, notProtocol, ipVersion, http, icmp }: Fields,
  path: string,
): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const given = protocol !== undefined && protocol !== null
  if (http && given && protocol !== 'TCP')
    issues.push(
      structIssue('Protocol', 'rules that specify HTTP fields must set protocol to TCP or empty', `${path}.protocol`),
    )
  if (icmp && protocol !== 'ICMP' && protocol !== 'ICMPv6')
    issues.push(structIssue('ICMP', 'rules that specify ICMP fields must set protocol to ICMP', `${path}.icmp`))
  for (const [name, version] of [
    ['ICMP', 4],
    ['ICMPv6', 6],
  ] as const) {
    if ((protocol === name || notProtocol === name) && ipVersion !== undefined && ipVersion !== version) {
      const message = `must set ipversion to '${version}' with protocol ${name.toLowerCase()}`
      issues.push(structIssue('IPVersion', message, `${path}.ipVersion`))
    }
  }
  return issues
}

/** What is said of a rule last. */
export function oldRuleIssues({ action, http, destination }: Fields, path: string): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  if (http && action !== 'Allow') issues.push(structIssue('HTTP', 'only valid for Allow rules', `${path}.http`))
  if (!destination?.services) return issues
  for (const [field, name] of [
    ['ports', 'Ports'],
    ['notPorts', 'NotPorts'],
  ] as const) {
    if ((destination[field] ?? []).length === 0) continue
    const message = `cannot specify ${field.toLowerCase()} with a service selector`
    issues.push(structIssue(`Destination.${name}`, message, `${path}.destination.${field}`))
  }
  return issues
}

export function oldStagedActionIssues({ stagedAction }: Fields): ValidationIssue[] {
  if (stagedAction === undefined || stagedActions.has(stagedAction)) return []
  return [tagIssue('StagedAction', 'stagedAction', stagedAction, 'spec.stagedAction')]
}

export function oldTypeIssues(types: readonly unknown[]): ValidationIssue[] {
  return types.flatMap((type, index) =>
    type === 'Ingress' || type === 'Egress'
      ? []
      : [tagIssue(`Types[${index}]`, 'policyType', type, `spec.types[${index}]`)],
  )
}

/** Of a global policy's switches. */
export function oldGlobalIssues({ doNotTrack, preDNAT, applyOnForward, egress, types }: Fields): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const refuse = (field: string, message: string) => issues.push(structIssue(`PolicySpec.${field}`, message, 'spec'))
  if (doNotTrack && preDNAT) refuse('PreDNAT', 'PreDNAT and DoNotTrack cannot both be true, for a given PolicySpec')
  if (preDNAT && (egress ?? []).length > 0) refuse('Egress', 'PreDNAT PolicySpec cannot have any Egress rules')
  if (preDNAT && (types ?? []).includes('Egress')) refuse('Types', "PreDNAT PolicySpec cannot have 'egress' Type")
  if (!applyOnForward && (doNotTrack || preDNAT)) {
    const message = 'ApplyOnForward must be true if either PreDNAT or DoNotTrack is true, for a given PolicySpec'
    refuse('ApplyOnForward', message)
  }
  return issues
}

/** `struct`: `NetworkPolicySpec` or `GlobalNetworkPolicySpec`. */
export function oldSelectorIssues(spec: Fields, struct: string): ValidationIssue[] {
  const fields = ['Selector', 'ServiceAccountSelector', ...(struct.startsWith('Global') ? ['NamespaceSelector'] : [])]
  return fields.flatMap((name) => {
    const field = name.charAt(0).toLowerCase() + name.slice(1)
    return String(spec[field] ?? '').includes('global()')
      ? [structIssue(`${struct}.${name}`, onlyInRules, `spec.${field}`)]
      : []
  })
}

/** Orders of the built-in tiers of those releases, as Go prints the numbers. */
const tierOrders: Readonly<Record<string, [order: number, printed: string]>> = {
  default: [1_000_000, '1e+06'],
  adminnetworkpolicy: [1000, '1000'],
  baselineadminnetworkpolicy: [10_000_000, '1e+07'],
}

export function oldTierIssues(name: string, { order }: Fields): ValidationIssue[] {
  const known = Object.hasOwn(tierOrders, name) ? tierOrders[name] : undefined
  if (!known || order === known[0]) return []
  return [structIssue('TierSpec.Order', `${name} tier order must be ${known[1]}`, 'spec.order')]
}

export function oldHostEndpointIssues({ interfaceName, expectedIPs, node }: Fields): ValidationIssue[] {
  const refuse = (message: string) => structIssue('InterfaceName', message, 'spec')
  return [
    ...(interfaceName || (expectedIPs ?? []).length > 0
      ? []
      : [refuse('no interface or expected IPs have been specified')]),
    ...(node ? [] : [refuse('no node has been specified')]),
  ]
}
