import { randomUUID } from 'node:crypto'
import { editionOf } from '../../calico/edition.ts'
import type { SandboxOptions } from '../../contracts.ts'
import { POD_NETWORK } from '../pods/address-pool.ts'
import { type SeedObject, seed } from './seed-object.ts'

type Calico = SandboxOptions['calico']

const API = 'projectcalico.org/v3'
const NAMESPACE = 'calico-system'
const RELEASES: Readonly<Record<Exclude<Calico, 'none'>, string>> = {
  '3.29': 'v3.29.7',
  '3.30': 'v3.30.7',
  '3.31': 'v3.31.7',
  '3.32': 'v3.32.1',
  native: 'v3.32.1',
  enterprise: 'v3.30.7',
}
const ENTERPRISE_RELEASE = 'v3.22.1'
const TIERS: Readonly<Record<string, object>> = {
  default: { order: 1_000_000, defaultAction: 'Deny' },
  adminnetworkpolicy: { order: 1000, defaultAction: 'Pass' },
  baselineadminnetworkpolicy: { order: 10_000_000, defaultAction: 'Pass' },
  'kube-admin': { order: 1000, defaultAction: 'Pass' },
  'kube-baseline': { order: 10_000_000, defaultAction: 'Pass' },
}

/** What an installed Calico brings: its namespace, agents, built-in tiers and settings. Nothing with `none`. */
export function calicoObjects(calico: Calico): SeedObject[] {
  const edition = editionOf(calico)
  if (calico === 'none' || !edition) return []
  const objects = [
    seed('namespaces', 'v1', 'Namespace', NAMESPACE, undefined, {
      labels: {
        name: NAMESPACE,
        'pod-security.kubernetes.io/enforce': 'privileged',
        'pod-security.kubernetes.io/enforce-version': 'latest',
      },
    }),
    ...edition.builtInTiers.map((name) =>
      seed('tiers.projectcalico.org', API, 'Tier', name, undefined, {
        spec: TIERS[name] ?? {},
        ...(edition.mode === 'aggregated' ? { status: {} } : {}),
      }),
    ),
    ...(edition.mode === 'aggregated' ? [defaultProfile()] : []),
    ...settings(calico),
    ...agents(calico, edition.mode),
    ...(edition.mode === 'aggregated' ? apiRegistration() : []),
  ]
  return edition.mode === 'native' ? objects.map(asCustomResource) : objects
}

/** Custom resources count their generations; tiers are held by their controller. */
function asCustomResource(seeded: SeedObject): SeedObject {
  const { resource, object } = seeded
  if (object.apiVersion !== API) return seeded
  const held = object.kind === 'Tier' ? { finalizers: ['projectcalico.org/tier-controller'] } : {}
  return { resource, object: { ...object, metadata: { ...object.metadata, generation: 1, ...held } } }
}

/** Allows everything: what host endpoints made by Calico have. It is part of Calico, and so has no date. */
function defaultProfile(): SeedObject {
  const { resource, object } = seed(
    'profiles.projectcalico.org',
    API,
    'Profile',
    'projectcalico-default-allow',
    undefined,
    { spec: { ingress: [{ action: 'Allow' }], egress: [{ action: 'Allow' }] } },
  )
  return {
    resource,
    object: { ...object, metadata: { ...object.metadata, creationTimestamp: '0001-01-01T00:00:00Z' } },
  }
}

function settings(calico: Exclude<Calico, 'none'>): SeedObject[] {
  return [
    seed('clusterinformations.projectcalico.org', API, 'ClusterInformation', 'default', undefined, {
      spec: {
        clusterGUID: randomUUID().replaceAll('-', ''),
        clusterType: 'typha,kdd,k8s,operator,bgp,kubeadm',
        calicoVersion: RELEASES[calico],
        ...(calico === 'enterprise' ? { cnxVersion: ENTERPRISE_RELEASE } : {}),
        datastoreReady: true,
      },
    }),
    seed('felixconfigurations.projectcalico.org', API, 'FelixConfiguration', 'default', undefined, {
      spec: {
        bpfConnectTimeLoadBalancing: 'TCP',
        bpfHostNetworkedNATWithoutCTLB: 'Enabled',
        bpfLogLevel: '',
        floatingIPs: 'Disabled',
        healthPort: 9099,
        logSeverityScreen: 'Info',
        nftablesMode: 'Disabled',
        reportingInterval: '0s',
        vxlanVNI: 4096,
      },
    }),
    seed('ippools.projectcalico.org', API, 'IPPool', 'default-ipv4-ippool', undefined, {
      spec: {
        allowedUses: ['Workload', 'Tunnel'],
        assignmentMode: 'Automatic',
        blockSize: 26,
        cidr: POD_NETWORK,
        ipipMode: 'Never',
        natOutgoing: true,
        nodeSelector: 'all()',
        vxlanMode: 'CrossSubnet',
      },
    }),
    seed('kubecontrollersconfigurations.projectcalico.org', API, 'KubeControllersConfiguration', 'default', undefined, {
      spec: {
        controllers: {
          node: {
            hostEndpoint: { autoCreate: 'Disabled' },
            leakGracePeriod: '15m0s',
            reconcilerPeriod: '5m0s',
            syncLabels: 'Enabled',
          },
        },
        etcdV3CompactionPeriod: '10m0s',
        healthChecks: 'Enabled',
        logSeverityScreen: 'Info',
      },
    }),
  ]
}

