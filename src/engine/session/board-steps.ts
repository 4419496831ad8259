/** Which step put up, changed or took away each policy of the board: from the steps' manifests, where the cluster says so too. */
import type { Features, KubeObject } from '../../cluster/port.ts'
import type { BoardPolicy, BoardView, RemovedPolicy } from '../../policy/views.types.ts'
import type { Track } from '../../workshop/step.ts'
import type { EngineFiles } from '../deps.ts'
import { actionsOf, isInPlace, objectsOf, type WantedObject } from '../expected-state.ts'
import { says } from '../matches.ts'
import { refKey, refOf } from '../snapshot.ts'

export interface BoardSources {
  track: Track
  files: EngineFiles
  features: Features | null
  objects: readonly KubeObject[]
  /** The highest step any of whose traces is there: nothing was taken away by a later one. */
  inPlace: number | null
}

export function withSteps(board: BoardView, sources: BoardSources): BoardView {
  const live = new Map(sources.objects.map((object) => [refKey(refOf(object)), object]))
  const history = historyOf(sources)
  const byName = new Map([...history].map(([key, { versions }]) => [boardKey(versions[0]!.object), key]))
  const tiers = board.tiers.map((tier) => ({
    ...tier,
    policies: tier.policies.map((policy): BoardPolicy => {
      const key = byName.get(`${policy.kind}/${policy.namespace ?? ''}/${policy.name}`)
      const versions = history.get(key ?? '')?.versions
      const object = live.get(key ?? '')
      if (!versions || !object) return policy
      const changedIn = changes(versions, object, sources.track)
      return { ...policy, step: versions[0]!.step.number, ...(changedIn.length > 0 ? { changedIn } : {}) }
    }),
  }))
  const removed = [...history].flatMap(([key, { versions, deletedIn }]): RemovedPolicy[] => {
    const { object } = versions[0]!
    if (deletedIn === null || deletedIn > (sources.inPlace ?? -1) || live.has(key)) return []
    if (!object.kind.endsWith('Policy')) return []
    const { name, namespace = null } = object.metadata
    return [{ tier: tierOf(object), kind: object.kind, name, namespace, step: deletedIn }]
  })
  return removed.length > 0 ? { ...board, tiers, removed } : { ...board, tiers }
}

interface History {
  /** Every version the steps make of it, the first first. */
  versions: WantedObject[]
  /** The step after which it is gone. */
  deletedIn: number | null
}

function historyOf({ track, files, features }: BoardSources): Map<string, History> {
  const history = new Map<string, History>()
  for (const origin of actionsOf(track, Number.POSITIVE_INFINITY, features)) {
    for (const wanted of objectsOf(origin, files)) {
      const key = refKey(wanted.ref)
      history.set(key, { versions: [...(history.get(key)?.versions ?? []), wanted], deletedIn: null })
    }
    if (origin.action.kind !== 'delete') continue
    for (const object of files.objects(origin.action.manifest)) {
      const known = history.get(refKey(refOf(object)))
      if (known) known.deletedIn = origin.step.number
    }
  }
  return history
}

/** Steps that made it something else, up to the version that is there now. */
function changes(versions: readonly WantedObject[], live: KubeObject, track: Track): number[] {
  const now = versions.findLastIndex((version) => isInPlace(live, version, track))
  return versions.flatMap((version, index) => {
    const before = versions[index - 1]
    const isOther =
      before && !(says(version.object.spec, before.object.spec) && says(before.object.spec, version.object.spec))
    return isOther && index <= now ? [version.step.number] : []
  })
}

function boardKey({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`
}

function tierOf({ spec }: KubeObject): string {
  const tier = (spec as { tier?: unknown } | undefined)?.tier
  return typeof tier === 'string' ? tier : 'default'
}
