/** Which pods a step means, and which of them are ours and left out of every count. */
import type { KubeObject } from '../cluster/port.ts'
import { matchLabelSelector } from './label-selector.ts'

/** On a pod that stands in for another one while probing; its value names the pod. */
export const twinAnnotation = 'hipster-workshop/twin-of'

export interface PodChoice {
  namespace?: string
  all?: boolean
  name?: string
  selector?: string
}

export function isTwin(pod: KubeObject): boolean {
  return pod.metadata.annotations?.[twinAnnotation] !== undefined
}

export function isTerminating(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined
}

/** Finished pods have no network any more. */
export function isFinished(pod: KubeObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

export function isReady(pod: KubeObject): boolean {
  const conditions: { type: string; status: string }[] = pod.status?.conditions ?? []
  return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True')
}

export function choosePods(pods: readonly KubeObject[], choice: PodChoice): KubeObject[] {
  return pods.filter(
    (pod) =>
      (choice.namespace === undefined || pod.metadata.namespace === choice.namespace) &&
      (choice.name === undefined || pod.metadata.name === choice.name) &&
      (choice.selector === undefined || matchLabelSelector(choice.selector, pod.metadata.labels)) &&
      !isTwin(pod) &&
      !isTerminating(pod),
  )
}
