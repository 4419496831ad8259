import type { KubeObject } from '../../contracts.ts'
import { toStamp } from '../../store/memory-store.ts'
import type { ResourceRequest } from '../context.ts'
import type { WriteOptions } from '../query-options.ts'
import { afterUpdate, entriesOf } from './managers.ts'

/**
 * Records who owns what after an ordinary write. A client may edit the list itself (`kubectl apply --server-side` does
 * when it takes over from client-side apply); an empty list given on purpose resets it.
 */
export function trackUpdate(
  request: ResourceRequest,
  object: KubeObject,
  previous: KubeObject | undefined,
  options: WriteOptions,
): void {
  const given = object.metadata.managedFields as unknown[] | undefined
  const known = previous ? entriesOf(previous) : []
  const edited = previous !== undefined && given !== undefined && JSON.stringify(given) !== JSON.stringify(known)
  const base = edited
    ? ({
        ...previous,
        metadata: {
          ...previous.metadata,
          managedFields: given.filter((entry) => Object.keys(entry as object).length > 0),
        },
      } as KubeObject)
    : previous
  const entries = afterUpdate(request.type, base, object, {
    manager: options.fieldManager,
    operation: 'Update',
    subresource:
      request.subresource === 'ephemeralcontainers' || request.subresource === 'status'
        ? request.subresource
        : undefined,
    time: toStamp(request.context.clock.now()),
  })
  if (entries.length > 0) object.metadata.managedFields = entries
  else delete object.metadata.managedFields
}
