import { isPolicy } from '../reset/rank.ts'
import type { Snapshot } from '../snapshot.ts'

/** What policies, sets and labels say, without what changes by itself (status, versions). */
export function fingerprint(snapshot: Snapshot): string {
  return snapshot.objects
    .filter(
      ({ kind, ...object }) =>
        isPolicy({ kind, ...object }) || kind === 'Tier' || kind === 'GlobalNetworkSet' || kind === 'Pod',
    )
    .map(({ kind, metadata, spec }) =>
      JSON.stringify([kind, metadata.namespace, metadata.name, kind === 'Pod' ? metadata.labels : spec]),
    )
    .sort()
    .join()
}
