/**
 * Lines that are done again undo later ones: a manifest brings back an older version of an object, a new pod comes without
 * its labels. So the later lines that meant the same things are done again too.
 */
import type { EngineFiles } from './deps.ts'
import { type Origin, objectsOf } from './expected-state.ts'
import { refKey, refOf } from './snapshot.ts'

const podMakers = new Set(['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'])

/** These and what has to follow them, in the order of `wanted`: the lines that count here, of one track. */
export function withFollowers(chosen: readonly Origin[], wanted: Iterable<Origin>, files: EngineFiles): Origin[] {
  const asked = new Set(chosen.map(({ action }) => action))
  const touched = new Set<string>()
  /** Namespaces in which pods are made. */
  const peopled = new Set<string>()
  const result: Origin[] = []
  for (const origin of wanted) {
    const { action } = origin
    if (!asked.has(action) && !follows(origin, touched, peopled, files)) continue
    result.push(origin)
    for (const { ref } of objectsOf(origin, files)) {
      touched.add(refKey(ref))
      if (podMakers.has(ref.kind)) peopled.add(ref.namespace ?? 'default')
    }
  }
  return result
}

function follows(
  origin: Origin,
  touched: ReadonlySet<string>,
  peopled: ReadonlySet<string>,
  files: EngineFiles,
): boolean {
  const { action } = origin
  switch (action.kind) {
    case 'label':
    case 'wait':
      return peopled.has(action.namespace ?? 'default')
    case 'delete':
      return files.objects(action.manifest).some((object) => touched.has(refKey(refOf(object))))
    case 'apply':
      // What is left as found when it is there changes nothing of an earlier line.
      if (action.onlyIfMissing === true) return false
      return objectsOf(origin, files).some(({ ref }) => touched.has(refKey(ref)))
    default:
      return false
  }
}
