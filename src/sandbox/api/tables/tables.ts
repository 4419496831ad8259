import type { KubeObject, ResourceId } from '../../contracts.ts'
import type { TableHook } from '../../server/handler.types.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { ageSince } from './age.ts'
import { CLUSTER_TABLES } from './cluster-tables.ts'
import { AGE_COLUMN, CREATED_AT_COLUMN, NAME_COLUMN } from './columns.ts'
import { EVENT_TABLE } from './event-table.ts'
import { POD_TABLE, podRowConditions } from './pod-table.ts'
import { RARER_TABLES } from './rarer-tables.ts'
import { SERVICE_TABLES } from './service-tables.ts'
import { WORKLOAD_TABLES } from './workload-tables.ts'

const TABLES: Readonly<Record<ResourceId, TableHook>> = {
  pods: POD_TABLE,
  events: EVENT_TABLE,
  'events.events.k8s.io': EVENT_TABLE,
  ...CLUSTER_TABLES,
  ...SERVICE_TABLES,
  ...WORKLOAD_TABLES,
  ...RARER_TABLES,
}

/** What kinds without printer columns show: name and age. */
const NAME_AND_AGE: TableHook = {
  columns: [NAME_COLUMN, AGE_COLUMN],
  row: (object, now) => [object.metadata.name, ageSince(object.metadata.creationTimestamp, now)],
}

/** Custom resources without printer columns: the same two, but Age is a date. */
const CUSTOM_NAME_AND_AGE: TableHook = { ...NAME_AND_AGE, columns: [NAME_COLUMN, { ...AGE_COLUMN, type: 'date' }] }

/** The default converter of an aggregated API server: name and creation time. */
const NAME_AND_CREATED: TableHook = {
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
  row: (object) => [object.metadata.name, object.metadata.creationTimestamp ?? null],
}

export function tableFor(type: ResourceType, overrides: Readonly<Record<ResourceId, TableHook>> = {}): TableHook {
  const known = overrides[type.id] ?? TABLES[type.id]
  if (known) return known
  if (type.aggregated) return NAME_AND_CREATED
  return type.custom ? CUSTOM_NAME_AND_AGE : NAME_AND_AGE
}

export type IncludeObject = 'Metadata' | 'Object' | 'None'

export interface TableRequest {
  type: ResourceType
  table: TableHook
  metaVersion: 'v1' | 'v1beta1'
  include: IncludeObject
  now: Date
}

interface TableRow {
  cells: readonly unknown[]
  conditions?: object[]
  object?: unknown
}

function toRow(request: TableRequest, object: KubeObject): TableRow {
  const conditions = request.type.id === 'pods' ? podRowConditions(object) : undefined
  return {
    cells: request.table.row(object, request.now),
    ...(conditions ? { conditions } : {}),
    ...(request.include === 'None' ? {} : { object: included(request, object) }),
  }
}

function included({ include, metaVersion, type }: TableRequest, object: KubeObject): unknown {
  if (include === 'Object') {
    const { apiVersion, kind, ...rest } = object
    return { kind: type.kind ?? kind, apiVersion: apiVersion, ...rest }
  }
  return toPartial(object, metaVersion)
}

export function toPartial(object: KubeObject, metaVersion: 'v1' | 'v1beta1') {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${metaVersion}`, metadata: object.metadata }
}

/** A `Table` of these objects. `columns: false` leaves the definitions out, as later events of a watch do. */
export function toTable(
  request: TableRequest,
  objects: readonly KubeObject[],
  metadata: Record<string, unknown>,
  columns = true,
) {
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${request.metaVersion}`,
    metadata,
    columnDefinitions: columns ? request.table.columns.map(withAllFields) : null,
    rows: objects.map((object) => toRow(request, object)),
  }
}

function withAllFields({ name, type, format = '', description = '', priority = 0 }: TableHook['columns'][number]) {
  return { name, type, format, description, priority }
}
