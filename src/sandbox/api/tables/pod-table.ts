import type { KubeObject } from '../../contracts.ts'
import type { TableHook } from '../../server/handler.types.ts'
import { ageSince } from './age.ts'
import { AGE_COLUMN, column, NAME_COLUMN, wide } from './columns.ts'

/** kubectl's STATUS, RESTARTS and READY of a pod: printPod of pkg/printers/internalversion. */
export const POD_TABLE: TableHook = {
  columns: [
    NAME_COLUMN,
    column('Ready', 'string', 'The aggregate readiness state of this pod for accepting traffic.'),
    column('Status', 'string', 'The aggregate status of the containers in this pod.'),
    column(
      'Restarts',
      'string',
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    ),
    AGE_COLUMN,
    wide('IP', 'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.'),
    wide('Node', 'NodeName indicates in which node this pod is scheduled.'),
    wide('Nominated Node', 'nominatedNodeName is set only when this pod preempts other pods on the node.'),
    wide('Readiness Gates', 'If specified, all readiness gates will be evaluated for pod readiness.'),
  ],
  row(pod, now) {
    const summary = summarize(pod, now)
    const gates: { conditionType: string }[] = pod.spec?.readinessGates ?? []
    const conditions: { type: string; status: string }[] = pod.status?.conditions ?? []
    const met = gates.filter((gate) => conditions.some((c) => c.type === gate.conditionType && c.status === 'True'))
    return [
      pod.metadata.name,
      `${summary.ready}/${summary.total}`,
      summary.status,
      summary.restarts,
      ageSince(pod.metadata.creationTimestamp, now),
      pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? '<none>',
      pod.spec?.nodeName || '<none>',
      pod.status?.nominatedNodeName || '<none>',
      gates.length === 0 ? '<none>' : `${met.length}/${gates.length}`,
    ]
  },
}

interface ContainerStatus {
  name: string
  ready?: boolean
  started?: boolean
  restartCount?: number
  state?: ContainerState
  lastState?: ContainerState
}

interface ContainerState {
  waiting?: { reason?: string }
  running?: object
  terminated?: { reason?: string; exitCode?: number; signal?: number; finishedAt?: string }
}

interface Summary {
  ready: number
  total: number
  status: string
  restarts: string
}

function summarize(pod: KubeObject, now: Date): Summary {
  const spec = pod.spec ?? {}
  const status = pod.status ?? {}
  const init = summarizeInit(pod)
  let reason: string = init.reason ?? (status.reason || status.phase || '')
  let restarts = init.restarts
  let lastRestart = init.lastRestart
  let total: number = (spec.containers ?? []).length + init.sidecars
  let ready = init.readySidecars
  if (!init.initializing || isInitialized(pod)) {
    restarts = init.sidecarRestarts
    lastRestart = init.lastSidecarRestart
    let hasRunning = false
    const statuses: ContainerStatus[] = status.containerStatuses ?? []
    for (const container of [...statuses].reverse()) {
      restarts += container.restartCount ?? 0
      lastRestart = later(lastRestart, container.lastState?.terminated?.finishedAt)
      const { waiting, terminated, running } = container.state ?? {}
      if (waiting?.reason) reason = waiting.reason
      else if (terminated) reason = terminated.reason || exitReason(terminated)
      else if (container.ready && running) {
        hasRunning = true
        ready++
      }
    }
    // A pod whose first container completed while another runs is still running.
    if (reason === 'Completed' && hasRunning) reason = hasReadyCondition(pod) ? 'Running' : 'NotReady'
  }
  if (pod.metadata.deletionTimestamp && status.reason === 'NodeLost') reason = 'Unknown'
  else if (pod.metadata.deletionTimestamp && status.phase !== 'Failed' && status.phase !== 'Succeeded') {
    reason = 'Terminating'
  }
  if (total === 0) total = statuses(pod)
  return { ready, total, status: reason, restarts: formatRestarts(restarts, lastRestart, now) }
}

function statuses(pod: KubeObject): number {
  return (pod.status?.containerStatuses ?? []).length
}

function exitReason(terminated: { exitCode?: number; signal?: number }): string {
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`
}

function isInitialized(pod: KubeObject): boolean {
  return (pod.status?.conditions ?? []).some(
    (condition: { type: string; status: string }) => condition.type === 'Initialized' && condition.status === 'True',
  )
}

function hasReadyCondition(pod: KubeObject): boolean {
  return (pod.status?.conditions ?? []).some(
    (condition: { type: string; status: string }) => condition.type === 'Ready' && condition.status === 'True',
  )
}

function later(known: string | undefined, other: string | undefined): string | undefined {
  return other && (!known || other > known) ? other : known
}

function formatRestarts(count: number, last: string | undefined, now: Date): string {
  return count > 0 && last ? `${count} (${ageSince(last, now)} ago)` : String(count)
}

interface InitSummary {
  initializing: boolean
  reason?: string
  restarts: number
  lastRestart?: string | undefined
  sidecars: number
  readySidecars: number
  sidecarRestarts: number
  lastSidecarRestart?: string | undefined
}

/** `Init:0/1`, `Init:Error`, `Init:CrashLoopBackOff`; restartable init containers count like ordinary ones. */
function summarizeInit(pod: KubeObject): InitSummary {
  const containers: { name: string; restartPolicy?: string }[] = pod.spec?.initContainers ?? []
  const sidecarNames = new Set(containers.filter((c) => c.restartPolicy === 'Always').map((c) => c.name))
  const summary: InitSummary = {
    initializing: false,
    restarts: 0,
    sidecars: sidecarNames.size,
    readySidecars: 0,
    sidecarRestarts: 0,
  }
  const statusList: ContainerStatus[] = pod.status?.initContainerStatuses ?? []
  for (const [index, container] of statusList.entries()) {
    const isSidecar = sidecarNames.has(container.name)
    const restarted = container.lastState?.terminated?.finishedAt
    summary.restarts += container.restartCount ?? 0
    summary.lastRestart = later(summary.lastRestart, restarted)
    if (isSidecar) {
      summary.sidecarRestarts += container.restartCount ?? 0
      summary.lastSidecarRestart = later(summary.lastSidecarRestart, restarted)
    }
    const { terminated, waiting } = container.state ?? {}
    if (terminated?.exitCode === 0) continue
    if (isSidecar && container.started) {
      if (container.ready) summary.readySidecars++
      continue
    }
    summary.initializing = true
    if (terminated) summary.reason = `Init:${terminated.reason || exitReason(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') summary.reason = `Init:${waiting.reason}`
    else summary.reason = `Init:${index}/${containers.length}`
    break
  }
  return summary
}

/** Rows of finished pods carry a condition that clients may dim them by. */
export function podRowConditions(pod: KubeObject): object[] | undefined {
  const phase = pod.status?.phase
  if (phase === 'Succeeded') {
    return [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }]
  }
  if (phase === 'Failed') {
    return [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }]
  }
  return undefined
}
