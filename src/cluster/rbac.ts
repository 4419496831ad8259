/**
 * The smallest rights with which everything works, as YAML an administrator can read and apply: reading across the
 * cluster (the policy engine needs all pods and policies), writing only in the workshop's own namespaces and names.
 */
export interface RbacInput {
  /** Namespaces the track works in; the state's namespace is added. */
  namespaces: readonly string[]
  /** Tiers the track writes in, `default` included. */
  tiers: readonly string[]
  /** Who gets them; a placeholder is printed when absent. */
  user?: string
  /** projectcalico.org/v3 is served. */
  calico: boolean
}

interface Rule {
  comment: string
  apiGroups: readonly string[]
  resources: readonly string[]
  verbs: readonly string[]
  resourceNames?: readonly string[]
}

const stateNamespace = 'hipster-workshop'
const read = ['get', 'list', 'watch']
const write = ['create', 'update', 'patch', 'delete']
const calicoGroup = 'projectcalico.org'
const policies = [
  'globalnetworkpolicies',
  'networkpolicies',
  'stagedglobalnetworkpolicies',
  'stagednetworkpolicies',
  'stagedkubernetesnetworkpolicies',
]

/** Rights on the cluster as a whole. */
function clusterRules({ namespaces, tiers, calico }: RbacInput): Rule[] {
  const own = tiers.filter((tier) => tier !== 'default')
  return [
    {
      comment: 'what decides traffic, in all namespaces: without it no prediction can be right',
      apiGroups: [''],
      resources: ['namespaces', 'nodes', 'pods', 'services', 'serviceaccounts'],
      verbs: read,
    },
    {
      comment: 'ready endpoints of services',
      apiGroups: ['discovery.k8s.io'],
      resources: ['endpointslices'],
      verbs: read,
    },
    { comment: 'Kubernetes policies', apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: read },
    {
      comment: 'the namespaces of the workshop; creating cannot be limited to a name',
      apiGroups: [''],
      resources: ['namespaces'],
      verbs: ['create'],
    },
    {
      comment: 'labels of those namespaces, and taking them away on reset',
      apiGroups: [''],
      resources: ['namespaces'],
      verbs: ['update', 'patch', 'delete'],
      resourceNames: [...new Set([...namespaces.filter((name) => name !== 'default'), stateNamespace])],
    },
    {
      comment: "Calico's objects, where there are any: they decide traffic in either track",
      apiGroups: [calicoGroup],
      resources: [
        'tiers',
        ...policies,
        'globalnetworksets',
        'networksets',
        'hostendpoints',
        'felixconfigurations',
        'clusterinformations',
      ],
      verbs: read,
    },
    {
      comment: "Calico's own rights per tier: reading everywhere",
      apiGroups: [calicoGroup],
      resources: policies.map((name) => `tier.${name}`),
      verbs: read,
    },
    {
      comment: 'which Calico it is (optional: without it the version is not told)',
      apiGroups: ['operator.tigera.io', 'apiregistration.k8s.io', 'apiextensions.k8s.io'],
      resources: ['installations', 'apiservices', 'customresourcedefinitions'],
      verbs: ['get'],
    },
    ...(calico
      ? [
          { comment: 'the tiers of the workshop', apiGroups: [calicoGroup], resources: ['tiers'], verbs: ['create'] },
          {
            comment: 'their order, and taking them away on reset',
            apiGroups: [calicoGroup],
            resources: ['tiers'],
            verbs: ['update', 'patch', 'delete'],
            resourceNames: own,
          },
          {
            comment: 'global policies and network sets; which policies is limited by the tier rights below',
            apiGroups: [calicoGroup],
            resources: ['globalnetworkpolicies', 'stagedglobalnetworkpolicies', 'globalnetworksets'],
            verbs: write,
          },
          {
            comment: "Calico's own rights per tier: writing in the workshop's tiers",
            apiGroups: [calicoGroup],
            resources: policies.map((name) => `tier.${name}`),
            verbs: write,
            resourceNames: tiers.map((tier) => `${tier}.*`),
          },
        ]
      : []),
  ]
}

