/** Policies no step made: those the learner's own files name, and those that appeared in the track's namespaces. */
import type { KubeObject } from '../../cluster/port.ts'
import type { EngineDeps } from '../deps.ts'
import { isTerminating } from '../pods.ts'
import { refKey, refOf } from '../snapshot.ts'
import type { Facts } from '../status.ts'
import type { Baseline } from './baseline.ts'
import { isPolicy } from './rank.ts'

/** Key of each policy or tier that a file in the working folder names -> that file, and what it says. */
export function ownPolicies(deps: EngineDeps): Map<string, { file: string; object: KubeObject }> {
  return new Map(
    (deps.files.ownFiles?.() ?? []).flatMap(({ file, objects }) =>
      objects
        .filter((object) => isPolicy(object) || object.kind === 'Tier')
        .map((object): [string, { file: string; object: KubeObject }] => [refKey(refOf(object)), { file, object }]),
    ),
  )
}

/** Only where it is known which were there before; those of another track of ours are that track's business. */
export function appearedPolicies({ snapshot, track }: Facts, baseline: Baseline | null): KubeObject[] {
  if (!baseline?.policies) return []
  const before = new Set(baseline.policies)
  const namespaces = new Set(track.topology.namespaces.map((namespace) => namespace.name))
  return snapshot.objects.filter(
    (object) =>
      isPolicy(object) &&
      !isTerminating(object) &&
      namespaces.has(object.metadata.namespace ?? '') &&
      object.metadata.labels?.['app.kubernetes.io/managed-by'] !== 'hipster-workshop' &&
      !before.has(refKey(refOf(object))),
  )
}
