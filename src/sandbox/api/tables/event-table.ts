import type { KubeObject } from '../../contracts.ts'
import type { TableHook } from '../../server/handler.types.ts'
import { ageSince } from './age.ts'
import { column, NAME_COLUMN, wide } from './columns.ts'

/** Times come from series, then the counted stamps, then eventTime: printEvent of pkg/printers/internalversion. */
export const EVENT_TABLE: TableHook = {
  columns: [
    column('Last Seen', 'string', 'The time at which the most recent occurrence of this event was recorded.'),
    column('Type', 'string', 'Type of this event (Normal, Warning), new types could be added in the future'),
    column(
      'Reason',
      'string',
      "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
    ),
    column('Object', 'string', 'The object that this event is about.'),
    wide(
      'Subobject',
      'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement.',
    ),
    wide('Source', 'The component reporting this event. Should be a short machine understandable string.'),
    column('Message', 'string', 'A human-readable description of the status of this operation.'),
    wide('First Seen', 'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)'),
    wide('Count', 'The number of times this event has occurred.'),
    { ...NAME_COLUMN, format: 'name', priority: 1 },
  ],
  row(event, now) {
    const first = event.firstTimestamp ?? event.eventTime
    const last = event.series?.lastObservedTime ?? event.lastTimestamp ?? first
    const object = event.involvedObject ?? {}
    return [
      ageSince(last, now),
      event.type ?? '',
      event.reason ?? '',
      object.name
        ? `${String(object.kind ?? '').toLowerCase()}/${object.name}`
        : String(object.kind ?? '').toLowerCase(),
      object.fieldPath ?? '',
      source(event),
      String(event.message ?? '').trim(),
      ageSince(first, now),
      event.series?.count ?? event.count ?? 1,
      event.metadata.name,
    ]
  },
}

function source(event: KubeObject): string {
  const component = event.source?.component || event.reportingComponent || ''
  const host = event.source?.host || event.reportingInstance || ''
  return host ? `${component}, ${host}` : component
}
