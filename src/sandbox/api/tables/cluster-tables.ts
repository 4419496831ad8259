import type { KubeObject, ResourceId } from '../../contracts.ts'
import type { TableHook } from '../../server/handler.types.ts'
import { ageSince } from './age.ts'
import { AGE, AGE_COLUMN, column, NAME, NAME_COLUMN, tableOf, wide } from './columns.ts'

const NODE_ROLE = 'node-role.kubernetes.io/'
const NODE_ROLE_LABEL = 'kubernetes.io/role'

const NODES: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Status', 'string', 'The status of the node'),
    column('Roles', 'string', 'The roles of the node'),
    AGE_COLUMN,
    column('Version', 'string', 'Kubelet Version reported by the node.'),
    wide('Internal-IP', 'List of addresses reachable to the node.'),
    wide('External-IP', 'List of addresses reachable to the node.'),
    wide('OS-Image', 'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).'),
    wide('Kernel-Version', "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64)."),
    wide(
      'Container-Runtime',
      'ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).',
    ),
  ],
  row(node, now) {
    const info = node.status?.nodeInfo ?? {}
    const address = (type: string) =>
      (node.status?.addresses ?? []).find((entry: { type: string }) => entry.type === type)?.address ?? '<none>'
    return [
      node.metadata.name,
      nodeStatus(node),
      nodeRoles(node),
      ageSince(node.metadata.creationTimestamp, now),
      info.kubeletVersion ?? '',
      address('InternalIP'),
      address('ExternalIP'),
      info.osImage || '<unknown>',
      info.kernelVersion || '<unknown>',
      info.containerRuntimeVersion || '<unknown>',
    ]
  },
}

function nodeStatus(node: KubeObject): string {
  const ready = (node.status?.conditions ?? []).find((condition: { type: string }) => condition.type === 'Ready')
  const texts = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown']
  if (node.spec?.unschedulable) texts.push('SchedulingDisabled')
  return texts.join(',')
}

function nodeRoles(node: KubeObject): string {
  const roles = new Set<string>()
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(NODE_ROLE) && key.length > NODE_ROLE.length) roles.add(key.slice(NODE_ROLE.length))
    else if (key === NODE_ROLE_LABEL && value) roles.add(value)
  }
  return roles.size === 0 ? '<none>' : [...roles].sort().join(',')
}

const NAMESPACES: TableHook = tableOf(
  NAME,
  [column('Status', 'string', 'The status of the namespace'), (object) => object.status?.phase ?? ''],
  AGE,
)

const CONFIG_MAPS: TableHook = tableOf(
  NAME,
  [
    column('Data', 'string', 'Data contains the configuration data.'),
    (object) => Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
  ],
  AGE,
)

const SECRETS: TableHook = tableOf(
  NAME,
  [column('Type', 'string', 'Used to facilitate programmatic handling of secret data.'), (object) => object.type ?? ''],
  [column('Data', 'string', 'Data contains the secret data.'), (object) => Object.keys(object.data ?? {}).length],
  AGE,
)

const SERVICE_ACCOUNTS: TableHook = tableOf(
  NAME,
  [
    column('Secrets', 'string', 'Secrets is a list of the secrets in the same namespace.'),
    (object) => (object.secrets ?? []).length,
  ],
  AGE,
)

const LEASES: TableHook = tableOf(
  NAME,
  [
    column('Holder', 'string', 'holderIdentity contains the identity of the holder of a current lease.'),
    (object) => object.spec?.holderIdentity ?? '',
  ],
  AGE,
)

const ROLE_BINDINGS: TableHook = {
  columns: [
    NAME_COLUMN,
    column(
      'Role',
      'string',
      'RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace.',
    ),
    AGE_COLUMN,
    wide('Users', 'Users in the roleBinding'),
    wide('Groups', 'Groups in the roleBinding'),
    wide('ServiceAccounts', 'ServiceAccounts in the roleBinding'),
  ],
  row(binding, now) {
    const subjects: { kind: string; name: string; namespace?: string }[] = binding.subjects ?? []
    const names = (kind: string) =>
      subjects
        .filter((subject) => subject.kind === kind)
        .map((subject) => (subject.namespace ? `${subject.namespace}/${subject.name}` : subject.name))
        .join(', ')
    return [
      binding.metadata.name,
      `${binding.roleRef?.kind}/${binding.roleRef?.name}`,
      ageSince(binding.metadata.creationTimestamp, now),
      names('User'),
      names('Group'),
      names('ServiceAccount'),
    ]
  },
}

const CREATED_AT_STAMP: TableHook = tableOf(NAME, [
  {
    name: 'Created At',
    type: 'date',
    format: '',
    description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
    priority: 0,
  },
  (object) => object.metadata.creationTimestamp ?? '',
])

const API_SERVICES: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Service', 'string', 'The reference to the service that hosts this API endpoint.'),
    column('Available', 'string', 'Whether this service is available.'),
    AGE_COLUMN,
  ],
  row(object, now) {
    const service = object.spec?.service
    const available = (object.status?.conditions ?? []).find((c: { type: string }) => c.type === 'Available')
    return [
      object.metadata.name,
      service ? `${service.namespace}/${service.name}` : 'Local',
      available?.status === 'True' ? 'True' : `${available?.status ?? 'Unknown'} (${available?.reason ?? ''})`,
      ageSince(object.metadata.creationTimestamp, now),
    ]
  },
}

const COMPONENT_STATUSES: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Status', 'string', 'Status of the component conditions'),
    column('Message', 'string', 'Message of the component conditions'),
    column('Error', 'string', 'Error of the component conditions'),
  ],
  row(object) {
    const healthy = (object.conditions ?? []).find((condition: { type: string }) => condition.type === 'Healthy')
    return [
      object.metadata.name,
      healthy?.status === 'True' ? 'Healthy' : 'Unhealthy',
      healthy?.message ?? '',
      healthy?.error ?? '',
    ]
  },
}

const RESOURCE_QUOTAS: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Request', 'string', 'Request represents a minimum amount of cpu/memory that a container may consume.'),
    column(
      'Limit',
      'string',
      'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
    ),
    AGE_COLUMN,
  ],
  row(object, now) {
    const hard: Record<string, string> = object.status?.hard ?? {}
    const used: Record<string, string> = object.status?.used ?? {}
    const text = (isLimit: boolean) =>
      Object.keys(hard)
        .filter((key) => key.startsWith('limits.') === isLimit)
        .sort()
        .map((key) => `${key}: ${used[key] ?? 0}/${hard[key]}`)
        .join(', ')
    return [object.metadata.name, text(false), text(true), ageSince(object.metadata.creationTimestamp, now)]
  },
}

export const CLUSTER_TABLES: Readonly<Record<ResourceId, TableHook>> = {
  nodes: NODES,
  namespaces: NAMESPACES,
  configmaps: CONFIG_MAPS,
  secrets: SECRETS,
  serviceaccounts: SERVICE_ACCOUNTS,
  resourcequotas: RESOURCE_QUOTAS,
  componentstatuses: COMPONENT_STATUSES,
  'leases.coordination.k8s.io': LEASES,
  'rolebindings.rbac.authorization.k8s.io': ROLE_BINDINGS,
  'clusterrolebindings.rbac.authorization.k8s.io': ROLE_BINDINGS,
  'roles.rbac.authorization.k8s.io': CREATED_AT_STAMP,
  'clusterroles.rbac.authorization.k8s.io': CREATED_AT_STAMP,
  'customresourcedefinitions.apiextensions.k8s.io': CREATED_AT_STAMP,
  'apiservices.apiregistration.k8s.io': API_SERVICES,
}
