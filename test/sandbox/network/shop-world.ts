/** The shop and both multitools as running objects in a store, without the controllers that would make them. */

import type { KubeObject, SimClock } from '../../../src/sandbox/contracts.ts'
import { createProcessRunner } from '../../../src/sandbox/netexec/runner.ts'
import { createNetwork, type NetworkOptions, type SimNetwork } from '../../../src/sandbox/network/network.ts'
import { createSimClock } from '../../../src/sandbox/sim-clock.ts'
import { createStore, type MemoryStore } from '../../../src/sandbox/store/memory-store.ts'

const SHOP_IMAGES = 'us-central1-docker.pkg.dev/google-samples/microservices-demo'

/** name, pod port, Service port (0: no Service). */
const WORKLOADS: readonly [string, number, number][] = [
  ['adservice', 9555, 9555],
  ['cartservice', 7070, 7070],
  ['checkoutservice', 5050, 5050],
  ['currencyservice', 7000, 7000],
  ['emailservice', 8080, 5000],
  ['frontend', 8080, 80],
  ['loadgenerator', 0, 0],
  ['paymentservice', 50051, 50051],
  ['productcatalogservice', 3550, 3550],
  ['recommendationservice', 8080, 8080],
  ['redis-cart', 6379, 6379],
  ['shippingservice', 50051, 50051],
]

export interface TestWorld {
  store: MemoryStore
  clock: SimClock
  network: SimNetwork
  /** Scaled milliseconds slept so far, longest chain not considered: the sum. */
  slept(): number
  exec(pod: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult>
  sh(pod: string, script: string, options?: ExecOptions): Promise<ExecResult>
  /** `hipstershop/cartservice` is the pod's id too. */
  addPod(namespace: string, name: string, image: string, labels?: Record<string, string>, more?: PodOptions): KubeObject
  restart(namespace: string, name: string): void
}

interface PodOptions {
  ip?: string
  securityContext?: object
  container?: Record<string, unknown>
}

interface ExecOptions {
  stdin?: AsyncIterable<Uint8Array> | null
  tty?: boolean
  signal?: AbortSignal
  container?: string
  onStdout?: (text: string) => void
}

export interface ExecResult {
  stdout: string
  stderr: string
  code: number | null
  notStarted: string
}

export function createShopWorld({
  tag = 'v0.10.5',
  scale = 0,
  ...options
}: Partial<NetworkOptions> & { tag?: string; scale?: number } = {}): TestWorld {
  const real = createSimClock(scale)
  let slept = 0
  const clock: SimClock = {
    ...real,
    sleep: (ms, signal) => {
      if (ms < 60_000) slept += ms
      return real.sleep(ms, signal)
    },
  }
  const store = createStore({ clock })
  let lastIp = 10
  let lastService = 10

  for (const name of ['default', 'hipstershop', 'kube-system']) {
    store.create('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    })
  }
  store.create('nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1', labels: { 'node-role.kubernetes.io/control-plane': '' } },
    status: { addresses: [{ type: 'InternalIP', address: '192.0.2.10' }] },
  })

