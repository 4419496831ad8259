import { describe, expect, it } from 'vitest'
import type { CheckContext, CheckReport } from '../../src/cluster/checks/check.ts'
import { readQuantity } from '../../src/cluster/checks/nodes.ts'
import { sameImage } from '../../src/cluster/checks/probing.ts'
import { checks, runChecks } from '../../src/cluster/checks.ts'
import { connectCluster } from '../../src/cluster/connect.ts'
import type { ApiSurface, ClusterPort, KubeObject } from '../../src/cluster/port.ts'
import { ApiRefusal } from '../../src/errors/catalog/cluster.ts'
import { places, titled } from './places.ts'

const v3 = 'projectcalico.org/v3'
const kinds = (...list: [string, string, boolean?][]) =>
  list.map(([name, kind, namespaced = false]) => ({ name, kind, namespaced, verbs: ['list'] }))

interface World {
  surface: ApiSurface
  objects: KubeObject[]
  /** `verb resource/subresource in namespace` that is not allowed. */
  denied: RegExp | null
  /** Questions about rights so far. */
  asked: number
  /** Kinds whose list answers 403. */
  hidden: string[]
  dryRun: (object: KubeObject) => void
  exec: Awaited<ReturnType<ClusterPort['exec']>>
}

const node = (name: string, over: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: {},
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    nodeInfo: { architecture: 'amd64' },
    allocatable: { cpu: '2', memory: '4Gi' },
    images: [],
  },
  ...over,
})
const namespace = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
})
const pod = (ns: string, name: string, labels: Record<string, string>, over: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: ns, labels },
  spec: { containers: [{ name: 'c', image: 'x' }] },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
  ...over,
})
const notReady = { status: { conditions: [{ type: 'Ready', status: 'False' }] } }
const calicoObject = (kind: string, name: string, spec: object, metadata: object = {}): KubeObject => ({
  apiVersion: v3,
  kind,
  metadata: { name, ...metadata },
  spec,
})

function healthy(): World {
  return {
    surface: {
      serverVersion: 'v1.34.4',
      resources: new Map([
        ['v1', kinds(['pods', 'Pod', true], ['namespaces', 'Namespace'], ['nodes', 'Node'])],
        ['networking.k8s.io/v1', kinds(['networkpolicies', 'NetworkPolicy', true])],
        [v3, kinds(['tiers', 'Tier'], ['globalnetworkpolicies', 'GlobalNetworkPolicy'])],
      ]),
      features: {
        calico: true,
        calicoApi: true,
        calicoMode: 'aggregated',
        tiers: true,
        staged: true,
        domains: false,
        calicoVersion: 'v3.32.1',
        edition: 'open-source',
      },
    },
    objects: [
      node('n1'),
      namespace('default'),
      namespace('hipstershop'),
      namespace('kube-system'),
      pod('kube-system', 'coredns-1', { 'k8s-app': 'kube-dns' }),
      pod('calico-system', 'calico-node-1', { 'k8s-app': 'calico-node' }),
      pod(
        'hipstershop',
        'multitool',
        { run: 'multitool' },
        {
          spec: { containers: [{ name: 'c', image: 'wbitt/network-multitool' }] },
          status: {
            conditions: [{ type: 'Ready', status: 'True' }],
            containerStatuses: [
              { name: 'c', image: 'docker.io/wbitt/network-multitool:latest', state: { running: {} } },
            ],
          },
        },
      ),
      calicoObject('Tier', 'default', { order: 1_000_000 }),
      calicoObject('FelixConfiguration', 'default', {}),
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: 'v3.projectcalico.org' },
        spec: { service: { name: 'calico-api' } },
        status: { conditions: [{ type: 'Available', status: 'True' }] },
      },
    ],
    denied: null,
    asked: 0,
    hidden: [],
    dryRun: () => {},
    exec: { kind: 'exited', exitCode: 0, stdout: '', stderr: '' },
  }
}

