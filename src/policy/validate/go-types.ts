/**
 * The Go types behind Calico's `projectcalico.org/v3` kinds, as far as JSON decoding can tell them apart: what strict
 * decoding calls an unknown field, and the type an error names. Source: api/pkg/apis/projectcalico/v3 of Calico.
 */
export type GoType =
  | { type: 'string' | 'bool' | 'float64' | 'int' | 'int64' | 'uint8' | 'uint16' }
  | { type: 'protocol' }
  | { type: 'port' }
  | { type: 'any' }
  | { type: 'list'; of: GoType; name: string }
  | { type: 'map'; of: GoType; name: string }
  | GoStruct

export interface GoStruct {
  type: 'struct'
  name: string
  fields: Readonly<Record<string, GoType>>
}

const string: GoType = { type: 'string' }
const bool: GoType = { type: 'bool' }
const float64: GoType = { type: 'float64' }
const int: GoType = { type: 'int' }
const int64: GoType = { type: 'int64' }
const any: GoType = { type: 'any' }
const struct = (name: string, fields: Record<string, GoType>): GoStruct => ({ type: 'struct', name, fields })
const list = (of: GoType, name: string): GoType => ({ type: 'list', of, name })
const strings = list(string, '[]string')
const stringMap: GoType = { type: 'map', of: string, name: 'map[string]string' }

export interface Editions {
  /** Enterprise and Cloud: `domains` in rules, `allowedEgressDomains` in network sets. */
  domains: boolean
}

const ports = list({ type: 'port' }, '[]numorstring.Port')
const icmp = struct('ICMPFields', { type: int, code: int })
const http = struct('HTTPMatch', {
  methods: strings,
  paths: list(struct('HTTPPath', { exact: string, prefix: string }), '[]v3.HTTPPath'),
})

function entity(editions: Editions): GoStruct {
  return struct('EntityRule', {
    nets: strings,
    selector: string,
    namespaceSelector: string,
    services: struct('ServiceMatch', { name: string, namespace: string }),
    ports,
    notNets: strings,
    notSelector: string,
    notPorts: ports,
    serviceAccounts: struct('ServiceAccountMatch', { names: strings, selector: string }),
    ...(editions.domains ? { domains: strings } : {}),
  })
}

function rules(editions: Editions): GoType {
  const rule = struct('Rule', {
    action: string,
    ipVersion: int,
    protocol: { type: 'protocol' },
    icmp,
    notProtocol: { type: 'protocol' },
    notICMP: icmp,
    source: entity(editions),
    destination: entity(editions),
    http,
    metadata: struct('RuleMetadata', { annotations: stringMap }),
  })
  return list(rule, '[]v3.Rule')
}

function policyFields(editions: Editions): Record<string, GoType> {
  return {
    tier: string,
    order: float64,
    ingress: rules(editions),
    egress: rules(editions),
    selector: string,
    types: list(string, '[]v3.PolicyType'),
    serviceAccountSelector: string,
    performanceHints: list(string, '[]v3.PolicyPerformanceHint'),
  }
}

const globalFields: Record<string, GoType> = {
  doNotTrack: bool,
  preDNAT: bool,
  applyOnForward: bool,
  namespaceSelector: string,
}
const staged: Record<string, GoType> = { stagedAction: string }

const labelSelector = struct('LabelSelector', {
  matchLabels: stringMap,
  matchExpressions: list(
    struct('LabelSelectorRequirement', { key: string, operator: string, values: strings }),
    '[]v1.LabelSelectorRequirement',
  ),
})
const peer = struct('NetworkPolicyPeer', {
  podSelector: labelSelector,
  namespaceSelector: labelSelector,
  ipBlock: struct('IPBlock', { cidr: string, except: strings }),
})
const policyPorts = list(
  struct('NetworkPolicyPort', { protocol: string, port: any, endPort: int }),
  '[]v1.NetworkPolicyPort',
)
const peers = list(peer, '[]v1.NetworkPolicyPeer')

const objectMeta = struct('ObjectMeta', {
  name: string,
  generateName: string,
  namespace: string,
  selfLink: string,
  uid: string,
  resourceVersion: string,
  generation: int64,
  creationTimestamp: any,
  deletionTimestamp: any,
  deletionGracePeriodSeconds: int64,
  labels: stringMap,
  annotations: stringMap,
  ownerReferences: any,
  finalizers: strings,
  managedFields: any,
})

function specOf(kind: string, editions: Editions): GoType | null {
  switch (kind) {
    case 'Tier':
      return struct('TierSpec', { order: float64, defaultAction: string })
    case 'NetworkPolicy':
      return struct('NetworkPolicySpec', policyFields(editions))
    case 'GlobalNetworkPolicy':
      return struct('GlobalNetworkPolicySpec', { ...policyFields(editions), ...globalFields })
    case 'StagedNetworkPolicy':
      return struct('StagedNetworkPolicySpec', { ...staged, ...policyFields(editions) })
    case 'StagedGlobalNetworkPolicy':
      return struct('StagedGlobalNetworkPolicySpec', { ...staged, ...policyFields(editions), ...globalFields })
    case 'StagedKubernetesNetworkPolicy':
      return struct('StagedKubernetesNetworkPolicySpec', {
        ...staged,
        podSelector: labelSelector,
        ingress: list(
          struct('NetworkPolicyIngressRule', { ports: policyPorts, from: peers }),
          '[]v1.NetworkPolicyIngressRule',
        ),
        egress: list(
          struct('NetworkPolicyEgressRule', { ports: policyPorts, to: peers }),
          '[]v1.NetworkPolicyEgressRule',
        ),
        policyTypes: strings,
      })
    case 'NetworkSet':
      return struct('NetworkSetSpec', { nets: strings, ...(editions.domains ? { allowedEgressDomains: strings } : {}) })
    case 'GlobalNetworkSet':
      return struct('GlobalNetworkSetSpec', {
        nets: strings,
        ...(editions.domains ? { allowedEgressDomains: strings } : {}),
      })
    case 'HostEndpoint':
      return struct('HostEndpointSpec', {
        node: string,
        interfaceName: string,
        expectedIPs: strings,
        profiles: strings,
        ports: list(
          struct('EndpointPort', { name: string, protocol: { type: 'protocol' }, port: { type: 'uint16' } }),
          '[]v3.EndpointPort',
        ),
      })
    default:
      return null
  }
}

/** The whole object's type, or null for kinds that are taken as they come. */
export function goTypeOf(kind: string, editions: Editions): GoStruct | null {
  const spec = specOf(kind, editions)
  if (!spec) return null
  // Of these kinds Calico gave a status to tiers alone.
  const status = kind === 'Tier' ? { status: any } : {}
  return struct(kind, { apiVersion: string, kind: string, metadata: objectMeta, spec, ...status })
}
