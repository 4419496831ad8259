import type { KubeObject, ResourceId } from '../../contracts.ts'
import type { TableHook } from '../../server/handler.types.ts'
import { ageSince, formatAge } from './age.ts'
import { AGE, type Cell, column, NAME, tableOf, wide } from './columns.ts'
import { formatSelector, selectorText } from './selector-text.ts'

type TemplateOf = (object: KubeObject) => any

const ownTemplate: TemplateOf = ({ spec }) => spec?.template
const containersOf = (template: any): { name: string; image?: string }[] => template?.spec?.containers ?? []

/** The three columns every workload has with `-o wide`. */
function wideCells(
  template = ownTemplate,
  selector: TemplateOf = ({ spec }) => spec?.selector,
): readonly [Cell, Cell, Cell] {
  const list = (object: KubeObject, part: 'name' | 'image') =>
    containersOf(template(object))
      .map((container) => container[part] ?? '')
      .join(',')
  return [
    [wide('Containers', 'Names of each container in the template.'), (object) => list(object, 'name')],
    [wide('Images', 'Images referenced by each container in the template.'), (object) => list(object, 'image')],
    [wide('Selector', 'Label selector for pods.'), (object) => selectorText(selector(object))],
  ]
}

const [CONTAINERS, IMAGES, SELECTOR] = wideCells()

function replicated(currentName: string): TableHook {
  return tableOf(
    NAME,
    [column('Desired', 'integer', 'Replicas is the number of desired pods.'), (object) => object.spec?.replicas ?? 0],
    [column('Current', 'integer', currentName), (object) => object.status?.replicas ?? 0],
    [column('Ready', 'integer', 'The number of ready replicas.'), (object) => object.status?.readyReplicas ?? 0],
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  )
}

const DEPLOYMENTS: TableHook = tableOf(
  NAME,
  [
    column('Ready', 'string', 'Number of the pod with ready state'),
    (object) => `${object.status?.readyReplicas ?? 0}/${object.spec?.replicas ?? 0}`,
  ],
  [
    column(
      'Up-to-date',
      'string',
      'Total number of non-terminating pods targeted by this deployment that have the desired template spec.',
    ),
    (object) => object.status?.updatedReplicas ?? 0,
  ],
  [
    column('Available', 'string', 'Total number of available non-terminating pods targeted by this deployment.'),
    (object) => object.status?.availableReplicas ?? 0,
  ],
  AGE,
  CONTAINERS,
  IMAGES,
  SELECTOR,
)

const STATEFUL_SETS: TableHook = tableOf(
  NAME,
  [
    column('Ready', 'string', 'Number of the pod with ready state'),
    (object) => `${object.status?.readyReplicas ?? 0}/${object.spec?.replicas ?? 0}`,
  ],
  AGE,
  CONTAINERS,
  IMAGES,
)

const DAEMON_SETS: TableHook = tableOf(
  NAME,
  [
    column('Desired', 'integer', 'The total number of nodes that should be running the daemon pod.'),
    (object) => object.status?.desiredNumberScheduled ?? 0,
  ],
  [
    column(
      'Current',
      'integer',
      'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod.',
    ),
    (object) => object.status?.currentNumberScheduled ?? 0,
  ],
  [
    column(
      'Ready',
      'integer',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod ready.',
    ),
    (object) => object.status?.numberReady ?? 0,
  ],
  [
    column('Up-to-date', 'integer', 'The total number of nodes that are running updated daemon pod'),
    (object) => object.status?.updatedNumberScheduled ?? 0,
  ],
  [
    column(
      'Available',
      'integer',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod available.',
    ),
    (object) => object.status?.numberAvailable ?? 0,
  ],
  [
    column('Node Selector', 'string', 'NodeSelector is a selector which must be true for the pod to fit on a node.'),
    (object) => formatSelector(object.spec?.template?.spec?.nodeSelector),
  ],
  AGE,
  CONTAINERS,
  IMAGES,
  SELECTOR,
)

const JOBS: TableHook = tableOf(
  NAME,
  [column('Status', 'string', 'Status of the job.'), jobStatus],
  [column('Completions', 'string', 'The number of pods which reached phase Succeeded.'), jobCompletions],
  [column('Duration', 'string', 'Time required to complete the job.'), jobDuration],
  AGE,
  CONTAINERS,
  IMAGES,
  SELECTOR,
)

function jobCompletions({ spec = {}, status = {} }: KubeObject): string {
  const wanted = spec.completions ?? (spec.parallelism > 1 ? `1 of ${spec.parallelism}` : 1)
  return `${status.succeeded ?? 0}/${wanted}`
}

function jobDuration({ status = {} }: KubeObject, now: Date): string {
  const end = status.completionTime ? Date.parse(status.completionTime) : now.getTime()
  return status.startTime ? formatAge(end - Date.parse(status.startTime)) : ''
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

const CRON_JOBS: TableHook = tableOf(
  NAME,
  [
    column('Schedule', 'string', 'The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.'),
    (object) => object.spec?.schedule ?? '',
  ],
  [
    column('Timezone', 'string', 'The time zone name for the given schedule.'),
    (object) => object.spec?.timeZone ?? '<none>',
  ],
  [
    column('Suspend', 'boolean', 'This flag tells the controller to suspend subsequent executions.'),
    (object) => object.spec?.suspend ?? false,
  ],
  [
    column('Active', 'integer', 'A list of pointers to currently running jobs.'),
    (object) => (object.status?.active ?? []).length,
  ],
  [
    column('Last Schedule', 'string', 'Information when was the last time the job was successfully scheduled.'),
    (object, now) => (object.status?.lastScheduleTime ? ageSince(object.status.lastScheduleTime, now) : '<none>'),
  ],
  AGE,
  ...wideCells(
    ({ spec }) => spec?.jobTemplate?.spec?.template,
    ({ spec }) => spec?.jobTemplate?.spec?.selector,
  ),
)

const AUTOSCALERS: TableHook = tableOf(
  NAME,
  [
    column('Reference', 'string', 'scaleTargetRef points to the target resource to scale.'),
    (object) => `${object.spec?.scaleTargetRef?.kind ?? ''}/${object.spec?.scaleTargetRef?.name ?? ''}`,
  ],
  [
    column(
      'Targets',
      'string',
      'metrics contains the specifications for which to use to calculate the desired replica count.',
    ),
    () => '<none>',
  ],
  [
    column('MinPods', 'string', 'minReplicas is the lower limit for the number of replicas.'),
    (object) => String(object.spec?.minReplicas ?? '<unset>'),
  ],
  [
    column('MaxPods', 'string', 'maxReplicas is the upper limit for the number of replicas.'),
    (object) => object.spec?.maxReplicas ?? 0,
  ],
  [
    column('Replicas', 'string', 'currentReplicas is current number of replicas of pods managed by this autoscaler.'),
    (object) => object.status?.currentReplicas ?? 0,
  ],
  AGE,
)

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
