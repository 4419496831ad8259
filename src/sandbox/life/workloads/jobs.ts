import type { Change, KubeObject } from '../../contracts.ts'
import { keyOf, splitKey } from '../keys.ts'
import type { Controller, LifeContext } from '../life.types.ts'
import { controllerOf, isControlledBy } from '../owners.ts'
import { createPod, isActive, isReady, PodRefused } from '../pods/pod-actions.ts'
import { stamp } from '../stamps.ts'

const RESOURCE = 'jobs.batch'

/** Runs pods until enough have succeeded, or too many have failed. */
export function createJobController(context: LifeContext): Controller {
  const { store, clock, events } = context

  const reconcile = context.reconciler.controller((key) => {
    const { namespace, name } = splitKey(key)
    const job = store.get(RESOURCE, namespace, name)
    if (!job || job.metadata.deletionTimestamp || finished(job)) return
    const pods = store.list('pods', namespace).filter((pod) => isControlledBy(pod, job))
    const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded').length
    const failed = pods.filter((pod) => pod.status?.phase === 'Failed').length
    const active = pods.filter(isActive)
    const completions = job.spec.completions ?? 1
    const done = succeeded >= completions
    const givenUp = failed > (job.spec.backoffLimit ?? 6)
    if (!done && !givenUp && !job.spec.suspend) {
      const missing = Math.min(job.spec.parallelism ?? 1, completions - succeeded) - active.length
      for (let i = 0; i < missing; i++) start(job)
    }
    writeStatus(job, { succeeded, failed, done, givenUp })
  })

  function start(job: KubeObject): void {
    try {
      const pod = createPod(context, job, job.spec.template)
      events(job, {
        reason: 'SuccessfulCreate',
        message: `Created pod: ${pod.metadata.name}`,
        component: 'job-controller',
      })
    } catch (error) {
      if (!(error instanceof PodRefused)) throw error
      const message = `Error creating: ${error.message}`
      events(job, { type: 'Warning', reason: 'FailedCreate', message, component: 'job-controller' })
    }
  }

  function writeStatus(
    job: KubeObject,
    outcome: { succeeded: number; failed: number; done: boolean; givenUp: boolean },
  ): void {
    const { succeeded, failed, done, givenUp } = outcome
    const active = store.list('pods', job.metadata.namespace).filter((pod) => isControlledBy(pod, job) && isActive(pod))
    const now = stamp(clock.now())
    const condition = (type: string, reason: string, message: string) => ({
      type,
      status: 'True',
      lastProbeTime: now,
      lastTransitionTime: now,
      reason,
      message,
    })
    store.modify(RESOURCE, job.metadata.namespace, job.metadata.name, (draft) => {
      draft.status = {
        ...(done
          ? {
              conditions: [
                condition('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods'),
                condition('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods'),
              ],
            }
          : givenUp
            ? {
                conditions: [
                  condition('FailureTarget', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
                  condition('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
                ],
              }
            : {}),
        startTime: draft.status?.startTime ?? now,
        ...(done ? { completionTime: now } : {}),
        ...(active.length > 0 && !done && !givenUp ? { active: active.length } : {}),
        ...(succeeded ? { succeeded } : {}),
        ...(failed ? { failed } : {}),
        terminating: 0,
        uncountedTerminatedPods: {},
        ready: done ? 0 : active.filter(isReady).length,
      }
    })
    if (done) events(job, { reason: 'Completed', message: 'Job completed', component: 'job-controller' })
  }

  return {
    onChange(change: Change) {
      if (change.resource === RESOURCE && change.type !== 'DELETED') reconcile(keyOf(change.object))
      if (change.resource !== 'pods') return
      const owner = controllerOf(change.object)
      if (owner?.kind === 'Job') reconcile(`${change.object.metadata.namespace}/${owner.name}`)
    },
    onExisting(resource, object) {
      if (resource === RESOURCE) reconcile(keyOf(object))
    },
  }
}

function finished(job: KubeObject): boolean {
  return (job.status?.conditions ?? []).some(
    ({ type, status }: any) => /^(Complete|Failed)$/.test(type) && status === 'True',
  )
}