/** The images of this release, which every node has. */
export function calicoImages(calico: Calico): string[] {
  if (calico === 'none') return []
  return ['node', 'typha', 'kube-controllers', 'apiserver'].map((name) => imageOf(name, calico))
}

function imageOf(name: string, calico: Exclude<Calico, 'none'>): string {
  return `quay.io/calico/${name}:${RELEASES[calico]}`
}

function agents(calico: Exclude<Calico, 'none'>, mode: 'aggregated' | 'native'): SeedObject[] {
  return [
    ...workload('daemonsets.apps', 'DaemonSet', 'calico-node', imageOf('node', calico), {
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      tolerations: [{ operator: 'Exists' }],
      securityContext: {},
      containers: [{ env: [{ name: 'DATASTORE_TYPE', value: 'kubernetes' }], securityContext: { privileged: true } }],
    }),
    ...workload('deployments.apps', 'Deployment', 'calico-typha', imageOf('typha', calico), {
      hostNetwork: true,
      priorityClassName: 'system-cluster-critical',
      tolerations: [{ operator: 'Exists' }],
      containers: [{ ports: [{ containerPort: 5473, name: 'calico-typha', protocol: 'TCP' }] }],
    }),
    ...workload('deployments.apps', 'Deployment', 'calico-kube-controllers', imageOf('kube-controllers', calico), {
      priorityClassName: 'system-cluster-critical',
      containers: [{}],
    }),
    ...(mode === 'aggregated' ? apiServer(calico) : []),
  ]
}

function apiServer(calico: Exclude<Calico, 'none'>): SeedObject[] {
  return [
    ...workload('deployments.apps', 'Deployment', 'calico-apiserver', imageOf('apiserver', calico), {
      priorityClassName: 'system-cluster-critical',
      containers: [
        { args: ['--secure-port=5443'], ports: [{ containerPort: 5443, name: 'apiserver', protocol: 'TCP' }] },
      ],
    }),
    seed('services', 'v1', 'Service', 'calico-api', NAMESPACE, {
      spec: {
        selector: { 'k8s-app': 'calico-apiserver' },
        ports: [{ name: 'apiserver', protocol: 'TCP', port: 443, targetPort: 5443 }],
      },
    }),
  ]
}

function workload(resource: string, kind: string, name: string, image: string, spec: any): SeedObject[] {
  const labels = { 'k8s-app': name }
  const [container, ...others] = spec.containers
  const template = {
    metadata: { labels: { 'app.kubernetes.io/name': name, ...labels } },
    spec: { ...spec, serviceAccountName: name, containers: [{ name, image, ...container }, ...others] },
  }
  return [
    seed('serviceaccounts', 'v1', 'ServiceAccount', name, NAMESPACE, {}),
    seed(resource, 'apps/v1', kind, name, NAMESPACE, {
      labels: { 'app.kubernetes.io/name': name, ...labels },
      spec: { ...(kind === 'Deployment' ? { replicas: 1 } : {}), selector: { matchLabels: labels }, template },
    }),
  ]
}

function apiRegistration(): SeedObject[] {
  return [
    seed(
      'apiservices.apiregistration.k8s.io',
      'apiregistration.k8s.io/v1',
      'APIService',
      'v3.projectcalico.org',
      undefined,
      {
        spec: {
          service: { namespace: NAMESPACE, name: 'calico-api', port: 443 },
          group: 'projectcalico.org',
          version: 'v3',
          groupPriorityMinimum: 1500,
          versionPriority: 200,
        },
        status: {
          conditions: [
            {
              type: 'Available',
              status: 'True',
              lastTransitionTime: null,
              reason: 'Passed',
              message: 'all checks passed',
            },
          ],
        },
      },
    ),
  ]
}