/** Only what doctor may use; anything else would be a change to a cluster and fails the test. */
function clusterOf(world: World): ClusterPort {
  const allowed: Partial<ClusterPort> = {
    context: 'kind-hw',
    server: 'https://127.0.0.1:6443',
    surface: async () => world.surface,
    get: async (ref) => {
      if (world.hidden.includes(ref.kind)) throw new ApiRefusal({ status: 403, message: 'no', request: 'GET' })
      return world.objects.find((object) => object.kind === ref.kind && object.metadata.name === ref.name) ?? null
    },
    list: async (kind, options = {}) => {
      if (world.hidden.includes(kind.kind))
        throw new ApiRefusal({ status: 403, reason: 'Forbidden', message: 'no', request: 'GET' })
      return world.objects.filter(
        (object) =>
          object.kind === kind.kind &&
          object.apiVersion === kind.apiVersion &&
          (options.namespace === undefined || object.metadata.namespace === options.namespace),
      )
    },
    create: async (object, options = {}) => {
      if (!options.dryRun) throw new Error('doctor changes nothing')
      world.dryRun(object)
      return object
    },
    can: async (verb, what) => {
      world.asked++
      if (verb === '*') return world.denied === null
      const line = `${verb} ${what.resource}${what.subresource ? `/${what.subresource}` : ''} in ${what.namespace ?? '*'}`
      return !world.denied?.test(line)
    },
    exec: async () => world.exec,
  }
  return new Proxy(allowed as ClusterPort, {
    get(target, key) {
      if (key in target) return target[key as keyof ClusterPort]
      throw new Error(`doctor used ${String(key)}`)
    },
  })
}

const context = (world: World | null, over: Partial<CheckContext> = {}): CheckContext => ({
  cluster: world ? clusterOf(world) : null,
  kubectl: { kind: 'found', path: '/usr/bin/kubectl', version: 'v1.34.1' },
  nodeVersion: '22.23.3',
  namespaces: ['hipstershop', 'default'],
  tiers: ['security', 'platform', 'app-hipstershop', 'default'],
  objectLabel: 'app.kubernetes.io/part-of=hipster-workshop-calico',
  probeImage: 'wbitt/network-multitool',
  steps: [
    {
      step: 1,
      title: 'Labels',
      operations: [{ kind: 'label', resource: 'pods', namespace: 'hipstershop', all: true, labels: { pci: 'true' } }],
    },
  ],
  reads: [
    { apiVersion: 'v1', kind: 'Pod' },
    { apiVersion: v3, kind: 'Tier' },
  ],
  stateNamespace: 'hipster-workshop',
  ...over,
})

const byCode = (reports: CheckReport[]) => new Map(reports.map((report) => [report.code, report]))
const with_ = (change: (world: World) => void): World => {
  const world = healthy()
  change(world)
  return world
}
const features = (over: Partial<ApiSurface['features']>) =>
  with_((world) => Object.assign(world.surface.features, over))
const without = (kind: string, name?: string) => (world: World) => {
  world.objects = world.objects.filter(
    (object) => object.kind !== kind || (name !== undefined && !object.metadata.name.startsWith(name)),
  )
}
const replaced = (object: KubeObject) =>
  with_((world) => {
    world.objects = [
      ...world.objects.filter((one) => one.kind !== object.kind || one.metadata.name !== object.metadata.name),
      object,
    ]
  })
const added = (...objects: KubeObject[]) => with_((world) => world.objects.push(...objects))

describe('doctor on a healthy cluster', () => {
  it('finds nothing to complain about', async () => {
    const reports = await runChecks(context(healthy()))
    expect(reports.filter((report) => report.status !== 'ok')).toEqual([])
    expect(reports.map((report) => report.code)).toEqual(checks.map((check) => check.code))
  })

  it('gives every result as it comes', async () => {
    const seen: string[] = []
    await runChecks(context(healthy()), (report) => seen.push(report.code))
    expect(seen.sort()).toEqual(checks.map((check) => check.code).sort())
  })
})

