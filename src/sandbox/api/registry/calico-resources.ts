import type { SandboxOptions } from '../../contracts.ts'
import { defineResource, type ResourceSpec, type ResourceType } from './resource-type.ts'

export type CalicoMode = SandboxOptions['calico']

const GROUP = 'projectcalico.org'
const CRD_GROUP = 'crd.projectcalico.org'
const CLUSTER = { scope: 'Cluster' } as const
/** Calico's API server reports one empty category for its older kinds. */
const BLANK = { categories: [''] } as const

interface CalicoKind {
  plural: string
  kind: string
  spec: ResourceSpec
  /** Where custom resources (mode `native`) differ from Calico's API server. */
  native?: ResourceSpec
}

const KINDS: readonly CalicoKind[] = [
  {
    plural: 'bgpconfigurations',
    kind: 'BGPConfiguration',
    spec: { ...CLUSTER, ...BLANK, short: ['bgpconfig', 'bgpconfigs'] },
  },
  { plural: 'bgpfilters', kind: 'BGPFilter', spec: { ...CLUSTER, ...BLANK } },
  { plural: 'bgppeers', kind: 'BGPPeer', spec: { ...CLUSTER, ...BLANK } },
  {
    plural: 'blockaffinities',
    kind: 'BlockAffinity',
    spec: { ...CLUSTER, ...BLANK, short: ['blockaffinity', 'affinity', 'affinities'] },
    native: { short: ['affinity', 'affinities'] },
  },
  {
    plural: 'caliconodestatuses',
    kind: 'CalicoNodeStatus',
    spec: { ...CLUSTER, ...BLANK, short: ['caliconodestatus'], status: true },
    native: { short: [] },
  },
  {
    plural: 'clusterinformations',
    kind: 'ClusterInformation',
    spec: { ...CLUSTER, ...BLANK, short: ['clusterinfo'] },
    native: { short: ['clusterinfo', 'clusterinfos'] },
  },
  {
    plural: 'felixconfigurations',
    kind: 'FelixConfiguration',
    spec: { ...CLUSTER, ...BLANK, short: ['felixconfig', 'felixconfigs'] },
    native: { short: [] },
  },
  {
    plural: 'globalnetworkpolicies',
    kind: 'GlobalNetworkPolicy',
    spec: { ...CLUSTER, ...BLANK, short: ['gnp', 'cgnp', 'calicoglobalnetworkpolicies'] },
    native: { short: ['gnp', 'cgnp'] },
  },
  { plural: 'globalnetworksets', kind: 'GlobalNetworkSet', spec: { ...CLUSTER, ...BLANK }, native: { short: ['gns'] } },
  { plural: 'hostendpoints', kind: 'HostEndpoint', spec: { ...CLUSTER, ...BLANK, short: ['hep', 'heps'] } },
  {
    plural: 'ipamconfigurations',
    kind: 'IPAMConfiguration',
    spec: { ...CLUSTER, ...BLANK, short: ['ipamconfig'] },
    native: { short: ['ipamconfig', 'ipamconfigs'] },
  },
  { plural: 'ippools', kind: 'IPPool', spec: { ...CLUSTER, ...BLANK, status: true } },
  { plural: 'ipreservations', kind: 'IPReservation', spec: { ...CLUSTER, ...BLANK } },
  {
    plural: 'kubecontrollersconfigurations',
    kind: 'KubeControllersConfiguration',
    spec: { ...CLUSTER, short: ['kcconfig'], status: true },
    native: { short: ['kcc', 'kccs'] },
  },
  {
    plural: 'networkpolicies',
    kind: 'NetworkPolicy',
    spec: { ...BLANK, short: ['cnp', 'caliconetworkpolicy', 'caliconetworkpolicies'] },
    native: { short: ['cnp', 'caliconetworkpolicy'] },
  },
  { plural: 'networksets', kind: 'NetworkSet', spec: { ...BLANK, short: ['netsets'] }, native: { short: [] } },
  { plural: 'profiles', kind: 'Profile', spec: { ...CLUSTER, ...BLANK } },
  { plural: 'stagedglobalnetworkpolicies', kind: 'StagedGlobalNetworkPolicy', spec: { ...CLUSTER, short: ['sgnp'] } },
  { plural: 'stagedkubernetesnetworkpolicies', kind: 'StagedKubernetesNetworkPolicy', spec: { short: ['sknp'] } },
  {
    plural: 'stagednetworkpolicies',
    kind: 'StagedNetworkPolicy',
    spec: { short: ['snp'] },
    native: { short: ['scnp', 'snp'] },
  },
  { plural: 'tiers', kind: 'Tier', spec: { ...CLUSTER, status: true } },
]

