import type { KubeObject, ResourceId, Store } from '../../contracts.ts'
import { preparePod } from './pod-admission.ts'
import { defaultPodSpec } from './pod-defaults.ts'
import { defaultService } from './service-defaults.ts'
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultReplicaSet,
  defaultStatefulSet,
} from './workload-defaults.ts'

type Prepare = (object: KubeObject, context: { store: Pick<Store, 'list'>; previous?: KubeObject | undefined }) => void

/** What the API server fills in for built-in kinds, by resource; each changes the object it is given. */
const PREPARE: Readonly<Record<ResourceId, Prepare>> = {
  pods(pod, { previous }) {
    if (!previous) preparePod(pod)
    else if (pod.spec) defaultPodSpec(pod.spec)
  },
  'deployments.apps': defaultDeployment,
  'replicasets.apps': defaultReplicaSet,
  'daemonsets.apps': defaultDaemonSet,
  'statefulsets.apps': defaultStatefulSet,
  'jobs.batch': defaultJob,
  'cronjobs.batch': defaultCronJob,
  services: (service, { store, previous }) => defaultService(service, store, previous),
  namespaces(namespace, { previous }) {
    namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name }
    namespace.spec ??= {}
    if (!previous) {
      namespace.spec.finalizers ??= ['kubernetes']
      namespace.status = { phase: 'Active' }
    }
  },
  secrets(secret) {
    secret.type ||= 'Opaque'
    foldStringData(secret)
  },
  'networkpolicies.networking.k8s.io'(policy) {
    policy.spec ??= {}
    const { spec } = policy
    spec.podSelector ??= {}
    spec.policyTypes ??= spec.egress === undefined || spec.egress.length === 0 ? ['Ingress'] : ['Ingress', 'Egress']
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
      for (const port of rule?.ports ?? []) port.protocol ||= 'TCP'
    }
  },
  'endpointslices.discovery.k8s.io'(slice) {
    for (const port of slice.ports ?? []) {
      port.name ??= ''
      port.protocol ||= 'TCP'
    }
  },
  'rolebindings.rbac.authorization.k8s.io': defaultBinding,
  'clusterrolebindings.rbac.authorization.k8s.io': defaultBinding,
  nodes(node) {
    node.spec ??= {}
    node.status ??= {}
  },
}

function defaultBinding(binding: KubeObject): void {
  if (binding.roleRef) binding.roleRef.apiGroup ||= 'rbac.authorization.k8s.io'
  for (const subject of binding.subjects ?? []) {
    if (subject.kind !== 'ServiceAccount') subject.apiGroup ||= 'rbac.authorization.k8s.io'
  }
}

/** `stringData` is write-only: it ends up base64 in `data`. */
function foldStringData(secret: KubeObject): void {
  if (!secret.stringData) return
  secret.data = { ...secret.data }
  for (const [key, value] of Object.entries(secret.stringData as Record<string, string>)) {
    secret.data[key] = Buffer.from(value, 'utf8').toString('base64')
  }
  delete secret.stringData
}

/**
 * Fills defaults of a built-in kind, in place. Controllers that write pods and slices straight to the store call this
 * first, so that their objects look like those that came over the API.
 */
export function applyDefaults(
  resource: ResourceId,
  object: KubeObject,
  context: { store: Pick<Store, 'list'>; previous?: KubeObject | undefined },
): KubeObject {
  PREPARE[resource]?.(object, context)
  return object
}