/** Every check can fail: its code, what makes it fail, how it then says so. */
const cases: [string, 'warn' | 'fail', RegExp, World | null, Partial<CheckContext>?][] = [
  ['NODE_VERSION', 'fail', /too old/, healthy(), { nodeVersion: '20.18.0' }],
  ['NODE_VERSION', 'warn', /out of support/, healthy(), { nodeVersion: '20.20.2' }],
  ['KUBECTL', 'warn', /not found/, healthy(), { kubectl: { kind: 'missing', tried: 'PATH' } }],
  [
    'KUBECTL',
    'warn',
    /1\.28\.0 is the oldest/,
    healthy(),
    { kubectl: { kind: 'too-old', path: '/k', version: 'v1.20.0', needed: '1.28.0' } },
  ],
  [
    'KUBECTL',
    'warn',
    /does not run/,
    healthy(),
    { kubectl: { kind: 'broken', path: '/k', message: 'exec format error' } },
  ],
  [
    'KUBECTL_SKEW',
    'warn',
    /3 minor versions older/,
    healthy(),
    { kubectl: { kind: 'found', path: '/k', version: 'v1.31.0' } },
  ],
  ['CLUSTER_REACHABLE', 'fail', /was refused/, null, { connectError: new Error('the connection was refused') }],
  [
    'SERVER_VERSION',
    'fail',
    /no ephemeral containers/,
    with_((world) => Object.assign(world.surface, { serverVersion: 'v1.24.17' })),
  ],
  ['LOOKS_LIKE_LAB', 'warn', /1 reason/, added(...['a', 'b', 'c', 'd'].map((name) => namespace(name)))],
  ['NODES_READY', 'fail', /no node is ready/, replaced(node('n1', notReady))],
  ['NODES_READY', 'warn', /1 of 2/, added(node('n2', notReady))],
  [
    'NODE_ARCHITECTURE',
    'warn',
    /arm64/,
    replaced(node('n1', { status: { ...node('n1').status, nodeInfo: { architecture: 'arm64' } } })),
  ],
  [
    'CAPACITY',
    'warn',
    /1\.0 CPU and 0\.5 GiB/,
    replaced(node('n1', { status: { ...node('n1').status, allocatable: { cpu: '1000m', memory: '524288Ki' } } })),
  ],
  ['CLOUD_PING', 'warn', /Azure/, replaced(node('n1', { spec: { providerID: 'azure:///x' } }))],
  ['CALICO_API', 'fail', /not its v3 API/, features({ calicoApi: false, tiers: false, staged: false })],
  ['CALICO_API', 'fail', /no Calico here/, features({ calico: false, calicoApi: false, tiers: false })],
  [
    'CALICO_APISERVER',
    'fail',
    /not available: no endpoints/,
    replaced({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v3.projectcalico.org' },
      spec: { service: {} },
      status: { conditions: [{ type: 'Available', status: 'False', message: 'no endpoints' }] },
    }),
  ],
  ['CALICO_TIERS', 'fail', /before 3\.29/, features({ tiers: false })],
  ['CALICO_STAGED', 'warn', /before 3\.30/, features({ staged: false })],
  ['CALICO_DATAPLANE', 'fail', /no calico-node/, with_(without('Pod', 'calico-node'))],
  [
    'CALICO_DATAPLANE',
    'warn',
    /not ready/,
    replaced(pod('calico-system', 'calico-node-1', { 'k8s-app': 'calico-node' }, notReady)),
  ],
  [
    'FELIX_DENY_ACTION',
    'fail',
    /rejects denied packets/,
    replaced(calicoObject('FelixConfiguration', 'default', { iptablesFilterDenyAction: 'Reject' })),
  ],
  [
    'FELIX_DENY_ACTION',
    'fail',
    /rejects denied packets/,
    replaced(calicoObject('FelixConfiguration', 'default', { nftablesFilterDenyAction: 'Reject' })),
  ],
  ['CLUSTER_DNS', 'fail', /no pod carries/, with_(without('Pod', 'coredns'))],
  [
    'CLUSTER_DNS',
    'fail',
    /no DNS pod is ready/,
    replaced(pod('kube-system', 'coredns-1', { 'k8s-app': 'kube-dns' }, notReady)),
  ],
  [
    'NODELOCAL_DNS',
    'warn',
    /cache on their node/,
    added(pod('kube-system', 'node-local-dns-1', { 'k8s-app': 'node-local-dns' })),
  ],
  ['HOST_ENDPOINTS', 'warn', /1 host endpoint/, added(calicoObject('HostEndpoint', 'eth0', {}))],
  ['FOREIGN_TIERS', 'warn', /security \(order 500\)/, added(calicoObject('Tier', 'security', { order: 500 }))],
  [
    'FOREIGN_POLICIES',
    'warn',
    /1 other policy/,
    added(calicoObject('GlobalNetworkPolicy', 'theirs', { tier: 'default' })),
  ],
  [
    'PERMISSIONS',
    'fail',
    /1 of 1 steps/,
    with_((world) => Object.assign(world, { denied: /^patch pods in hipstershop$/ })),
  ],
  ['STATE_RIGHTS', 'fail', /no step is begun/, with_((world) => Object.assign(world, { denied: /^list tiers/ }))],
  [
    'STATE_RIGHTS',
    'fail',
    /no step is begun/,
    with_((world) => Object.assign(world, { denied: /^create (namespaces in \*|configmaps in hipster-workshop)$/ })),
  ],
  [
    'CALICO_EDITION',
    'warn',
    /version not told/,
    with_((world) => {
      delete world.surface.features.calicoVersion
    }),
  ],
  [
    'TIER_RIGHTS',
    'fail',
    /not be written in every tier/,
    with_((world) => {
      world.dryRun = (object) => {
        if (object.spec!.tier === 'security')
          throw new ApiRefusal({
            status: 403,
            reason: 'Forbidden',
            message:
              'User "u" cannot create globalnetworkpolicies.projectcalico.org in tier "security" (user cannot get tier)',
            request: 'POST',
          })
      }
    }),
  ],
  [
    'POD_SECURITY',
    'fail',
    /hipstershop enforce/,
    replaced(namespace('hipstershop', { 'pod-security.kubernetes.io/enforce': 'restricted' })),
  ],
  [
    'EPHEMERAL_CONTAINERS',
    'warn',
    /not in hipstershop, default/,
    with_((world) => Object.assign(world, { denied: /^patch pods\/ephemeralcontainers/ })),
  ],
  [
    'EXEC_ALLOWED',
    'fail',
    /get in hipstershop/,
    with_((world) => Object.assign(world, { denied: /^get pods\/exec in hipstershop/ })),
  ],
  [
    'EXEC_WORKS',
    'fail',
    /failed: the session/,
    with_((world) =>
      Object.assign(world, {
        exec: { kind: 'failed', reason: 'cut', message: 'the session ended', stdout: '', stderr: '' },
      }),
    ),
  ],
  [
    'PROBE_IMAGE',
    'fail',
    /cannot pull wbitt\/network-multitool: Back-off/,
    replaced(
      pod(
        'hipstershop',
        'multitool',
        { run: 'multitool' },
        {
          spec: { containers: [{ name: 'c', image: 'wbitt/network-multitool' }] },
          status: {
            containerStatuses: [
              {
                name: 'c',
                image: '',
                state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } },
              },
            ],
          },
        },
      ),
    ),
  ],
]

