import type { KubeObject, ResourceId } from '../../contracts.ts'
import type { TableColumn, TableHook } from '../../server/handler.types.ts'
import { ageSince } from './age.ts'
import { AGE_COLUMN, CREATED_AT_COLUMN, column, NAME_COLUMN } from './columns.ts'

type Cells = (object: KubeObject) => readonly unknown[]

/** Printer columns of kinds a workshop hardly meets (kubernetes/pkg/printers/internalversion), so that `get` shows them too. */
function table(columns: readonly (string | TableColumn)[], cells: Cells, wideCells?: Cells): TableHook {
  const all = columns.map((one) => (typeof one === 'string' ? column(one) : one))
  const split = wideCells ? all.length - 1 : all.length
  return {
    columns: [NAME_COLUMN, ...all.slice(0, split), AGE_COLUMN, ...all.slice(split)],
    row: (object, now) => [
      object.metadata.name,
      ...cells(object),
      ageSince(object.metadata.creationTimestamp, now),
      ...(wideCells?.(object) ?? []),
    ],
  }
}

const yes = (name: string) => column(name, 'boolean')
const count = (name: string) => column(name, 'integer')
const NONE = '<none>'
const UNSET = '<unset>'
const VOLUME_MODE = column('VolumeMode', 'string', '', 1)
const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}
const modes = (list: string[] = []) => list.map((mode) => MODES[mode] ?? mode).join(',')

const VOLUMES = table(
  [
    ...['Capacity', 'Access Modes', 'Reclaim Policy', 'Status', 'Claim', 'StorageClass', 'VolumeAttributesClass'],
    'Reason',
    VOLUME_MODE,
  ],
  ({ spec, status }) => [
    spec?.capacity?.storage ?? '',
    modes(spec?.accessModes),
    spec?.persistentVolumeReclaimPolicy ?? '',
    status?.phase ?? '',
    spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : '',
    spec?.storageClassName ?? '',
    spec?.volumeAttributesClassName ?? UNSET,
    status?.reason ?? '',
  ],
  ({ spec }) => [spec?.volumeMode ?? UNSET],
)

const CLAIMS = table(
  ['Status', 'Volume', 'Capacity', 'Access Modes', 'StorageClass', 'VolumeAttributesClass', VOLUME_MODE],
  ({ spec, status }) => [
    status?.phase ?? '',
    spec?.volumeName ?? '',
    spec?.volumeName ? (status?.capacity?.storage ?? '') : '',
    spec?.volumeName ? modes(status?.accessModes) : '',
    spec?.storageClassName ?? '',
    spec?.volumeAttributesClassName ?? UNSET,
  ],
  ({ spec }) => [spec?.volumeMode ?? UNSET],
)

const CREATED: TableHook = {
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
  row: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? null],
}

const ATTACHER = { ...column('Attacher'), format: 'name' }

const WEBHOOKS = table([count('Webhooks')], (object) => [(object.webhooks ?? []).length])

