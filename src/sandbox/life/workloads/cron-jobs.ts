import { randomUUID } from 'node:crypto'
import { applyDefaults } from '../../api/defaults/defaults.ts'
import { parseSchedule } from '../../api/validate/cron-schedule.ts'
import type { Change, KubeObject } from '../../contracts.ts'
import { sleep } from '../../sim-clock.ts'
import { keyOf, splitKey } from '../keys.ts'
import type { Controller, LifeContext } from '../life.types.ts'
import { controllerOf, controllerReference, isControlledBy } from '../owners.ts'
import { removeObject } from '../removal.ts'
import { stamp } from '../stamps.ts'

const RESOURCE = 'cronjobs.batch'
const JOBS = 'jobs.batch'

/** Makes a Job each time the schedule says so, by the real clock however fast the sandbox runs; keeps the last few. */
export function createCronJobController(context: LifeContext): Controller {
  const { store, clock, events } = context
  /** Waiting for its next time, by uid. */
  const waiting = new Map<string, AbortController>()

  const reconcile = context.reconciler.controller((key) => {
    const { namespace, name } = splitKey(key)
    const cron = store.get(RESOURCE, namespace, name)
    if (!cron || cron.metadata.deletionTimestamp) return
    writeStatus(cron)
    forgetOld(cron)
    arm(cron)
  })

  function jobsOf(cron: KubeObject): KubeObject[] {
    return store.list(JOBS, cron.metadata.namespace).filter((job) => isControlledBy(job, cron))
  }

  function arm(cron: KubeObject): void {
    const uid = cron.metadata.uid!
    waiting.get(uid)?.abort()
    waiting.delete(uid)
    const at = cron.spec.suspend ? undefined : parseSchedule(cron.spec.schedule)?.(clock.now())
    if (at === undefined) return
    const alarm = new AbortController()
    waiting.set(uid, alarm)
    const ended = () => alarm.abort()
    context.signal.addEventListener('abort', ended, { once: true })
    sleep(at.getTime() - clock.now().getTime(), alarm.signal)
      .then(
        () => {
          const current = store.get(RESOURCE, cron.metadata.namespace, cron.metadata.name)
          if (current?.metadata.uid === uid) run(current, at)
        },
        () => undefined,
      )
      .catch(context.onBug)
      .finally(() => context.signal.removeEventListener('abort', ended))
  }

  function run(cron: KubeObject, at: Date): void {
    const active = jobsOf(cron).filter((job) => !isFinished(job))
    if (active.length > 0 && cron.spec.concurrencyPolicy === 'Forbid') {
      const message = 'Not starting job because prior execution is running and concurrency policy is Forbid'
      say(cron, 'JobAlreadyActive', message)
      arm(cron)
      return
    }
    if (cron.spec.concurrencyPolicy === 'Replace') for (const job of active) removeObject(context, JOBS, job)
    const { metadata, spec } = structuredClone(cron.spec.jobTemplate)
    // The schedule's minute is the job's name, so that one minute has one job.
    const name = `${cron.metadata.name}-${Math.floor(at.getTime() / 60_000)}`
    const job: KubeObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        ...metadata,
        name,
        namespace: cron.metadata.namespace!,
        uid: randomUUID(),
        annotations: { ...metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': stamp(at) },
        ownerReferences: [controllerReference(cron)],
      },
      spec,
    }
    if (!store.get(JOBS, job.metadata.namespace, name)) {
      store.create(JOBS, applyDefaults(JOBS, job, { store }))
      say(cron, 'SuccessfulCreate', `Created job ${name}`)
    }
    store.modify(RESOURCE, cron.metadata.namespace, cron.metadata.name, (draft) => {
      draft.status.lastScheduleTime = stamp(at)
    })
    reconcile(keyOf(cron))
  }

  function say(cron: KubeObject, reason: string, message: string): void {
    events(cron, { reason, message, component: 'cronjob-controller' })
  }

  function writeStatus(cron: KubeObject): void {
    const jobs = jobsOf(cron)
    const active = jobs.filter((job) => !isFinished(job))
    const succeeded = jobs
      .map((job) => job.status?.completionTime as string | undefined)
      .filter((at) => at !== undefined)
    store.modify(RESOURCE, cron.metadata.namespace, cron.metadata.name, (draft) => {
      const { lastScheduleTime, lastSuccessfulTime } = draft.status ?? {}
      const last = [lastSuccessfulTime, ...succeeded].filter(Boolean).sort().at(-1)
      draft.status = {
        ...(active.length > 0 ? { active: active.map(referenceTo) } : {}),
        ...(lastScheduleTime ? { lastScheduleTime } : {}),
        ...(last ? { lastSuccessfulTime: last } : {}),
      }
    })
  }

  function forgetOld(cron: KubeObject): void {
    const finished = jobsOf(cron).filter(isFinished)
    const keep = (jobs: KubeObject[], limit: number) => {
      const byAge = jobs.sort((a, b) => (a.metadata.creationTimestamp! < b.metadata.creationTimestamp! ? -1 : 1))
      for (const job of byAge.slice(0, Math.max(0, byAge.length - limit))) removeObject(context, JOBS, job)
    }
    keep(
      finished.filter((job) => hasCondition(job, 'Complete')),
      cron.spec.successfulJobsHistoryLimit ?? 3,
    )
    keep(
      finished.filter((job) => hasCondition(job, 'Failed')),
      cron.spec.failedJobsHistoryLimit ?? 1,
    )
  }

  return {
    onChange({ type, resource, object, previous }: Change) {
      if (resource === RESOURCE && type === 'DELETED') {
        waiting.get(object.metadata.uid!)?.abort()
        waiting.delete(object.metadata.uid!)
      } else if (resource === RESOURCE && object.spec !== previous?.spec) reconcile(keyOf(object))
      if (resource !== JOBS) return
      const owner = controllerOf(object)
      if (owner?.kind === 'CronJob') reconcile(`${object.metadata.namespace}/${owner.name}`)
    },
    onExisting(resource, object) {
      if (resource === RESOURCE) reconcile(keyOf(object))
    },
  }
}

function referenceTo({ kind, apiVersion, metadata }: KubeObject): object {
  const { namespace, name, uid, resourceVersion } = metadata
  return { kind, namespace, name, uid, apiVersion, resourceVersion }
}

function hasCondition(job: KubeObject, wanted: string): boolean {
  return job.status?.conditions?.some(({ type, status }: any) => type === wanted && status === 'True') === true
}

function isFinished(job: KubeObject): boolean {
  return hasCondition(job, 'Complete') || hasCondition(job, 'Failed')
}
