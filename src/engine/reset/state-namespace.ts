/** The namespace in which the workshop keeps its records: what was here before, and who works here. */
import type { Track } from '../../workshop/step.ts'
import type { EngineDeps } from '../deps.ts'
import { isTerminating } from '../pods.ts'
import { statusOf } from '../snapshot.ts'

export const stateNamespace = 'hipster-workshop'

/** One ConfigMap for all tracks; a key of it for each. */
export const recordRef = { apiVersion: 'v1', kind: 'ConfigMap', namespace: stateNamespace, name: 'hipster-workshop' }

export function recordKey(track: Pick<Track, 'id'>): string {
  return `baseline-${track.id}`
}

const ref = { apiVersion: 'v1', kind: 'Namespace', name: stateNamespace }
const longestEndMs = 120_000

/** A reset has just deleted it, perhaps: nothing can be created in a namespace that is ending, so its end is waited for. */
export async function ensureStateNamespace({ cluster, sleep }: Pick<EngineDeps, 'cluster' | 'sleep'>): Promise<void> {
  for (let waited = 0, pause = 50; ; waited += pause, pause = Math.min(pause * 2, 2_000)) {
    const live = await cluster.get(ref)
    if (live && !isTerminating(live)) return
    if (!live) {
      const { apiVersion, kind, name } = ref
      try {
        await cluster.create({
          apiVersion,
          kind,
          metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'hipster-workshop' } },
        })
        return
      } catch (error) {
        if (statusOf(error) !== 409) throw error
      }
    } else if (waited >= longestEndMs) return
    await sleep(pause)
  }
}

/**
 * Where nothing was changed there is no record, and then the namespace we made must not stay either. Somebody who comes
 * in this moment makes it again; one that an administrator made is theirs.
 */
export async function leaveStateNamespace({ cluster }: Pick<EngineDeps, 'cluster'>): Promise<void> {
  try {
    const live = await cluster.get(ref)
    if (!live || isTerminating(live) || live.metadata.labels?.['app.kubernetes.io/managed-by'] !== 'hipster-workshop')
      return
    const kept = await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace: stateNamespace })
    if (kept.some(({ metadata: { name } }) => name !== 'kube-root-ca.crt')) return
    await cluster.delete(ref, live.metadata.uid === undefined ? {} : { uid: live.metadata.uid })
  } catch (error) {
    // Tidying up needs rights that the work itself does not.
    if (statusOf(error) !== 403) throw error
  }
}
