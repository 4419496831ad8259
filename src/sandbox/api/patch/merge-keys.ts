/**
 * Lists that strategic merge patches merge item by item, from the `patchMergeKey` tags of k8s.io/api. Everything else,
 * all lists of NetworkPolicy included, is replaced whole.
 */
export interface ListStrategy {
  /** Items are objects told apart by this field; absent for lists of primitives merged as sets. */
  mergeKey?: string
  retainKeys?: boolean
}

const NAMED: ListStrategy = { mergeKey: 'name' }

/** By the name of the field that holds the list; kinds of the workshop never use one name for two strategies but `ports`. */
const BY_FIELD: Readonly<Record<string, ListStrategy>> = {
  containers: NAMED,
  initContainers: NAMED,
  ephemeralContainers: NAMED,
  env: NAMED,
  imagePullSecrets: NAMED,
  secrets: NAMED,
  schedulingGates: NAMED,
  resourceClaims: NAMED,
  volumes: { mergeKey: 'name', retainKeys: true },
  volumeMounts: { mergeKey: 'mountPath' },
  volumeDevices: { mergeKey: 'devicePath' },
  hostAliases: { mergeKey: 'ip' },
  podIPs: { mergeKey: 'ip' },
  hostIPs: { mergeKey: 'ip' },
  topologySpreadConstraints: { mergeKey: 'topologyKey' },
  conditions: { mergeKey: 'type' },
  addresses: { mergeKey: 'type' },
  ownerReferences: { mergeKey: 'uid' },
  finalizers: {},
}

/** Objects whose keys the patch may replace as a whole by `$retainKeys`. */
export const RETAIN_KEYS_FIELDS = new Set(['strategy', 'updateStrategy'])

export interface StrategyContext {
  /** `apps/v1/Deployment`, `v1/Service`. */
  kind: string
}

export function listStrategy(kind: string, path: readonly string[]): ListStrategy | undefined {
  const field = path[path.length - 1]!
  if (kind === 'Service' && path.length === 2 && path[0] === 'spec' && field === 'ports') return { mergeKey: 'port' }
  if (field === 'ports') {
    const holder = path[path.length - 2]
    return holder && /ontainers$/.test(holder) ? { mergeKey: 'containerPort' } : undefined
  }
  if (field === 'addresses' && kind !== 'Node') return undefined
  if (field === 'secrets' && kind !== 'ServiceAccount') return undefined
  return BY_FIELD[field]
}