  const addPod: TestWorld['addPod'] = (namespace, name, image, labels = {}, more = {}) => {
    const { ip = `10.244.0.${lastIp++}`, securityContext, container = {} } = more
    const containerName = (container.name as string | undefined) ?? 'server'
    return store.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: {
        nodeName: 'node-1',
        ...(securityContext === undefined ? {} : { securityContext }),
        containers: [{ name: containerName, image, ...container }],
      },
      status: {
        phase: 'Running',
        podIP: ip,
        podIPs: [{ ip }],
        containerStatuses: [{ name: containerName, ready: true, restartCount: 0, state: { running: {} } }],
      },
    })
  }

  const addService = (
    namespace: string,
    name: string,
    clusterIP: string,
    ports: { port: number; target: number; protocol?: string; name?: string }[],
    pods: KubeObject[],
  ): void => {
    store.create('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: {
        clusterIP,
        clusterIPs: [clusterIP],
        ports: ports.map(({ port, target, protocol = 'TCP', name: portName }) => ({
          port,
          targetPort: target,
          protocol,
          ...(portName === undefined ? {} : { name: portName }),
        })),
      },
    })
    store.create('endpointslices.discovery.k8s.io', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: ports.map(({ target, protocol = 'TCP', name: portName = '' }) => ({
        port: target,
        protocol,
        name: portName,
      })),
      endpoints: pods.map((pod) => ({
        addresses: [pod.status?.podIP],
        conditions: { ready: true },
        targetRef: { kind: 'Pod', name: pod.metadata.name, namespace },
      })),
    })
  }

  const dns = addPod('kube-system', 'coredns-1', 'registry.k8s.io/coredns/coredns:v1.12.1', { 'k8s-app': 'kube-dns' })
  addService(
    'kube-system',
    'kube-dns',
    '10.96.0.10',
    [
      { port: 53, target: 53, protocol: 'UDP', name: 'dns' },
      { port: 53, target: 53, name: 'dns-tcp' },
    ],
    [dns],
  )
  addService('default', 'kubernetes', '10.96.0.1', [{ port: 443, target: 6443, name: 'https' }], [])
  const hardened = { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  for (const [name, port, servicePort] of WORKLOADS) {
    const isRedis = name === 'redis-cart'
    const pod = addPod(
      'hipstershop',
      name,
      isRedis ? 'redis:alpine' : `${SHOP_IMAGES}/${name}:${tag}`,
      { app: name },
      {
        securityContext: { runAsUser: 1000, runAsGroup: 1000 },
        container: {
          name: isRedis ? 'redis' : name === 'loadgenerator' ? 'main' : 'server',
          securityContext: hardened,
        },
      },
    )
    if (servicePort > 0)
      addService(
        'hipstershop',
        name,
        `10.96.1.${lastService++}`,
        [{ port: servicePort, target: port, name: 'grpc' }],
        [pod],
      )
  }
  for (const namespace of ['hipstershop', 'default'])
    addPod(
      namespace,
      'multitool',
      'wbitt/network-multitool',
      { run: 'multitool' },
      { container: { name: 'multitool' } },
    )

  const network = createNetwork({ store, clock, ...options })
  const runner = createProcessRunner({ store, network, clock })

  const exec: TestWorld['exec'] = async (
    id,
    command,
    { stdin = null, tty = false, signal, container, onStdout } = {},
  ) => {
    const [namespace = '', pod = ''] = id.split('/')
    const result: ExecResult = { stdout: '', stderr: '', code: null, notStarted: '' }
    const text = (data: string | Uint8Array): string =>
      typeof data === 'string' ? data : Buffer.from(data).toString('utf8')
    const name = container ?? store.get('pods', namespace, pod)?.spec?.containers[0].name
    const io = {
      stdin,
      tty,
      stdout: (data: string | Uint8Array) => {
        result.stdout += text(data)
        onStdout?.(text(data))
      },
      stderr: (data: string | Uint8Array) => {
        result.stderr += text(data)
      },
    }
    const end = await runner.run(
      { namespace, pod, container: name },
      command,
      io,
      signal ?? new AbortController().signal,
    )
    if (end.kind === 'exited') result.code = end.code
    else result.notStarted = end.message
    return result
  }

  return {
    store,
    clock,
    network,
    slept: () => slept,
    exec,
    sh: (id, script, more) => exec(id, ['sh', '-c', script], more),
    addPod,
    restart(namespace, name) {
      const pod = store.get('pods', namespace, name) as KubeObject
      store.remove('pods', namespace, name)
      const { uid: _uid, resourceVersion: _version, creationTimestamp: _stamp, ...metadata } = pod.metadata
      store.create('pods', { ...pod, metadata: metadata as KubeObject['metadata'] })
    },
  }
}
