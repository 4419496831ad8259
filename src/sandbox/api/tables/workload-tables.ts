import type { KubeObject, ResourceId } from '../../contracts.ts'
import type { TableHook } from '../../server/handler.types.ts'
import { ageSince, formatAge } from './age.ts'
import { AGE_COLUMN, column, NAME_COLUMN, wide } from './columns.ts'
import { formatSelector, selectorText } from './selector-text.ts'

const CONTAINERS = wide('Containers', 'Names of each container in the template.')
const IMAGES = wide('Images', 'Images referenced by each container in the template.')
const SELECTOR = wide('Selector', 'Label selector for pods.')

function containerCells(object: KubeObject, template = object.spec?.template): [string, string] {
  const containers: { name: string; image?: string }[] = template?.spec?.containers ?? []
  return [containers.map((c) => c.name).join(','), containers.map((c) => c.image ?? '').join(',')]
}

function replicated(currentName: string): TableHook {
  return {
    columns: [
      NAME_COLUMN,
      column('Desired', 'integer', 'Replicas is the number of desired pods.'),
      column('Current', 'integer', currentName),
      column('Ready', 'integer', 'The number of ready replicas.'),
      AGE_COLUMN,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    row: (object, now) => [
      object.metadata.name,
      object.spec?.replicas ?? 0,
      object.status?.replicas ?? 0,
      object.status?.readyReplicas ?? 0,
      ageSince(object.metadata.creationTimestamp, now),
      ...containerCells(object),
      selectorText(object.spec?.selector),
    ],
  }
}

const DEPLOYMENTS: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Ready', 'string', 'Number of the pod with ready state'),
    column(
      'Up-to-date',
      'string',
      'Total number of non-terminating pods targeted by this deployment that have the desired template spec.',
    ),
    column('Available', 'string', 'Total number of available non-terminating pods targeted by this deployment.'),
    AGE_COLUMN,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  row: (object, now) => [
    object.metadata.name,
    `${object.status?.readyReplicas ?? 0}/${object.spec?.replicas ?? 0}`,
    object.status?.updatedReplicas ?? 0,
    object.status?.availableReplicas ?? 0,
    ageSince(object.metadata.creationTimestamp, now),
    ...containerCells(object),
    selectorText(object.spec?.selector),
  ],
}

const STATEFUL_SETS: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Ready', 'string', 'Number of the pod with ready state'),
    AGE_COLUMN,
    CONTAINERS,
    IMAGES,
  ],
  row: (object, now) => [
    object.metadata.name,
    `${object.status?.readyReplicas ?? 0}/${object.spec?.replicas ?? 0}`,
    ageSince(object.metadata.creationTimestamp, now),
    ...containerCells(object),
  ],
}

const DAEMON_SETS: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Desired', 'integer', 'The total number of nodes that should be running the daemon pod.'),
    column(
      'Current',
      'integer',
      'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod.',
    ),
    column(
      'Ready',
      'integer',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod ready.',
    ),
    column('Up-to-date', 'integer', 'The total number of nodes that are running updated daemon pod'),
    column(
      'Available',
      'integer',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod available.',
    ),
    column('Node Selector', 'string', 'NodeSelector is a selector which must be true for the pod to fit on a node.'),
    AGE_COLUMN,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  row: (object, now) => [
    object.metadata.name,
    object.status?.desiredNumberScheduled ?? 0,
    object.status?.currentNumberScheduled ?? 0,
    object.status?.numberReady ?? 0,
    object.status?.updatedNumberScheduled ?? 0,
    object.status?.numberAvailable ?? 0,
    formatSelector(object.spec?.template?.spec?.nodeSelector),
    ageSince(object.metadata.creationTimestamp, now),
    ...containerCells(object),
    selectorText(object.spec?.selector),
  ],
}

const JOBS: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Status', 'string', 'Status of the job.'),
    column('Completions', 'string', 'The number of pods which reached phase Succeeded.'),
    column('Duration', 'string', 'Time required to complete the job.'),
    AGE_COLUMN,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  row(job, now) {
    const { status = {}, spec = {} } = job
    const wanted = spec.completions ?? (spec.parallelism > 1 ? `1 of ${spec.parallelism}` : 1)
    const end = status.completionTime ? Date.parse(status.completionTime) : now.getTime()
    return [
      job.metadata.name,
      jobStatus(job),
      `${status.succeeded ?? 0}/${wanted}`,
      status.startTime ? formatAge(end - Date.parse(status.startTime)) : '',
      ageSince(job.metadata.creationTimestamp, now),
      ...containerCells(job),
      selectorText(spec.selector),
    ]
  },
}

function jobStatus(job: KubeObject): string {
  const holds = (type: string) =>
    (job.status?.conditions ?? []).some((c: { type: string; status: string }) => c.type === type && c.status === 'True')
  if (holds('Complete')) return 'Complete'
  if (holds('Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp) return 'Terminating'
  if (holds('Suspended')) return 'Suspended'
  if (holds('FailureTarget')) return 'FailureTarget'
  return holds('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running'
}

const CRON_JOBS: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Schedule', 'string', 'The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.'),
    column('Timezone', 'string', 'The time zone name for the given schedule.'),
    column('Suspend', 'boolean', 'This flag tells the controller to suspend subsequent executions.'),
    column('Active', 'integer', 'A list of pointers to currently running jobs.'),
    column('Last Schedule', 'string', 'Information when was the last time the job was successfully scheduled.'),
    AGE_COLUMN,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  row: (object, now) => [
    object.metadata.name,
    object.spec?.schedule ?? '',
    object.spec?.timeZone ?? '<none>',
    object.spec?.suspend ?? false,
    (object.status?.active ?? []).length,
    object.status?.lastScheduleTime ? ageSince(object.status.lastScheduleTime, now) : '<none>',
    ageSince(object.metadata.creationTimestamp, now),
    ...containerCells(object, object.spec?.jobTemplate?.spec?.template),
    selectorText(object.spec?.jobTemplate?.spec?.selector),
  ],
}

const AUTOSCALERS: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Reference', 'string', 'scaleTargetRef points to the target resource to scale.'),
    column(
      'Targets',
      'string',
      'metrics contains the specifications for which to use to calculate the desired replica count.',
    ),
    column('MinPods', 'string', 'minReplicas is the lower limit for the number of replicas.'),
    column('MaxPods', 'string', 'maxReplicas is the upper limit for the number of replicas.'),
    column('Replicas', 'string', 'currentReplicas is current number of replicas of pods managed by this autoscaler.'),
    AGE_COLUMN,
  ],
  row: (object, now) => [
    object.metadata.name,
    `${object.spec?.scaleTargetRef?.kind ?? ''}/${object.spec?.scaleTargetRef?.name ?? ''}`,
    '<none>',
    String(object.spec?.minReplicas ?? '<unset>'),
    object.spec?.maxReplicas ?? 0,
    object.status?.currentReplicas ?? 0,
    ageSince(object.metadata.creationTimestamp, now),
  ],
}

export const WORKLOAD_TABLES: Readonly<Record<ResourceId, TableHook>> = {
  'deployments.apps': DEPLOYMENTS,
  'statefulsets.apps': STATEFUL_SETS,
  'daemonsets.apps': DAEMON_SETS,
  'replicasets.apps': replicated('Replicas is the most recently observed number of non-terminating pods.'),
  replicationcontrollers: replicated('Replicas is the most recently observed number of replicas.'),
  'jobs.batch': JOBS,
  'cronjobs.batch': CRON_JOBS,
  'horizontalpodautoscalers.autoscaling': AUTOSCALERS,
}
