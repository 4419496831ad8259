import type { KubeObject } from '../../contracts.ts'

/** How far a rolling update may go above and below `replicas` (deploymentutil.ResolveFenceposts). */
export function fenceposts(deployment: KubeObject): { surge: number; unavailable: number } {
  const replicas = deployment.spec.replicas ?? 1
  if (deployment.spec.strategy?.type === 'Recreate') return { surge: 0, unavailable: replicas }
  const rolling = deployment.spec.strategy?.rollingUpdate ?? {}
  const surge = resolve(rolling.maxSurge ?? '25%', replicas, Math.ceil)
  const unavailable = resolve(rolling.maxUnavailable ?? '25%', replicas, Math.floor)
  // Both zero could never move.
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

function resolve(value: number | string, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value
  return value.endsWith('%') ? round((Number.parseFloat(value) * total) / 100) : Number(value)
}

const wanted = (set: KubeObject): number => set.spec.replicas ?? 1
const available = (set: KubeObject): number => set.status?.availableReplicas ?? 0
const sum = (sets: readonly KubeObject[], of: (set: KubeObject) => number): number =>
  sets.reduce((total, set) => total + of(set), 0)

/** How many replicas the new set should have now: up to `replicas`, never more pods than the surge allows. */
export function newSetSize(
  deployment: KubeObject,
  current: KubeObject | undefined,
  old: readonly KubeObject[],
): number {
  const replicas = deployment.spec.replicas ?? 1
  const has = current ? wanted(current) : 0
  if (has >= replicas) return replicas
  if (deployment.spec.strategy?.type === 'Recreate')
    return sum(old, (set) => set.status?.replicas ?? 0) > 0 ? has : replicas
  const room = replicas + fenceposts(deployment).surge - has - sum(old, wanted)
  return has + Math.max(0, Math.min(room, replicas - has))
}

/** New sizes of the old sets: unhealthy pods go first, then as many as stay available elsewhere. */
export function oldSetSizes(
  deployment: KubeObject,
  current: KubeObject,
  old: readonly KubeObject[],
): Map<KubeObject, number> {
  const sizes = new Map(old.map((set) => [set, wanted(set)]))
  if (deployment.spec.strategy?.type === 'Recreate') {
    for (const set of old) sizes.set(set, 0)
    return sizes
  }
  const all = [...old, current]
  const minimum = (deployment.spec.replicas ?? 1) - fenceposts(deployment).unavailable
  let spare = sum(all, wanted) - minimum - (wanted(current) - available(current))
  for (const set of old) {
    const unhealthy = Math.min(Math.max(spare, 0), wanted(set) - available(set))
    if (unhealthy <= 0) continue
    sizes.set(set, wanted(set) - unhealthy)
    spare -= unhealthy
  }
  let removable = Math.max(0, sum(all, available) - minimum)
  for (const set of old) {
    const size = sizes.get(set)!
    const less = Math.min(size, removable, Math.max(spare, 0))
    sizes.set(set, size - less)
    removable -= less
    spare -= less
  }
  return sizes
}
