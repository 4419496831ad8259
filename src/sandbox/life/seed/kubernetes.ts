import type { Store } from '../../contracts.ts'
import { KUBERNETES_VERSION, NODES } from './nodes.ts'
import { type SeedObject, seed } from './seed-object.ts'

/** Where the API server of a real cluster would be found from inside. */
const API_PORT = 6443
const [CONTROL_PLANE] = NODES as [(typeof NODES)[number]]
const CONTROL_PLANE_TOLERATION = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }

export const SYSTEM_IMAGES = {
  coredns: 'registry.k8s.io/coredns/coredns:v1.12.1',
  proxy: `registry.k8s.io/kube-proxy:${KUBERNETES_VERSION}`,
  etcd: 'registry.k8s.io/etcd:3.6.5-0',
  apiserver: `registry.k8s.io/kube-apiserver:${KUBERNETES_VERSION}`,
  controllers: `registry.k8s.io/kube-controller-manager:${KUBERNETES_VERSION}`,
  scheduler: `registry.k8s.io/kube-scheduler:${KUBERNETES_VERSION}`,
  kindnet: 'docker.io/kindest/kindnetd:v20250512-df8de77b',
}

/** What kubeadm leaves behind, without the parts nobody can reach from a terminal. */
export function kubernetesObjects(now: string): SeedObject[] {
  return [
    ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) =>
      seed('namespaces', 'v1', 'Namespace', name, undefined, {}),
    ),
    ...apiService(),
    ...dns(),
    ...proxy(),
    ...adminRoles(),
    ...NODES.map((node) =>
      seed('leases.coordination.k8s.io', 'coordination.k8s.io/v1', 'Lease', node.name, 'kube-node-lease', {
        spec: { holderIdentity: node.name, leaseDurationSeconds: 40, renewTime: `${now.slice(0, 19)}.000000Z` },
      }),
    ),
  ]
}

function apiService(): SeedObject[] {
  const labels = { component: 'apiserver', provider: 'kubernetes' }
  const ports = [{ name: 'https', protocol: 'TCP', port: API_PORT }]
  return [
    seed('services', 'v1', 'Service', 'kubernetes', 'default', {
      labels,
      spec: {
        clusterIP: '10.96.0.1',
        clusterIPs: ['10.96.0.1'],
        type: 'ClusterIP',
        ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: API_PORT }],
      },
    }),
    seed('endpoints', 'v1', 'Endpoints', 'kubernetes', 'default', {
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
      subsets: [{ addresses: [{ ip: CONTROL_PLANE.address }], ports }],
    }),
    seed('endpointslices.discovery.k8s.io', 'discovery.k8s.io/v1', 'EndpointSlice', 'kubernetes', 'default', {
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
      addressType: 'IPv4',
      endpoints: [{ addresses: [CONTROL_PLANE.address], conditions: { ready: true } }],
      ports,
    }),
  ]
}

function dns(): SeedObject[] {
  const labels = { 'k8s-app': 'kube-dns' }
  return [
    seed('serviceaccounts', 'v1', 'ServiceAccount', 'coredns', 'kube-system', {}),
    seed('services', 'v1', 'Service', 'kube-dns', 'kube-system', {
      labels: { ...labels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
      annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
      spec: {
        clusterIP: '10.96.0.10',
        clusterIPs: ['10.96.0.10'],
        selector: labels,
        ports: [
          { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 },
          { name: 'dns-tcp', protocol: 'TCP', port: 53, targetPort: 53 },
          { name: 'metrics', protocol: 'TCP', port: 9153, targetPort: 9153 },
        ],
      },
    }),
    seed('configmaps', 'v1', 'ConfigMap', 'coredns', 'kube-system', { data: { Corefile: COREFILE } }),
    seed('deployments.apps', 'apps/v1', 'Deployment', 'coredns', 'kube-system', {
      labels,
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: '25%' } },
        template: {
          metadata: { labels },
          spec: {
            priorityClassName: 'system-cluster-critical',
            serviceAccountName: 'coredns',
            nodeSelector: { 'kubernetes.io/os': 'linux' },
            dnsPolicy: 'Default',
            tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }, CONTROL_PLANE_TOLERATION],
            containers: [
              {
                name: 'coredns',
                image: SYSTEM_IMAGES.coredns,
                imagePullPolicy: 'IfNotPresent',
                args: ['-conf', '/etc/coredns/Corefile'],
                resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
                ports: [
                  { name: 'dns', containerPort: 53, protocol: 'UDP' },
                  { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
                  { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
                ],
                readinessProbe: { httpGet: { path: '/ready', port: 8181, scheme: 'HTTP' } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
                  readOnlyRootFilesystem: true,
                },
                volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
              },
            ],
            volumes: [
              { name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } },
            ],
          },
        },
      },
    }),
  ]
}

