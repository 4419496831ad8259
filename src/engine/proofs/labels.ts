import { hasLabels } from '../actions/label.ts'
import { choosePods, isTwin } from '../pods.ts'
import { dumpLabels, type LabelDump } from '../scope.ts'
import { type Check, type Checked, fine, note, type ProofOf, wrong } from './check.types.ts'

/** Pods carry the labels; with `nothingElse` every other label of every pod is as it was before the step. */
export const labels: Check<ProofOf<'labels'>> = {
  kinds: () => [{ apiVersion: 'v1', kind: 'Pod' }],
  check(proof, snapshot, scope): Checked {
    const pods = choosePods(snapshot.of('v1', 'Pod', proof.namespace), {
      ...(proof.name === undefined ? {} : { name: proof.name }),
      ...(proof.selector === undefined ? {} : { selector: proof.selector }),
    })
    const text = Object.entries(proof.labels)
      .map(([key, value]) => (value === null ? `no label ${key}` : `${key}=${value}`))
      .join(', ')
    const right = pods.filter((pod) => hasLabels(pod.metadata.labels, proof.labels))
    const without = pods.filter((pod) => !right.includes(pod)).map((pod) => pod.metadata.name)
    const wanted = proof.count ?? 1
    const who = `pods${proof.name === undefined ? '' : ` named ${proof.name}`} in ${proof.namespace}`
    let ok = without.length === 0 && right.length >= wanted
    const counted = `${right.length} of ${Math.max(pods.length, wanted)} ${who} have ${text}`
    const details = [ok ? fine(counted) : wrong(counted)]
    if (without.length > 0) details.push(wrong(`without: ${without.join(', ')}`))
    if (proof.nothingElse) {
      const before = scope.memory.labelsBefore.get(scope.step)
      if (!before)
        details.push(note('what else changed is not known: the labels from before the step were not recorded here'))
      else {
        const changes = otherChanges(
          before,
          dumpLabels(snapshot.of('v1', 'Pod').filter((pod) => !isTwin(pod))),
          new Set(Object.keys(proof.labels)),
        )
        details.push(...(changes.length > 0 ? changes.map(wrong) : [fine('no other label of any pod changed')]))
        ok &&= changes.length === 0
      }
    }
    return { ok, details }
  },
}

/** Pods that came or went in between are not compared: a new pod has its own labels. */
function otherChanges(before: LabelDump, after: LabelDump, but: ReadonlySet<string>): string[] {
  const changes: string[] = []
  for (const [uid, { pod, labels: old }] of before) {
    const now = after.get(uid)?.labels
    if (!now) continue
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (!but.has(key) && old[key] !== now[key])
        changes.push(`${pod}: label ${key} was ${old[key] ?? 'not set'}, is ${now[key] ?? 'not set'}`)
    }
  }
  return changes
}
