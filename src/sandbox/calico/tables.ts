import { ageSince } from '../api/tables/age.ts'
import type { KubeObject } from '../contracts.ts'
import type { TableColumn, TableHook } from '../server/handler.types.ts'

const name: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  priority: 0,
}
const column = (title: string, type: string, description = ''): TableColumn => ({
  name: title,
  type,
  description,
  priority: 0,
})

function table(
  columns: readonly TableColumn[],
  cells: (object: KubeObject, now: Date) => readonly unknown[],
): TableHook {
  return { columns: [name, ...columns], row: (object, now) => [object.metadata.name, ...cells(object, now)] }
}

const tier = column('Tier', 'string')
const order = column('Order', 'number')
const namespaced = table([tier, order], ({ spec }) => [spec?.tier ?? '', spec?.order ?? null])

/** Printer columns of the v3 CRDs; Calico's API server shows name and creation time only. */
export const nativeTables: Readonly<Record<string, TableHook>> = {
  'tiers.projectcalico.org': table(
    [order, column('DefaultAction', 'string'), column('Status', 'string')],
    ({ spec, status }) => [
      spec?.order ?? null,
      spec?.defaultAction ?? '',
      status?.conditions?.find((condition: { type: string }) => condition.type === 'Ready')?.reason ?? '',
    ],
  ),
  'globalnetworkpolicies.projectcalico.org': table([tier, order, column('Age', 'date')], ({ metadata, spec }, now) => [
    spec?.tier ?? '',
    spec?.order ?? null,
    ageSince(metadata.creationTimestamp, now),
  ]),
  'networkpolicies.projectcalico.org': namespaced,
  'hostendpoints.projectcalico.org': table([column('Node', 'string'), column('Interface', 'string')], ({ spec }) => [
    spec?.node ?? '',
    spec?.interfaceName ?? '',
  ]),
  'stagednetworkpolicies.projectcalico.org': namespaced,
  'stagedglobalnetworkpolicies.projectcalico.org': namespaced,
}
