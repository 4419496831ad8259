import type { KubeObject } from '../../contracts.ts'
import { equalJson } from '../../store/json-value.ts'
import { toStamp } from '../../store/memory-store.ts'
import type { ResourceRequest } from '../context.ts'
import type { WriteOptions } from '../query-options.ts'
import { afterUpdate, entriesOf, type ManagedEntry } from './managers.ts'

/**
 * Who owns what after an ordinary write. A client may edit the list itself (`kubectl apply --server-side` does
 * when it takes over from client-side apply); an empty list given on purpose resets it.
 */
export function entriesAfterUpdate(
  request: ResourceRequest,
  object: KubeObject,
  previous: KubeObject | undefined,
  options: WriteOptions,
): ManagedEntry[] {
  const given = object.metadata.managedFields as unknown[] | undefined
  const known = previous ? entriesOf(previous) : []
  const edited = previous !== undefined && given !== undefined && !equalJson(given, known)
  const base = edited
    ? ({
        ...previous,
        metadata: {
          ...previous.metadata,
          managedFields: given.filter((entry) => Object.keys(entry as object).length > 0),
        },
      } as KubeObject)
    : previous
  return afterUpdate(request.type, base, object, {
    manager: options.fieldManager,
    operation: 'Update',
    subresource:
      request.subresource === 'ephemeralcontainers' || request.subresource === 'status'
        ? request.subresource
        : undefined,
    time: toStamp(request.context.clock.now()),
  })
}
