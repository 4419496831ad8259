/** Labels back to what they should be: by the steps up to N, else as at first contact, else off. */
import type { KubeObject } from '../../cluster/port.ts'
import { type ExpectedState, expectedAfter } from '../expected-state.ts'
import { isTerminating, isTwin } from '../pods.ts'
import { refKey, refOf } from '../snapshot.ts'
import { type Facts, labelsWanted } from '../status.ts'
import type { Baseline } from './baseline.ts'
import type { ResetEntry } from './plan.ts'
import { ranks } from './rank.ts'

export function labelEntries(
  facts: Facts,
  baseline: Baseline | null,
  to: number | null,
  wanted: ExpectedState,
  removed: ReadonlySet<string>,
): ResetEntry[] {
  const { deps, track, features, snapshot } = facts
  const all = expectedAfter(track, Number.POSITIVE_INFINITY, deps.files, features)
  const old = new Map((baseline?.pods ?? []).map((pod) => [pod.uid, pod.labels]))
  /** `namespace key=value` -> the pods to change. */
  const groups = new Map<string, { namespace: string; key: string; value: string | null; pods: KubeObject[] }>()
  for (const pod of snapshot.of('v1', 'Pod')) {
    if (isTerminating(pod) || isTwin(pod) || removed.has(refKey(refOf(pod)))) continue
    const should = labelsWanted(wanted, pod)
    const might = labelsWanted(all, pod)
    const before = old.get(pod.metadata.uid ?? '')
    for (const key of new Set([...Object.keys(should), ...Object.keys(might)])) {
      const value = should[key] ?? before?.[key] ?? null
      const live = pod.metadata.labels?.[key] ?? null
      if (live === value) continue
      // Not the value any step puts there, and no step asks for another one: somebody else's business.
      if (should[key] === undefined && live !== might[key]) continue
      const namespace = pod.metadata.namespace ?? ''
      const id = `${namespace} ${key}=${value}`
      const group = groups.get(id) ?? { namespace, key, value, pods: [] }
      group.pods.push(pod)
      groups.set(id, group)
    }
  }
  return [...groups.values()].flatMap((group) => toEntries(facts, group, to))
}

function toEntries(
  { deps, snapshot }: Facts,
  group: { namespace: string; key: string; value: string | null; pods: KubeObject[] },
  to: number | null,
): ResetEntry[] {
  const { namespace, key, value, pods } = group
  const reason =
    value === null
      ? 'label put on by the workshop'
      : to === null
        ? 'as it was before the workshop'
        : `as after step ${to}`
  const everyPod =
    snapshot.of('v1', 'Pod', namespace).filter((pod) => !isTwin(pod) && !isTerminating(pod)).length === pods.length
  const choices = everyPod && pods.length > 1 ? [{ all: true }] : pods.map((pod) => ({ name: pod.metadata.name }))
  return choices.map((choice) => {
    const operation = {
      kind: 'label' as const,
      resource: 'pods',
      namespace,
      labels: { [key]: value },
      overwrite: true,
      ...choice,
    }
    return {
      rank: ranks.label,
      command: deps.cluster.shown(operation),
      reason,
      work: { kind: 'operation' as const, operation },
    }
  })
}
