import type { KubeObject } from '../../contracts.ts'
import { defaultPodSpec } from './pod-defaults.ts'

/** Defaults of apps/v1 and batch/v1: pkg/apis/apps/v1/defaults.go, pkg/apis/batch/v1/defaults.go. */

function defaultTemplate(spec: Record<string, any>): void {
  if (!spec.template) return
  spec.template.metadata ??= {}
  if (spec.template.spec) defaultPodSpec(spec.template.spec)
}

export function defaultDeployment(object: KubeObject): void {
  object.spec ??= {}
  const { spec } = object
  defaultTemplate(spec)
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= 10
  spec.progressDeadlineSeconds ??= 600
  spec.strategy ??= {}
  spec.strategy.type ||= 'RollingUpdate'
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {}
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%'
    spec.strategy.rollingUpdate.maxSurge ??= '25%'
  }
  object.status ??= {}
}

export function defaultReplicaSet(object: KubeObject): void {
  object.spec ??= {}
  defaultTemplate(object.spec)
  object.spec.replicas ??= 1
  copyTemplateLabels(object)
  object.status ??= { replicas: 0 }
}

function copyTemplateLabels(object: KubeObject): void {
  const labels = object.spec.template?.metadata?.labels
  if (labels && !object.metadata.labels) object.metadata.labels = { ...labels }
}

export function defaultDaemonSet(object: KubeObject): void {
  object.spec ??= {}
  const { spec } = object
  defaultTemplate(spec)
  spec.revisionHistoryLimit ??= 10
  spec.updateStrategy ??= {}
  spec.updateStrategy.type ||= 'RollingUpdate'
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {}
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0
  }
  object.status ??= { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 }
}

export function defaultStatefulSet(object: KubeObject): void {
  object.spec ??= {}
  const { spec } = object
  defaultTemplate(spec)
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= 10
  spec.podManagementPolicy ||= 'OrderedReady'
  spec.serviceName ??= ''
  spec.updateStrategy ??= {}
  spec.updateStrategy.type ||= 'RollingUpdate'
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {}
    spec.updateStrategy.rollingUpdate.partition ??= 0
  }
  spec.persistentVolumeClaimRetentionPolicy ??= { whenDeleted: 'Retain', whenScaled: 'Retain' }
  object.status ??= { replicas: 0, availableReplicas: 0 }
}

export function defaultJob(object: KubeObject): void {
  object.spec ??= {}
  const { spec } = object
  defaultTemplate(spec)
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  spec.parallelism ??= 1
  spec.backoffLimit ??= 6
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
  spec.manualSelector ??= false
  object.status ??= {}
}

const JOB_LABELS = ['batch.kubernetes.io/controller-uid', 'controller-uid'] as const

/** The server picks a selector nobody else has: the job's own uid. */
export function completeJob(job: KubeObject): void {
  const uid = job.metadata.uid
  if (!uid || job.spec.selector || job.spec.manualSelector) return
  job.spec.selector = { matchLabels: { [JOB_LABELS[0]]: uid } }
  job.spec.template ??= {}
  const metadata = job.spec.template.metadata ?? {}
  const { name } = job.metadata
  const own = { [JOB_LABELS[0]]: uid, 'batch.kubernetes.io/job-name': name, [JOB_LABELS[1]]: uid, 'job-name': name }
  job.spec.template.metadata = { ...metadata, labels: { ...metadata.labels, ...own } }
  if (!job.metadata.labels) job.metadata.labels = { ...job.spec.template.metadata.labels }
}

export function defaultCronJob(object: KubeObject): void {
  object.spec ??= {}
  const { spec } = object
  spec.concurrencyPolicy ||= 'Allow'
  spec.suspend ??= false
  spec.successfulJobsHistoryLimit ??= 3
  spec.failedJobsHistoryLimit ??= 1
  if (spec.jobTemplate) {
    spec.jobTemplate.metadata ??= {}
    if (spec.jobTemplate.spec) defaultTemplate(spec.jobTemplate.spec)
  }
  object.status ??= {}
}
