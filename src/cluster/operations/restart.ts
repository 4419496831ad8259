/** Deletes the pods that match and waits until as many new ones are ready. */
import { refTo } from '../create-repeatably.ts'
import type { KubeObject } from '../port.ts'
import { type CarryOut, deletedLine, shownName } from './context.ts'
import { toFailure } from './outcome.ts'
import { isMet } from './wait.ts'

const limitMs = 180_000

export const restart: CarryOut<'restart'> = async (operation, context) => {
  const { api, signal } = context
  const pods = () =>
    api.list(
      { apiVersion: 'v1', kind: 'Pod' },
      { namespace: operation.namespace, labelSelector: operation.selector },
      signal,
    )
  const before = (await pods()).filter((pod) => !pod.metadata.deletionTimestamp)
  const old = new Set(before.map((pod) => pod.metadata.uid))
  for (const pod of before) {
    try {
      await api.send({
        method: 'DELETE',
        path: await api.path(refTo(pod)),
        body: { propagationPolicy: 'Background', preconditions: { uid: pod.metadata.uid } },
        signal,
      })
      context.out(deletedLine({ ...refTo(pod) }))
    } catch (error) {
      signal?.throwIfAborted()
      // Gone already, by whomever: its successor is waited for all the same.
      if ((error as { status?: number }).status !== 404 && (error as { status?: number }).status !== 409)
        return toFailure(error)
    }
  }
  const end = context.now() + limitMs
  for (let round = 0; ; round++) {
    const now = await pods()
    const fresh = now.filter((pod: KubeObject) => !old.has(pod.metadata.uid) && !pod.metadata.deletionTimestamp)
    const ready = fresh.filter((pod) => isMet(pod, 'condition=Ready'))
    const remains = now.some((pod) => old.has(pod.metadata.uid))
    if (!remains && ready.length >= Math.max(before.length, 1)) {
      for (const pod of ready) context.out(`${shownName(pod)} condition met`)
      return { ok: true, exitCode: 0, changed: before.length }
    }
    if (context.now() >= end) {
      return {
        ok: false,
        exitCode: 1,
        changed: before.length,
        message: `No new ready pod appeared for ${operation.selector} in ${operation.namespace}.`,
        hint: `Look at it: kubectl get pods -n ${operation.namespace} -l ${operation.selector}`,
      }
    }
    await context.sleep(Math.min(25 * 2 ** round, 1000), signal)
  }
}
