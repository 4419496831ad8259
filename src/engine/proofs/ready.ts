import { choosePods, isFinished, isReady } from '../pods.ts'
import type { Check, ProofOf } from './check.types.ts'

/** Readiness says that the pods run, and nothing about policy: the kubelet's checks go around it. */
export const ready: Check<ProofOf<'ready'>> = {
  kinds: () => [{ apiVersion: 'v1', kind: 'Pod' }],
  check(proof, snapshot) {
    const pods = choosePods(
      snapshot.of('v1', 'Pod', proof.namespace),
      proof.selector === undefined ? {} : { selector: proof.selector },
    ).filter((pod) => !isFinished(pod))
    const unready = pods.filter((pod) => !isReady(pod)).map((pod) => pod.metadata.name)
    const count = pods.length - unready.length
    const details = [`${count} of ${Math.max(proof.count, pods.length)} pods ready in ${proof.namespace}`]
    if (unready.length > 0) details.push(`not ready: ${unready.join(', ')}`)
    return { ok: unready.length === 0 && count >= proof.count, details }
  },
}
