/**
 * The types of Calico's API as its Go code calls them; the table of types has the names its CRDs give, where the types lie inside one
 * another.
 */
const GO_NAMES: Readonly<Record<string, string>> = {
  'calico.GlobalNetworkPolicySpecRule': 'Rule',
  'calico.GlobalNetworkPolicySpecRuleDestination': 'EntityRule',
  'calico.GlobalNetworkPolicySpecRuleDestinationServiceAccounts': 'ServiceAccountMatch',
  'calico.GlobalNetworkPolicySpecRuleDestinationServices': 'ServiceMatch',
  'calico.GlobalNetworkPolicySpecRuleHttp': 'HTTPMatch',
  'calico.GlobalNetworkPolicySpecRuleHttpPath': 'HTTPPath',
  'calico.GlobalNetworkPolicySpecRuleIcmp': 'ICMPFields',
  'calico.GlobalNetworkPolicySpecRuleMetadata': 'RuleMetadata',
  'calico.HostEndpointSpecPort': 'EndpointPort',
  'calico.FelixConfigurationSpecBpfConntrackTimeouts': 'BPFConntrackTimeouts',
  'calico.FelixConfigurationSpecFailsafeInboundHostPort': 'ProtoPort',
  'calico.FelixConfigurationSpecHealthTimeoutOverride': 'HealthTimeoutOverride',
  'calico.FelixConfigurationSpecRouteTableRange': 'RouteTableRange',
}

/** Types that are Kubernetes' own, with the package they come from. */
const KUBERNETES_NAMES: Readonly<Record<string, string>> = {
  'calico.StagedKubernetesNetworkPolicySpecRule': 'networking.NetworkPolicyEgressRule',
  'calico.StagedKubernetesNetworkPolicySpecRule2': 'networking.NetworkPolicyIngressRule',
  'calico.StagedKubernetesNetworkPolicySpecRulePort': 'networking.NetworkPolicyPort',
  'calico.StagedKubernetesNetworkPolicySpecRuleTo': 'networking.NetworkPolicyPeer',
  'calico.StagedKubernetesNetworkPolicySpecRuleToIpBlock': 'networking.IPBlock',
  'calico.StagedKubernetesNetworkPolicySpecRuleToNamespaceSelector': 'meta.LabelSelector',
  'calico.StagedKubernetesNetworkPolicySpecRuleToNamespaceSelectorMatchExpression': 'meta.LabelSelectorRequirement',
  'calico.TierStatusCondition': 'meta.Condition',
}

/** `package.Name` of a type as Go has it. */
export function goNameOf(type: string): string {
  const own = GO_NAMES[type]
  return own ? `calico.${own}` : (KUBERNETES_NAMES[type] ?? type)
}
