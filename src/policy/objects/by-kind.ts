import type { KubeObject } from '../model.ts'

/** The objects of a world by what they are. A group narrows kinds that several APIs have (NetworkPolicy). */
export class ObjectsByKind {
  readonly notes: string[] = []
  private readonly kinds = new Map<string, Map<string, KubeObject>>()
  private readonly lists = new Map<string, readonly KubeObject[]>()
  private readonly unknownKinds = new Set<string>()

  constructor(objects: readonly KubeObject[]) {
    for (const object of objects) this.add(object)
    if (this.unknownKinds.size > 0) this.notes.push(`ignored kinds: ${[...this.unknownKinds].sort().join(', ')}`)
  }

  /** `KIND` or, for `networking.k8s.io`, `KubernetesNetworkPolicy`. In the order of their names, so that input order never matters. */
  list(kind: string): readonly KubeObject[] {
    const known = this.lists.get(kind)
    if (known) return known
    const byName = this.kinds.get(kind)
    const list = byName ? [...byName.keys()].sort().map((key) => byName.get(key)!) : []
    this.lists.set(kind, list)
    return list
  }

  find(kind: string, namespace: string, name: string): KubeObject | undefined {
    return this.kinds.get(kind)?.get(`${namespace}/${name}`)
  }

  private add(object: KubeObject): void {
    if (typeof object?.kind !== 'string' || typeof object.metadata?.name !== 'string') {
      this.notes.push('an object without kind or name is ignored')
      return
    }
    const kind = kindOf(object)
    if (!kind) {
      this.unknownKinds.add(object.kind)
      return
    }
    const byName = this.kinds.get(kind) ?? new Map<string, KubeObject>()
    this.kinds.set(kind, byName)
    const key = objectKey(object, kind)
    if (byName.has(key)) this.notes.push(`${kind} ${key} occurs more than once; the last one counts`)
    byName.set(key, object)
  }
}

const clusterScoped = new Set([
  'Namespace',
  'Node',
  'Tier',
  'GlobalNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'GlobalNetworkSet',
  'HostEndpoint',
  'ClusterNetworkPolicy',
])

export function objectKey(object: KubeObject, kind: string): string {
  return `${clusterScoped.has(kind) ? '' : (object.metadata.namespace ?? 'default')}/${object.metadata.name}`
}

const calicoKinds = [
  'NetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'Tier',
  'NetworkSet',
  'GlobalNetworkSet',
  'HostEndpoint',
]
const kindsByGroup: Readonly<Record<string, readonly string[]>> = {
  '': ['Pod', 'Namespace', 'ServiceAccount', 'Service', 'Endpoints', 'Node', 'ReplicationController'],
  apps: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  batch: ['Job', 'CronJob'],
  'discovery.k8s.io': ['EndpointSlice'],
  'policy.networking.k8s.io': ['ClusterNetworkPolicy'],
  'projectcalico.org': calicoKinds,
  'crd.projectcalico.org': calicoKinds,
}

export function kindOf(object: KubeObject): string | null {
  const version = String(object.apiVersion ?? '')
  const group = version.includes('/') ? version.slice(0, version.indexOf('/')) : ''
  if (group === 'networking.k8s.io' || group === 'extensions') {
    return object.kind === 'NetworkPolicy' ? 'KubernetesNetworkPolicy' : null
  }
  return kindsByGroup[group]?.includes(object.kind) ? object.kind : null
}
