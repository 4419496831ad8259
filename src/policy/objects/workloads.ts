import type { EndpointDraft } from '../endpoint.ts'
import type { KubeObject } from '../model.ts'
import type { ObjectsByKind } from './by-kind.ts'
import { readTemplate } from './pod-template.ts'
import { stringValues } from './pods.ts'

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob']

/**
 * Endpoints of workloads whose namespace has no pod in the input: dumps of manifests. They have labels, ports and a
 * service account, and no address.
 */
export function templateEndpoints(objects: ObjectsByKind): EndpointDraft[] {
  const workloads = kinds.flatMap((kind) => objects.list(kind)).filter(standsAlone)
  if (workloads.length === 0) return []
  const withPods = new Set(objects.list('Pod').map((pod) => pod.metadata.namespace ?? 'default'))
  return workloads
    .filter((workload) => !withPods.has(workload.metadata.namespace ?? 'default'))
    .map(fromTemplate)
    .filter((draft) => draft !== null)
}

function standsAlone(workload: KubeObject): boolean {
  const owners = workload.metadata.ownerReferences
  return !(Array.isArray(owners) && owners.length > 0) && workload.spec?.replicas !== 0
}

function fromTemplate(workload: KubeObject): EndpointDraft | null {
  const template = workload.spec?.template ?? workload.spec?.jobTemplate?.spec?.template
  const facts = readTemplate(template?.spec)
  if (!template || facts.hostNetwork) return null
  const namespace = workload.metadata.namespace ?? 'default'
  return {
    id: `${namespace}/${workload.metadata.name}`,
    kind: 'workload',
    name: workload.metadata.name,
    namespace,
    labels: stringValues(template.metadata?.labels),
    serviceAccount: facts.serviceAccount,
    ips: [],
    ports: facts.ports,
    env: facts.env,
    noProfile: false,
    isTemplate: true,
    workload: workload.metadata.name,
  }
}