export const RARER_TABLES: Readonly<Record<ResourceId, TableHook>> = {
  limitranges: CREATED,
  podtemplates: {
    columns: [NAME_COLUMN, column('Containers'), column('Images'), column('Pod Labels')],
    row: ({ metadata, template }) => {
      const containers: { name: string; image: string }[] = template?.spec?.containers ?? []
      const labels = Object.entries(template?.metadata?.labels ?? {}).map(([key, value]) => `${key}=${value}`)
      const names = containers.map((one) => one.name).join(',')
      return [metadata.name, names, containers.map((one) => one.image).join(','), labels.join(',') || NONE]
    },
  },
  'csistoragecapacities.storage.k8s.io': {
    columns: [NAME_COLUMN, column('StorageClassName'), column('Capacity')],
    row: (object) => [object.metadata.name, object.storageClassName ?? '', object.capacity ?? UNSET],
  },
  persistentvolumes: VOLUMES,
  persistentvolumeclaims: CLAIMS,
  'controllerrevisions.apps': table(['Controller', 'Revision'], ({ metadata, revision }) => {
    const owner = metadata.ownerReferences?.find((one) => one.controller)
    return [owner ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : NONE, revision ?? 0]
  }),
  'poddisruptionbudgets.policy': table(
    ['Min Available', 'Max Unavailable', count('Allowed Disruptions')],
    ({ spec, status }) => [
      String(spec?.minAvailable ?? 'N/A'),
      String(spec?.maxUnavailable ?? 'N/A'),
      status?.disruptionsAllowed ?? 0,
    ],
  ),
  'ingressclasses.networking.k8s.io': table(['Controller', 'Parameters'], ({ spec }) => {
    const { apiGroup, kind, name } = spec?.parameters ?? {}
    return [spec?.controller ?? '', kind ? `${kind}${apiGroup ? `.${apiGroup}` : ''}/${name}` : NONE]
  }),
  'ipaddresses.networking.k8s.io': {
    columns: [NAME_COLUMN, column('ParentRef')],
    row: ({ metadata, spec }) => {
      const { resource, group, namespace, name } = spec?.parentRef ?? {}
      return [
        metadata.name,
        [`${resource ?? ''}${group ? `.${group}` : ''}`, namespace, name].filter(Boolean).join('/'),
      ]
    },
  },
  'servicecidrs.networking.k8s.io': table(['CIDRs'], ({ spec }) => [(spec?.cidrs ?? []).join(',')]),
  'storageclasses.storage.k8s.io': table(
    ['Provisioner', 'ReclaimPolicy', 'VolumeBindingMode', 'AllowVolumeExpansion'],
    (object) => [
      object.provisioner ?? '',
      object.reclaimPolicy ?? 'Delete',
      object.volumeBindingMode ?? 'Immediate',
      object.allowVolumeExpansion ?? false,
    ],
  ),
  'csidrivers.storage.k8s.io': table(
    [
      ...[yes('AttachRequired'), yes('PodInfoOnMount'), yes('StorageCapacity')],
      ...['TokenRequests', yes('RequiresRepublish'), 'Modes'],
    ],
    ({ spec }) => [
      spec?.attachRequired ?? true,
      spec?.podInfoOnMount ?? false,
      spec?.storageCapacity ?? false,
      UNSET,
      spec?.requiresRepublish ?? false,
      (spec?.volumeLifecycleModes ?? ['Persistent']).join(','),
    ],
  ),
  'csinodes.storage.k8s.io': table([count('Drivers')], ({ spec }) => [(spec?.drivers ?? []).length]),
  'volumeattachments.storage.k8s.io': table([ATTACHER, 'PV', 'Node', yes('Attached')], ({ spec, status }) => [
    spec?.attacher ?? '',
    spec?.source?.persistentVolumeName ?? '',
    spec?.nodeName ?? '',
    status?.attached ?? false,
  ]),
  'volumeattributesclasses.storage.k8s.io': table(['DriverName'], (object) => [object.driverName ?? '']),
  'priorityclasses.scheduling.k8s.io': table(
    [count('Value'), yes('Global-Default'), 'PreemptionPolicy'],
    (object) => [object.value ?? 0, object.globalDefault ?? false],
    (object) => [object.preemptionPolicy ?? 'PreemptLowerPriority'],
  ),
  'runtimeclasses.node.k8s.io': table(['Handler'], (object) => [object.handler ?? '']),
  'certificatesigningrequests.certificates.k8s.io': {
    columns: [
      NAME_COLUMN,
      AGE_COLUMN,
      ...['SignerName', 'Requestor', 'RequestedDuration', 'Condition'].map((name) => column(name)),
    ],
    row: ({ metadata, spec, status }, now) => [
      metadata.name,
      ageSince(metadata.creationTimestamp, now),
      spec?.signerName ?? NONE,
      spec?.username ?? '',
      spec?.expirationSeconds ? `${spec.expirationSeconds}s` : NONE,
      (status?.conditions ?? []).map((one: { type: string }) => one.type).join(',') || 'Pending',
    ],
  },
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': WEBHOOKS,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': WEBHOOKS,
  'validatingadmissionpolicies.admissionregistration.k8s.io': table([count('Validations'), 'ParamKind'], ({ spec }) => [
    (spec?.validations ?? []).length,
    spec?.paramKind ? `${spec.paramKind.apiVersion}/${spec.paramKind.kind}` : UNSET,
  ]),
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': table(['PolicyName', 'ParamRef'], ({ spec }) => {
    const { name, namespace } = spec?.paramRef ?? {}
    return [spec?.policyName ?? '', name ? (namespace ? `${namespace}/${name}` : `*/${name}`) : UNSET]
  }),
  'resourceclaims.resource.k8s.io': table(['State'], ({ status }) => [status?.allocation ? 'allocated' : 'pending']),
  'resourceslices.resource.k8s.io': table(['Node', 'Driver', 'Pool'], ({ spec }) => [
    spec?.nodeName ?? '',
    spec?.driver ?? '',
    spec?.pool?.name ?? '',
  ]),
  'flowschemas.flowcontrol.apiserver.k8s.io': table(
    ['PriorityLevel', 'MatchingPrecedence', 'DistinguisherMethod', 'MissingPL'],
    ({ spec }) => [
      spec?.priorityLevelConfiguration?.name ?? '',
      String(spec?.matchingPrecedence ?? 0),
      spec?.distinguisherMethod?.type ?? NONE,
    ],
    () => ['False'],
  ),
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': table(
    ['Type', 'NominalConcurrencyShares', 'Queues', 'HandSize', 'QueueLengthLimit'],
    ({ spec }) => {
      const { nominalConcurrencyShares, limitResponse } = spec?.limited ?? {}
      const { queues, handSize, queueLengthLimit } = limitResponse?.queuing ?? {}
      const shares = nominalConcurrencyShares ?? NONE
      return [spec?.type ?? '', String(shares), queues ?? NONE, handSize ?? NONE, queueLengthLimit ?? NONE].map(String)
    },
  ),
}
