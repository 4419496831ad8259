/** Both tracks work in one namespace: what another one has left there would decide this one's connections. */
import type { Track } from '../workshop/step.ts'
import type { EngineDeps } from './deps.ts'
import { isMarked } from './expected-state.ts'
import { isTerminating } from './pods.ts'
import { isPolicy } from './reset/rank.ts'
import { readSnapshot } from './snapshot.ts'

export interface OtherTrack {
  track: Track
  /** Policies and tiers of it in the cluster, by kind and name. */
  objects: string[]
}

/** The tracks among these whose policies or tiers are in the cluster. */
export async function tracksInPlace(deps: EngineDeps, others: readonly Track[]): Promise<OtherTrack[]> {
  if (others.length === 0) return []
  const { objects } = await readSnapshot(deps.cluster)
  return others.flatMap((track) => {
    const left = objects.filter(
      (object) => (isPolicy(object) || object.kind === 'Tier') && isMarked(object, track) && !isTerminating(object),
    )
    return left.length > 0 ? [{ track, objects: left.map(({ kind, metadata }) => `${kind} ${metadata.name}`) }] : []
  })
}