describe('doctor says what is wrong, why and what to do', () => {
  it.each(cases.map((entry) => [`${entry[0]} ${entry[1]} ${entry[2]}`, entry] as const))(
    '%s',
    async (_name, [code, status, reason, world, over]) => {
      const report = byCode(await runChecks(context(world, over))).get(code)!
      expect(report).toMatchObject({
        status,
        reason: expect.stringMatching(reason),
        next: expect.stringMatching(/\w{3}/),
      })
    },
  )

  it('has a failing case for every check that can fail', () => {
    // Whether it has domain rules is an answer, not a demand: step 7 has a way for either.
    const answers = ['CALICO_DOMAINS']
    expect([...new Set([...cases.map(([code]) => code), ...answers])].sort()).toEqual(
      checks.map((check) => check.code).sort(),
    )
  })

  it('says of each step whether it is possible, and the right it lacks', async () => {
    const world = with_((one) => Object.assign(one, { denied: /^patch pods/ }))
    const operations: CheckContext['steps'][number]['operations'] = [{ kind: 'show', args: ['get', 'pods'] }]
    const steps = [...context(null).steps, { step: 2, title: 'Looking', operations }]
    expect(byCode(await runChecks(context(world, { steps }))).get('PERMISSIONS')!.details).toEqual([
      'step 1 Labels: patch pods in hipstershop',
      'step 2 Looking: allowed',
    ])
  })

  it('asks an administrator few questions, whatever the number of steps', async () => {
    const world = healthy()
    const [first] = context(null).steps
    const steps = Array.from({ length: 30 }, (_, step) => ({ ...first!, step }))
    await runChecks(context(world, { steps }))
    expect(world.asked).toBeLessThan(10)
  })

  it('names what it takes to keep the records, and that a namespace that is there need not be made', async () => {
    const missing = async (change: (world: World) => void) =>
      byCode(await runChecks(context(with_(change)))).get('STATE_RIGHTS')!.details
    expect(await missing((world) => Object.assign(world, { denied: /^create (namespaces|configmaps)/ }))).toEqual([
      'create configmaps in hipster-workshop',
      'create namespaces',
    ])
    expect(
      await missing((world) => {
        world.objects.push(namespace('hipster-workshop'))
        world.denied = /^(create namespaces|list tiers)/
      }),
    ).toEqual(['list tiers.projectcalico.org'])
  })

  it('names the steps that write in a tier', async () => {
    const world = with_((one) => {
      one.dryRun = (object) => {
        const message = `User "u" cannot create x in tier "${object.spec!.tier}"`
        throw new ApiRefusal({ status: 403, reason: 'Forbidden', message, request: 'POST' })
      }
    })
    const objects = [calicoObject('GlobalNetworkPolicy', 'platform.x', { tier: 'platform' })]
    const steps = [3, 5].map((step) => ({ step, title: 'T', operations: [{ kind: 'apply', path: 'x', objects }] }))
    const reports = await runChecks(context(world, { tiers: ['platform'], steps: steps as CheckContext['steps'] }))
    expect(byCode(reports).get('TIER_RIGHTS')!.details).toEqual([
      'platform (step 3, 5): User "u" cannot create x in tier "platform"',
    ])
  })

  it('skips what this user may not see, and everything when the cluster is away', async () => {
    const hidden = byCode(
      await runChecks(
        context(with_((world) => Object.assign(world, { hidden: ['Node', 'Namespace', 'FelixConfiguration'] }))),
      ),
    )
    for (const code of ['NODES_READY', 'CAPACITY', 'LOOKS_LIKE_LAB', 'POD_SECURITY', 'FELIX_DENY_ACTION'])
      expect(hidden.get(code)).toMatchObject({ status: 'skip' })
    const away = await runChecks(context(null, { connectError: new Error('x') }))
    expect(
      away
        .filter((report) => !['NODE_VERSION', 'KUBECTL', 'CLUSTER_REACHABLE'].includes(report.code))
        .every((report) => report.status === 'skip'),
    ).toBe(true)
  })

  it('takes a tier that is not there yet for no refusal', async () => {
    const world = with_((one) => {
      one.dryRun = () => {
        throw new ApiRefusal({
          status: 400,
          message: 'globalnetworkpolicies.projectcalico.org "x" is forbidden: Tier "security" does not exist',
          request: 'POST',
        })
      }
    })
    expect(byCode(await runChecks(context(world))).get('TIER_RIGHTS')).toMatchObject({ status: 'ok' })
  })
})