function proxy(): SeedObject[] {
  const labels = { 'k8s-app': 'kube-proxy' }
  return [
    seed('serviceaccounts', 'v1', 'ServiceAccount', 'kube-proxy', 'kube-system', {}),
    seed('daemonsets.apps', 'apps/v1', 'DaemonSet', 'kube-proxy', 'kube-system', {
      labels,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            hostNetwork: true,
            priorityClassName: 'system-node-critical',
            serviceAccountName: 'kube-proxy',
            nodeSelector: { 'kubernetes.io/os': 'linux' },
            tolerations: [{ operator: 'Exists' }],
            containers: [{ name: 'kube-proxy', image: SYSTEM_IMAGES.proxy, securityContext: { privileged: true } }],
          },
        },
      },
    }),
  ]
}

function adminRoles(): SeedObject[] {
  const group = 'rbac.authorization.k8s.io/v1'
  const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
  const everything = [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ]
  const workloads = {
    apiGroups: ['', 'apps', 'batch', 'discovery.k8s.io', 'networking.k8s.io', 'autoscaling', 'policy'],
    resources: ['*'],
  }
  const view = { ...workloads, verbs: ['get', 'list', 'watch'] }
  const role = (name: string, rules: object[]) =>
    seed('clusterroles.rbac.authorization.k8s.io', group, 'ClusterRole', name, undefined, { labels, rules })
  return [
    role('cluster-admin', everything),
    // Neither admin nor edit may add ephemeral containers, as upstream decided.
    role('admin', [{ ...workloads, resources: WORKLOAD_RESOURCES, verbs: ['*'] }]),
    role('edit', [{ ...workloads, resources: WORKLOAD_RESOURCES, verbs: ['*'] }]),
    role('view', [
      { ...view, resources: WORKLOAD_RESOURCES.filter((name) => !/secrets|exec|attach|portforward/.test(name)) },
    ]),
    seed('clusterrolebindings.rbac.authorization.k8s.io', group, 'ClusterRoleBinding', 'cluster-admin', undefined, {
      labels,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:masters' }],
    }),
  ]
}

const WORKLOAD_RESOURCES = [
  ...[
    'configmaps',
    'endpoints',
    'events',
    'namespaces',
    'persistentvolumeclaims',
    'pods',
    'pods/attach',
    'pods/exec',
    'pods/log',
  ],
  ...[
    'pods/portforward',
    'pods/status',
    'secrets',
    'serviceaccounts',
    'services',
    'daemonsets',
    'deployments',
    'deployments/scale',
  ],
  ...[
    'replicasets',
    'replicasets/scale',
    'statefulsets',
    'cronjobs',
    'jobs',
    'endpointslices',
    'networkpolicies',
    'ingresses',
  ],
  ...['horizontalpodautoscalers', 'poddisruptionbudgets'],
]

const COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`

/** The control plane's static pods: made by the kubelet of their node, so they belong to it and are bound from the start. */
export function staticPods(store: Store): SeedObject[] {
  const node = store.get('nodes', undefined, CONTROL_PLANE.name)
  const programs = [
    ['etcd', SYSTEM_IMAGES.etcd],
    ['kube-apiserver', SYSTEM_IMAGES.apiserver],
    ['kube-controller-manager', SYSTEM_IMAGES.controllers],
    ['kube-scheduler', SYSTEM_IMAGES.scheduler],
  ] as const
  return programs.map(([name, image]) => {
    const pod = seed('pods', 'v1', 'Pod', `${name}-${CONTROL_PLANE.name}`, 'kube-system', {
      labels: { component: name, tier: 'control-plane' },
      annotations: { 'kubernetes.io/config.source': 'file' },
      spec: {
        nodeName: CONTROL_PLANE.name,
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        automountServiceAccountToken: false,
        tolerations: [{ effect: 'NoExecute', operator: 'Exists' }],
        containers: [{ name, image, command: [name], imagePullPolicy: 'IfNotPresent' }],
      },
    })
    if (node) {
      pod.object.metadata.ownerReferences = [
        { apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid!, controller: true },
      ]
    }
    return pod
  })
}
