import { applyDefaults } from '../../api/defaults/defaults.ts'
import type { KubeObject } from '../../contracts.ts'
import type { LifeContext } from '../life.types.ts'
import { controllerReference } from '../owners.ts'
import { stamp } from '../stamps.ts'
import { podRefusal } from './pod-refusal.ts'

/** A pod as a controller makes it from its template. Throws `PodRefused` where admission says no. */
export function createPod(
  context: LifeContext,
  owner: KubeObject,
  template: any,
  change?: (pod: KubeObject) => void,
): KubeObject {
  const namespace = owner.metadata.namespace!
  const pod: KubeObject = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      ...structuredClone(template.metadata ?? {}),
      name: '',
      generateName: `${owner.metadata.name}-`,
      namespace,
      ownerReferences: [controllerReference(owner)],
    },
    spec: structuredClone(template.spec),
  }
  applyDefaults('pods', pod, context)
  change?.(pod)
  const refusal = podRefusal(context.store, pod)
  if (refusal) throw new PodRefused(`pods "${owner.metadata.name}-" is forbidden: ${refusal}`)
  return context.store.create('pods', pod)
}

export class PodRefused extends Error {}

/** Begins the graceful end of a pod, as a DELETE with the pod's own grace period does. */
export function deletePod(context: Pick<LifeContext, 'store' | 'clock'>, pod: KubeObject): void {
  const { store, clock } = context
  if (pod.metadata.deletionTimestamp) return
  const { namespace, name } = pod.metadata
  // Nothing runs yet: nothing to wait for.
  if (!pod.spec.nodeName && !pod.metadata.finalizers?.length) {
    store.remove('pods', namespace, name)
    return
  }
  const grace = pod.spec.terminationGracePeriodSeconds ?? 30
  store.modify('pods', namespace, name, (draft) => {
    draft.metadata.deletionTimestamp = stamp(new Date(clock.now().getTime() + grace * 1000))
    draft.metadata.deletionGracePeriodSeconds = grace
  })
}

/** Not ended and not on its way out: what a controller counts. */
export function isActive(pod: KubeObject): boolean {
  return !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'
}

export function isReady(pod: KubeObject): boolean {
  return pod.status?.conditions?.some(({ type, status }: any) => type === 'Ready' && status === 'True') === true
}
