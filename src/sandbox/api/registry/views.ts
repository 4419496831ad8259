import type { KubeObject } from '../../contracts.ts'
import type { ResourceType } from './resource-type.ts'

/** Stored objects as an alias of their resource shows them. */
export function toView(type: ResourceType, object: KubeObject): KubeObject {
  return type.id === 'events.events.k8s.io' ? toEventsV1(object) : object
}

/** The same event by the field names of events.k8s.io/v1. */
function toEventsV1(event: KubeObject): KubeObject {
  if (event.regarding !== undefined) return event
  const {
    involvedObject,
    message,
    source,
    firstTimestamp,
    lastTimestamp,
    count,
    reportingComponent,
    reportingInstance,
    ...rest
  } = event
  return {
    ...rest,
    eventTime: event.eventTime ?? null,
    reportingController: reportingComponent ?? '',
    reportingInstance: reportingInstance ?? '',
    regarding: involvedObject,
    note: message,
    ...(source === undefined ? {} : { deprecatedSource: source }),
    ...(firstTimestamp === undefined ? {} : { deprecatedFirstTimestamp: firstTimestamp }),
    ...(lastTimestamp === undefined ? {} : { deprecatedLastTimestamp: lastTimestamp }),
    ...(count === undefined ? {} : { deprecatedCount: count }),
  }
}
