// A cluster in memory for what no real one can be made to do on demand: order of events, faults at exact moments.
// Strict: operations and probes nobody expected fail the test.
import type {
  ClusterPort,
  EphemeralResult,
  Features,
  KindRef,
  KubeObject,
  ObjectRef,
  Operation,
  OperationResult,
  ProbeBatch,
  ProbeBatchResult,
  ProbeReading,
  ProbeTry,
} from '../../../src/cluster/port.ts'

type Outcome = ProbeReading['outcome']

export interface FakeOptions {
  objects?: KubeObject[]
  features?: Partial<Features>
  /** What an operation does; returning nothing means it succeeded. */
  operate?: (operation: Operation, cluster: FakeCluster) => Partial<OperationResult> | undefined
  /** What a probe finds; a string is an outcome. */
  probe?: (line: ProbeTry, batch: ProbeBatch, attempt: number) => Outcome | Partial<ProbeReading>
  /** Fails a whole exec; `attempt` counts the execs of that pod. */
  exec?: (batch: ProbeBatch, attempt: number) => Extract<ProbeBatchResult, { kind: 'failed' }> | undefined
  ephemeral?: (pod: string, request: Parameters<ClusterPort['ensureEphemeral']>[0]) => EphemeralResult
  /** What admission says of an object to be created; nothing lets it in. */
  refuse?: (object: KubeObject) => string | undefined
}

export interface FakeCluster extends ClusterPort {
  readonly operations: Operation[]
  readonly batches: ProbeBatch[]
  readonly ephemerals: string[]
  readonly objects: Map<string, KubeObject>
  add(...objects: KubeObject[]): void
}

const served: KindRef[] = [
  ...['Namespace', 'Pod', 'Service', 'ServiceAccount', 'ConfigMap'].map((kind) => ({ apiVersion: 'v1', kind })),
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  ...['Tier', 'GlobalNetworkPolicy', 'NetworkPolicy', 'StagedGlobalNetworkPolicy', 'GlobalNetworkSet'].map((kind) => ({
    apiVersion: 'projectcalico.org/v3',
    kind,
  })),
]

const allFeatures: Features = {
  calico: true,
  calicoApi: true,
  calicoMode: 'aggregated',
  tiers: true,
  staged: true,
  domains: false,
  edition: 'open-source',
}

export function createFakeCluster(options: FakeOptions = {}): FakeCluster {
  const objects = new Map<string, KubeObject>()
  const operations: Operation[] = []
  const batches: ProbeBatch[] = []
  const ephemerals: string[] = []
  const attempts = new Map<string, number>()
  const key = (ref: ObjectRef) => `${ref.apiVersion}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`
  const keyOf = (object: KubeObject) => key({ ...object, ...object.metadata } as unknown as ObjectRef)
  const count = (name: string) => {
    const next = (attempts.get(name) ?? 0) + 1
    attempts.set(name, next)
    return next
  }
  const failure = (status: number, message: string) => Object.assign(new Error(message), { status })
  let version = 1
  const cluster: FakeCluster = {
    context: 'fake',
    kubeconfig: '/fake/kubeconfig',
    isSandbox: false,
    server: 'https://fake',
    operations,
    batches,
    ephemerals,
    objects,
    add(...added) {
      for (const object of added) {
        objects.set(keyOf(object), {
          ...object,
          metadata: { uid: `uid-${version}`, ...object.metadata, resourceVersion: String(version++) },
        })
      }
    },
    executor: {
      via: 'api',
      async run(operation, run) {
        operations.push(operation)
        const result = options.operate?.(operation, cluster)
        if (operation.kind === 'delete-object') {
          objects.delete(key(operation.ref))
          if (operation.ref.kind === 'Namespace') {
            for (const [id, { metadata }] of objects) if (metadata.namespace === operation.ref.name) objects.delete(id)
          }
        }
        run?.onOutput?.({ stream: 'stdout', text: `${operation.kind} done\n` })
        return { ok: true, exitCode: 0, ...result }
      },
    },
    async surface() {
      const resources = new Map<string, { name: string; kind: string; namespaced: boolean; verbs: string[] }[]>()
      for (const { apiVersion, kind } of served) {
        const resource = { name: `${kind.toLowerCase()}s`, kind, namespaced: true, verbs: ['list'] }
        resources.set(apiVersion, [...(resources.get(apiVersion) ?? []), resource])
      }
      return { serverVersion: 'v1.34.0', resources, features: { ...allFeatures, ...options.features } }
    },
    get: async (ref) => objects.get(key(ref)) ?? null,
    list: async (kind, list) =>
      [...objects.values()].filter(
        (object) =>
          object.apiVersion === kind.apiVersion &&
          object.kind === kind.kind &&
          (list?.namespace === undefined || object.metadata.namespace === list.namespace),
      ),
    async put(object) {
      cluster.add(object)
      return objects.get(keyOf(object))!
    },
    async create(object, { dryRun = false } = {}) {
      const refusal = options.refuse?.(object)
      if (refusal !== undefined) throw failure(403, refusal)
      if (dryRun) return object
      if (objects.has(keyOf(object))) throw failure(409, `${object.kind} ${object.metadata.name} already exists`)
      cluster.add(object)
      return objects.get(keyOf(object))!
    },
    async patch(ref, body) {
      const live = objects.get(key(ref))
      if (!live) throw failure(404, 'not found')
      const { metadata, ...rest } = body as {
        metadata?: { resourceVersion?: string }
        data?: Record<string, string | null>
      }
      if (metadata?.resourceVersion !== undefined && metadata.resourceVersion !== live.metadata.resourceVersion) {
        throw failure(409, 'the object has been modified')
      }
      const data = Object.entries({ ...live.data, ...rest.data }).filter(([, value]) => value !== null)
      cluster.add({ ...live, ...rest, ...(live.data ? { data: Object.fromEntries(data) } : {}) })
      return objects.get(key(ref))!
    },
    delete: async (ref) => objects.delete(key(ref)),
    watch: async () => {},
    exec: async () => {
      throw new Error('an exec nobody expected')
    },
    async probe(batch): Promise<ProbeBatchResult> {
      batches.push(batch)
      const attempt = count(batch.pod)
      const failed = options.exec?.(batch, attempt)
      if (failed) return failed
      if (!options.probe) throw new Error('a probe nobody expected')
      const readings = new Map<string, ProbeReading>()
      for (const line of batch.probes) {
        const found = options.probe(line, batch, attempt)
        const reading = typeof found === 'string' ? { outcome: found } : found
        const evidence = {
          command: `kubectl exec -n ${batch.namespace} ${batch.pod} -c ${batch.container} -- ${line.tool} ${line.host}`,
          exitCode: 0,
          output: '',
        }
        readings.set(line.key, { outcome: 'unclear', detail: 'as told', evidence, ...reading })
      }
      return { kind: 'ran', readings }
    },
    shown: (operation) => `kubectl ${operation.kind}`,
    shownExec: ({ namespace, pod, container }, command) =>
      ['kubectl exec', '-n', namespace, pod, ...(container ? ['-c', container] : []), '--', ...command].join(' '),
    async ensureEphemeral(request) {
      ephemerals.push(request.pod)
      return options.ephemeral?.(request.pod, request) ?? { kind: 'running', container: request.name }
    },
    can: async () => true,
    close: async () => {},
  }
  cluster.add(...(options.objects ?? []))
  return cluster
}
