import { ageSince } from '../api/tables/age.ts'
import { NAME_COLUMN } from '../api/tables/columns.ts'
import type { KubeObject } from '../contracts.ts'
import type { TableColumn, TableHook } from '../server/handler.types.ts'

/** A printer column of a CRD; one without a description says where its value comes from. */
function column(name: string, type: string, path: string, description?: string): TableColumn {
  const text = description ?? `Custom resource definition column (in JSONPath format): ${path}`
  return { name, type, format: '', description: text, priority: 0 }
}

function table(
  columns: readonly TableColumn[],
  cells: (object: KubeObject, now: Date) => readonly unknown[],
): TableHook {
  return { columns: [NAME_COLUMN, ...columns], row: (object, now) => [object.metadata.name, ...cells(object, now)] }
}

const tier = column('Tier', 'string', '.spec.tier')
const order = column('Order', 'number', '.spec.order')
const age = column('Age', 'date', '.metadata.creationTimestamp')
const policies = table([tier, order], ({ spec }) => [spec?.tier ?? null, spec?.order ?? null])
const ageOf = ({ metadata }: KubeObject, now: Date) => ageSince(metadata.creationTimestamp, now)

/** Printer columns of the v3 CRDs; Calico's API server shows name and creation time only. */
export const nativeTables: Readonly<Record<string, TableHook>> = {
  'tiers.projectcalico.org': table(
    [
      column('Order', 'integer', '.spec.order', 'Order in which the tier is applied'),
      column('DefaultAction', 'string', '.spec.defaultAction', 'Default action for the tier'),
      column('Status', 'string', '.status', 'Current status of the tier'),
    ],
    ({ spec, status }) => [
      typeof spec?.order === 'number' ? Math.trunc(spec.order) : null,
      spec?.defaultAction ?? null,
      status?.conditions?.find((condition: { type: string }) => condition.type === 'Ready')?.reason ?? null,
    ],
  ),
  'globalnetworkpolicies.projectcalico.org': table([tier, order, age], (object, now) => [
    object.spec?.tier ?? null,
    object.spec?.order ?? null,
    ageOf(object, now),
  ]),
  'networkpolicies.projectcalico.org': policies,
  'stagednetworkpolicies.projectcalico.org': policies,
  'stagedglobalnetworkpolicies.projectcalico.org': policies,
  'globalnetworksets.projectcalico.org': table([age], (object, now) => [ageOf(object, now)]),
  'hostendpoints.projectcalico.org': table(
    [
      column(
        'Node',
        'string',
        '.spec.node',
        'The node name identifying the Calico node instance that is targeted by this HostEndpoint',
      ),
      column(
        'Interface',
        'string',
        '.spec.interfaceName',
        'The name of the interface that is targeted by this HostEndpoint',
      ),
    ],
    ({ spec }) => [spec?.node ?? null, spec?.interfaceName ?? null],
  ),
  'clusterinformations.projectcalico.org': table(
    [
      column('Version', 'string', '.spec.calicoVersion', 'The version of Calico that the cluster is running'),
      column('Ready', 'boolean', '.spec.datastoreReady', 'Whether the datastore is ready for use'),
      column('Types', 'string', '.spec.clusterType', 'The types associated with the cluster'),
    ],
    ({ spec }) => [spec?.calicoVersion ?? null, spec?.datastoreReady ?? null, spec?.clusterType ?? null],
  ),
}
