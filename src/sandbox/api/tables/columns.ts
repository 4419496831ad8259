import type { KubeObject } from '../../contracts.ts'
import type { TableColumn, TableHook } from '../../server/handler.types.ts'
import { ageSince } from './age.ts'

/** Descriptions are the first words of the field's documentation, as the server prints them with `-o json` of a Table. */
export function column(
  name: string,
  type: TableColumn['type'] = 'string',
  description = '',
  priority = 0,
): TableColumn {
  return { name, type, format: name === 'Name' && priority === 0 ? 'name' : '', description, priority }
}

export const NAME_COLUMN = column(
  'Name',
  'string',
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
)

export const AGE_COLUMN = column(
  'Age',
  'string',
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
)

export const CREATED_AT_COLUMN: TableColumn = {
  name: 'Created At',
  type: 'date',
  format: '',
  description: AGE_COLUMN.description!,
  priority: 0,
}

/** Shown only with `-o wide`. */
export function wide(name: string, description = ''): TableColumn {
  return column(name, 'string', description, 1)
}

/** A column and what stands in it for an object. */
export type Cell = readonly [column: TableColumn, of: (object: KubeObject, now: Date) => unknown]

export const NAME: Cell = [NAME_COLUMN, (object) => object.metadata.name]
export const AGE: Cell = [AGE_COLUMN, (object, now) => ageSince(object.metadata.creationTimestamp, now)]

export function tableOf(...cells: readonly Cell[]): TableHook {
  return {
    columns: cells.map(([column]) => column),
    row: (object, now) => cells.map(([, of]) => of(object, now)),
  }
}
