import { choosePods, isFinished, isReady } from '../pods.ts'
import { type Check, fine, type ProofOf, wrong } from './check.types.ts'

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
    const ok = unready.length === 0 && count >= proof.count
    const counted = `${count} of ${Math.max(proof.count, pods.length)} pods ready in ${proof.namespace}`
    const details = [ok ? fine(counted) : wrong(counted)]
    if (unready.length > 0) details.push(wrong(`not ready: ${unready.join(', ')}`))
    return { ok, details }
  },
}
