import { parseResolved, resolvedAnnotation } from '../engine/probes/plan.ts'
import { readSnapshot, worldKinds } from '../engine/snapshot.ts'
import { usageError } from '../errors/catalog/usage.ts'
import { cannotSeeWorld } from '../errors/catalog/world.ts'
import type { KubeObject } from '../policy/model.ts'
import { createWorld, type World } from '../policy/world.ts'
import type { CommandContext } from './context.ts'
import type { PlaceOptions } from './options.ts'
import { openPlace } from './place.ts'
import { readWorldFiles } from './world-files.ts'

export interface WorldInput {
  world: World
  objects: readonly KubeObject[]
  notes: string[]
  /** Of the live cluster; null for files. */
  uid: string | null
}

/** What decides traffic, from files (`-f`, no cluster needed) or from the place. */
export async function openWorld(
  options: PlaceOptions & { filename: string[] },
  context: CommandContext,
): Promise<WorldInput> {
  if (options.filename.length > 0) {
    if (options.context) throw usageError('-f and --context both say where the world comes from.', 'Give one of them.')
    const { objects, notes } = await readWorldFiles(options.filename, context)
    if (objects.length > 0 && !objects.some(isPolicyOrTier)) notes.push(noPolicies)
    return { world: createWorld(objects, { names: resolvedNames(objects) }), objects, notes, uid: null }
  }
  const place = await openPlace(options, context, 'read')
  try {
    const workloads = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map((kind) => ({
      apiVersion: 'apps/v1',
      kind,
    }))
    const snapshot = await readSnapshot(place.cluster, [...worldKinds, ...workloads])
    // An incomplete list of policies would turn a blocked flow into an open one.
    const hidden = snapshot.unread.filter(({ kind }) => !workloads.some((workload) => workload.kind === kind))
    if (hidden.length > 0) throw cannotSeeWorld(hidden)
    const objects = snapshot.objects as readonly KubeObject[]
    const uid =
      snapshot.find({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' })?.metadata.uid ?? place.cluster.server
    return { world: createWorld(objects, { names: resolvedNames(objects) }), objects, notes: [], uid }
  } finally {
    await place.close()
  }
}

/** Outside names and addresses, as the workshop notes them on the sets it makes of them. */
function resolvedNames(objects: readonly KubeObject[]): Record<string, string[]> {
  const names: Record<string, string[]> = {}
  for (const { metadata } of objects) {
    const text = metadata.annotations?.[resolvedAnnotation]
    if (typeof text !== 'string') continue
    for (const [name, addresses] of Object.entries(parseResolved(text)))
      names[name] = [...new Set([...(names[name] ?? []), ...addresses])]
  }
  return names
}

/** `kubectl get all` has neither; a cluster with Calico has its tiers even where it has no policy. */
function isPolicyOrTier({ kind }: KubeObject): boolean {
  return /NetworkPolicy$/.test(kind) || kind === 'Tier'
}

const noPolicies =
  'no policy and no tier is in these files, so everything counts as allowed; kubectl get all leaves them out: export networkpolicies.networking.k8s.io and the kinds of projectcalico.org too'
