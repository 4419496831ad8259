/**
 * Worlds of the same cluster, one reading after the other: what was read of policies and decided of flows in the world before
 * stays, as far as the objects that changed leave it true.
 */
import type { KubeObject } from '../cluster/port.ts'
import { applyChanges } from '../policy/apply.ts'
import { createWorld, type World } from '../policy/world.ts'
import { looksSame } from './looks-same.ts'
import { refKey, refOf } from './snapshot.ts'

/** `names`: outside names and their addresses. */
export type FollowWorld = (objects: readonly KubeObject[], names?: Readonly<Record<string, readonly string[]>>) => World

export function createWorldFollower(): FollowWorld {
  let last: {
    objects: readonly KubeObject[]
    byKey: ReadonlyMap<string, KubeObject>
    names: string
    world: World
  } | null = null
  return (objects, names = {}) => {
    const namesKey = JSON.stringify(names)
    if (last?.objects === objects && last.names === namesKey) return last.world
    const byKey = new Map(objects.map((object) => [refKey(refOf(object)), object]))
    const next = () => {
      if (last === null || last.names !== namesKey) return createWorld(objects, { names })
      const before = last.byKey
      const put = [...byKey].filter(([key, object]) => {
        const old = before.get(key)
        return old === undefined || !looksSame(old, object)
      })
      const remove = [...before].filter(([key]) => !byKey.has(key))
      if (put.length + remove.length === 0) return last.world
      return applyChanges(last.world, {
        put: put.map(([, object]) => object),
        remove: remove.map(([, object]) => object),
      })
    }
    const world = next()
    last = { objects, byKey, names: namesKey, world }
    return world
  }
}