/** Kinds only Enterprise and Cloud serve; `licensekeys` is how clients tell the edition. */
const ENTERPRISE_KINDS: readonly CalicoKind[] = [
  { plural: 'alertexceptions', kind: 'AlertException', spec: { ...CLUSTER, status: true } },
  { plural: 'egressgatewaypolicies', kind: 'EgressGatewayPolicy', spec: CLUSTER },
  { plural: 'globalalerts', kind: 'GlobalAlert', spec: { ...CLUSTER, status: true } },
  { plural: 'globalreports', kind: 'GlobalReport', spec: { ...CLUSTER, status: true } },
  { plural: 'globalthreatfeeds', kind: 'GlobalThreatFeed', spec: { ...CLUSTER, status: true } },
  { plural: 'licensekeys', kind: 'LicenseKey', spec: { ...CLUSTER, status: true } },
  { plural: 'managedclusters', kind: 'ManagedCluster', spec: { ...CLUSTER, status: true } },
  { plural: 'packetcaptures', kind: 'PacketCapture', spec: { status: true } },
  { plural: 'policyrecommendationscopes', kind: 'PolicyRecommendationScope', spec: { ...CLUSTER, status: true } },
]

/** DNS policy: `destination.domains` in rules, `allowedEgressDomains` on network sets. */
const ENTERPRISE_FIELDS = ['domains', 'allowedEgressDomains'] as const

const CRD_SINGULAR_KINDS: readonly [plural: string, kind: string][] = [
  ['ipamblocks', 'IPAMBlock'],
  ['ipamhandles', 'IPAMHandle'],
]

/** Staged kinds came with 3.30, ClusterNetworkPolicy with 3.32. */
function isServed(mode: CalicoMode, kind: CalicoKind): boolean {
  return mode !== '3.29' || !kind.kind.startsWith('Staged')
}

/** Everything a cluster with this Calico adds to Kubernetes, in discovery order. */
export function calicoResources(mode: CalicoMode): ResourceType[] {
  if (mode === 'none') return []
  if (mode === 'native') return [...nativeResources(), clusterNetworkPolicy()]
  const kinds = KINDS.filter((kind) => isServed(mode, kind))
  const offered =
    mode === 'enterprise' ? [...kinds, ...ENTERPRISE_KINDS].sort((a, b) => (a.plural < b.plural ? -1 : 1)) : kinds
  return [
    ...offered.map((kind) =>
      defineResource(GROUP, 'v3', kind.plural, kind.kind, {
        ...kind.spec,
        aggregated: true,
        ...(mode === 'enterprise' ? { extraFields: ENTERPRISE_FIELDS } : {}),
      }),
    ),
    ...backingResources(kinds),
    ...(mode === '3.32' || mode === 'enterprise' ? [clusterNetworkPolicy()] : []),
  ]
}

/** The custom resources behind Calico's API server: the same objects, seen without its checks. */
function backingResources(kinds: readonly CalicoKind[]): ResourceType[] {
  const shared = kinds
    .filter((kind) => !['Profile', 'IPAMConfiguration'].includes(kind.kind))
    .map((kind) =>
      defineResource(CRD_GROUP, 'v1', kind.plural, kind.kind, {
        scope: kind.spec.scope ?? 'Namespaced',
        status: kind.spec.status ?? false,
        custom: true,
        storedAs: `${kind.plural}.${GROUP}`,
      }),
    )
  const own = [...CRD_SINGULAR_KINDS, ['ipamconfigs', 'IPAMConfig'] as const].map(([plural, kind]) =>
    defineResource(CRD_GROUP, 'v1', plural, kind, { ...CLUSTER, custom: true }),
  )
  return [...shared, ...own].sort((a, b) => (a.plural < b.plural ? -1 : 1))
}

function nativeResources(): ResourceType[] {
  const kinds = KINDS.filter((kind) => kind.kind !== 'Profile').map(({ plural, kind, spec, native }) => {
    const { categories: _dropped, short, ...rest } = { ...spec, ...native }
    return defineResource(GROUP, 'v3', plural, kind, { ...rest, ...(short?.length ? { short } : {}), custom: true })
  })
  const own = CRD_SINGULAR_KINDS.map(([plural, kind]) =>
    defineResource(GROUP, 'v3', plural, kind, { ...CLUSTER, custom: true }),
  )
  return [...kinds, ...own]
}

function clusterNetworkPolicy(): ResourceType {
  return defineResource('policy.networking.k8s.io', 'v1alpha2', 'clusternetworkpolicies', 'ClusterNetworkPolicy', {
    ...CLUSTER,
    short: ['cnp'],
    status: true,
    custom: true,
  })
}