describe('small readings', () => {
  it.each([
    ['2', 2],
    ['1500m', 1.5],
    ['4Gi', 4 * 1024 ** 3],
    ['3926032Ki', 3926032 * 1024],
    [undefined, 0],
  ])('of the quantity %s', (text, value) => {
    expect(readQuantity(text)).toBe(value)
  })

  it('of image names', () => {
    expect(sameImage('docker.io/wbitt/network-multitool:latest', 'wbitt/network-multitool')).toBe(true)
    expect(sameImage('docker.io/library/redis:alpine', 'redis:alpine')).toBe(true)
    expect(sameImage('wbitt/network-multitool:extra', 'wbitt/network-multitool')).toBe(false)
  })
})

describe.each(places)('doctor on $name', (place) => {
  it.runIf(place.skipped)(titled(place), (test) => test.skip(place.skipped!))
  if (place.skipped) return
  it('runs every check and changes nothing', async () => {
    const cluster = await place.connect('api')
    const reports = byCode(await runChecks(context(null, { cluster })))
    expect(reports.size).toBe(checks.length)
    for (const code of [
      'CLUSTER_REACHABLE',
      'SERVER_VERSION',
      'CALICO_API',
      'CALICO_TIERS',
      'TIER_RIGHTS',
      'PERMISSIONS',
      'CLUSTER_DNS',
      'EXEC_ALLOWED',
    ]) {
      expect(reports.get(code), code).toMatchObject({ status: 'ok' })
    }
    await cluster.close()
  })
})

it('reports a cluster that cannot be opened', async () => {
  const connectError = await connectCluster({
    kubeconfig: '/nosuch/kubeconfig',
    context: 'x',
    via: 'api',
    isSandbox: false,
  }).catch((error) => error)
  expect(byCode(await runChecks(context(null, { connectError }))).get('CLUSTER_REACHABLE')).toMatchObject({
    status: 'fail',
    reason: expect.stringContaining('/nosuch/kubeconfig'),
  })
})