/** Rights inside each of the track's namespaces. */
function namespaceRules({ calico }: Pick<RbacInput, 'calico'>): Rule[] {
  return [
    {
      comment: 'the shop, the probe pods and the labels of pods',
      apiGroups: [''],
      resources: ['pods', 'services', 'serviceaccounts'],
      verbs: write,
    },
    { comment: 'the shop', apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: [...read, ...write] },
    {
      comment: 'probes: over WebSocket exec needs get, the older way create',
      apiGroups: [''],
      resources: ['pods/exec'],
      verbs: ['get', 'create'],
    },
    {
      comment: 'probe containers for pods without a shell',
      apiGroups: [''],
      resources: ['pods/ephemeralcontainers'],
      verbs: ['patch', 'update'],
    },
    {
      comment: 'why a container does not start, and what it said',
      apiGroups: [''],
      resources: ['events', 'pods/log'],
      verbs: read,
    },
    { comment: 'Kubernetes policies', apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: write },
    ...(calico
      ? [
          {
            comment: "Calico's namespaced policies",
            apiGroups: [calicoGroup],
            resources: ['networkpolicies', 'stagednetworkpolicies', 'networksets'],
            verbs: write,
          },
        ]
      : []),
  ]
}

/** Rights where baseline and lock are kept. */
function stateRules(): Rule[] {
  return [
    {
      comment: 'what was there before, and who works on it',
      apiGroups: [''],
      resources: ['configmaps'],
      verbs: [...read, ...write],
    },
  ]
}

export function rbacYaml(input: RbacInput): string {
  const user = input.user ?? 'REPLACE-WITH-USER'
  const subject = [
    'subjects:',
    '- apiGroup: rbac.authorization.k8s.io',
    '  kind: User',
    `  name: ${JSON.stringify(user)}`,
  ]
  const documents = [
    ...[...new Set([...input.namespaces.filter((name) => name !== 'default'), stateNamespace])].map((name) => [
      'apiVersion: v1',
      'kind: Namespace',
      'metadata:',
      `  name: ${name}`,
    ]),
    [
      'apiVersion: rbac.authorization.k8s.io/v1',
      'kind: ClusterRole',
      'metadata:',
      '  name: hipster-workshop',
      ...rulesYaml(clusterRules(input)),
    ],
    binding('ClusterRoleBinding', 'ClusterRole', undefined, subject),
    ...input.namespaces.flatMap((namespace) => [
      [
        'apiVersion: rbac.authorization.k8s.io/v1',
        'kind: Role',
        'metadata:',
        '  name: hipster-workshop',
        `  namespace: ${namespace}`,
        ...rulesYaml(namespaceRules(input)),
      ],
      binding('RoleBinding', 'Role', namespace, subject),
    ]),
    [
      'apiVersion: rbac.authorization.k8s.io/v1',
      'kind: Role',
      'metadata:',
      '  name: hipster-workshop',
      `  namespace: ${stateNamespace}`,
      ...rulesYaml(stateRules()),
    ],
    binding('RoleBinding', 'Role', stateNamespace, subject),
  ]
  return [
    '# What the workshop needs, and nothing more. Put the name of the user (or a group, or a service account) into the',
    '# subjects, then: kubectl apply -f THIS-FILE',
    `${documents.map((lines) => lines.join('\n')).join('\n---\n')}\n`,
  ].join('\n')
}

function binding(kind: string, role: string, namespace: string | undefined, subject: readonly string[]): string[] {
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${kind}`,
    'metadata:',
    '  name: hipster-workshop',
    ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
    'roleRef:',
    '  apiGroup: rbac.authorization.k8s.io',
    `  kind: ${role}`,
    '  name: hipster-workshop',
    ...subject,
  ]
}

function rulesYaml(rules: readonly Rule[]): string[] {
  const list = (values: readonly string[]) =>
    `[${values.map((value) => (/^[a-z][a-z0-9./-]*$/.test(value) ? value : JSON.stringify(value))).join(', ')}]`
  return [
    'rules:',
    ...rules.flatMap((rule) => [
      `# ${rule.comment}`,
      `- apiGroups: ${list(rule.apiGroups)}`,
      `  resources: ${list(rule.resources)}`,
      `  verbs: ${list(rule.verbs)}`,
      ...(rule.resourceNames ? [`  resourceNames: ${list(rule.resourceNames)}`] : []),
    ]),
  ]
}
