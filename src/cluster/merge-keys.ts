/**
 * Lists of core kinds that are merged by a key (from the API's own `x-kubernetes-patch-merge-key`), by path. `*` is an
 * element of a list. Everything else, all NetworkPolicy lists included, is replaced whole.
 */
const podSpecOf: Record<string, string> = {
  Pod: 'spec',
  Deployment: 'spec.template.spec',
  ReplicaSet: 'spec.template.spec',
  StatefulSet: 'spec.template.spec',
  DaemonSet: 'spec.template.spec',
  Job: 'spec.template.spec',
  CronJob: 'spec.jobTemplate.spec.template.spec',
}

const inPodSpec: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  schedulingGates: 'name',
  resourceClaims: 'name',
}

const inContainer: Record<string, string> = {
  env: 'name',
  ports: 'containerPort',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
}

/** null: not merged. Empty: a set of plain values. */
export function mergeKeyFor(kind: string, path: readonly string[]): string | null {
  const at = path.join('.')
  if (at === 'metadata.ownerReferences') return 'uid'
  if (at === 'metadata.finalizers') return ''
  if (kind === 'Service' && at === 'spec.ports') return 'port'
  if (kind === 'ServiceAccount' && (at === 'secrets' || at === 'imagePullSecrets')) return 'name'
  const root = podSpecOf[kind]
  if (!root || !at.startsWith(`${root}.`)) return null
  const rest = at.slice(root.length + 1)
  const container = /^(?:init|ephemeral)?[cC]ontainers\.\*\.(\w+)$/.exec(rest)
  return container ? (inContainer[container[1]!] ?? null) : (inPodSpec[rest] ?? null)
}

/** Unions: `patchStrategy=retainKeys`. */
export function retainsKeys(kind: string, path: readonly string[]): boolean {
  const at = path.join('.')
  if (kind === 'Deployment' && at === 'spec.strategy') return true
  const root = podSpecOf[kind]
  return root !== undefined && at === `${root}.volumes.*`
}
