import type { KubeObject, ResourceId, Store } from '../../contracts.ts'
import { preparePod } from './pod-admission.ts'
import { defaultPodSpec } from './pod-defaults.ts'
import { completeService, defaultService } from './service-defaults.ts'
import {
  completeJob,
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultReplicaSet,
  defaultStatefulSet,
} from './workload-defaults.ts'

export interface DefaultsContext {
  store: Pick<Store, 'list'>
  previous?: KubeObject | undefined
}

/** What decoding a built-in kind fills in: the writer owns these fields as if it had set them. */
const DEFAULTS: Readonly<Record<ResourceId, (object: KubeObject) => void>> = {
  pods(pod) {
    pod.spec ??= {}
    defaultPodSpec(pod.spec)
    pod.spec.enableServiceLinks ??= true
    for (const condition of pod.status?.conditions ?? []) {
      condition.lastProbeTime ??= null
      condition.lastTransitionTime ??= null
    }
  },
  'deployments.apps': defaultDeployment,
  'replicasets.apps': defaultReplicaSet,
  'daemonsets.apps': defaultDaemonSet,
  'statefulsets.apps': defaultStatefulSet,
  'jobs.batch': defaultJob,
  'cronjobs.batch': defaultCronJob,
  services: defaultService,
  namespaces(namespace) {
    namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name }
    namespace.spec ??= {}
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

/** What the server adds by itself after that: addresses, tokens, a first status. */
const COMPLETE: Readonly<Record<ResourceId, (object: KubeObject, context: DefaultsContext) => void>> = {
  pods(pod, { previous }) {
    if (!previous) preparePod(pod)
  },
  services: (service, { store, previous }) => completeService(service, store, previous),
  'jobs.batch': completeJob,
  namespaces(namespace, { previous }) {
    if (previous) return
    namespace.spec.finalizers ??= ['kubernetes']
    namespace.status = { phase: 'Active' }
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

export function decodeDefaults(resource: ResourceId, object: KubeObject): void {
  DEFAULTS[resource]?.(object)
}

export function completeObject(resource: ResourceId, object: KubeObject, context: DefaultsContext): void {
  COMPLETE[resource]?.(object, context)
}

/**
 * Both at once, in place. Controllers that write pods and slices straight to the store call this first, so that their
 * objects look like those that came over the API.
 */
export function applyDefaults(resource: ResourceId, object: KubeObject, context: DefaultsContext): KubeObject {
  decodeDefaults(resource, object)
  completeObject(resource, object, context)
  return object
}
