import fc from 'fast-check'
import type { EndpointSpec, Flow, KubeObject, Peer } from '../../src/policy/model.ts'

/** Small random worlds in which most things meet: few names, labels, ports and networks. */
const spaces = ['shop', 'tools']
const ips = ['203.0.113.10', '198.51.100.5', '8.8.8.8']

const selector = fc.constantFrom(
  'all()',
  'app == "web"',
  'app != "web"',
  'has(pci)',
  '!has(pci)',
  'app in {"web", "db"}',
  'app starts with "d" || pci == "true"',
  'projectcalico.org/namespace == "shop"',
)
const namespaceSelector = fc.constantFrom(
  'all()',
  'global()',
  'zone == "a"',
  'zone != "a"',
  'projectcalico.org/name == "tools"',
)
const nets = fc.subarray(['10.65.0.0/16', '10.65.0.0/30', '203.0.113.0/24', '0.0.0.0/0'], { minLength: 1 })
const ports = fc.subarray([80, 8080, '8000:9000', 'http'], { minLength: 1 })
const maybe = <T>(value: fc.Arbitrary<T>, freq = 3) => fc.option(value, { nil: undefined, freq })

const entity = (withPorts: boolean) =>
  fc.record(
    {
      selector: maybe(selector),
      notSelector: maybe(selector, 1),
      namespaceSelector: maybe(namespaceSelector, 1),
      nets: maybe(nets, 1),
      notNets: maybe(nets, 1),
      serviceAccounts: maybe(fc.constantFrom({ names: ['runner'] }, { selector: 'level == "gold"' }), 1),
      ...(withPorts ? { ports: maybe(ports, 1), notPorts: maybe(ports, 1) } : {}),
    },
    { noNullPrototype: true },
  )

const rule = fc.record(
  {
    action: fc.constantFrom('Allow', 'Deny', 'Pass', 'Log'),
    protocol: fc.constantFrom('TCP', 'UDP'),
    source: maybe(entity(false)),
    destination: maybe(entity(true)),
  },
  { noNullPrototype: true },
)

const kinds = fc.constantFrom(
  'NetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
)

export const policy: fc.Arbitrary<KubeObject> = fc
  .record({
    kind: kinds,
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    namespace: fc.constantFrom(...spaces),
    tier: fc.constantFrom('default', 'default', 'security', 'app'),
    order: maybe(fc.constantFrom(1, 10, 100)),
    selector,
    types: fc.subarray(['Ingress', 'Egress'], { minLength: 1 }),
    ingress: fc.array(rule, { maxLength: 3 }),
    egress: fc.array(rule, { maxLength: 3 }),
  })
  .map(({ kind, name, namespace, ...spec }) => ({
    apiVersion: 'projectcalico.org/v3',
    kind,
    metadata: { name: `${spec.tier}.${name}`, ...(kind.includes('Global') ? {} : { namespace }) },
    spec,
  }))

const kubernetesPolicy: fc.Arbitrary<KubeObject> = fc
  .record({
    name: fc.constantFrom('k1', 'k2'),
    namespace: fc.constantFrom(...spaces),
    podSelector: fc.constantFrom({}, { matchLabels: { app: 'web' } }),
    ingress: fc.array(
      fc.record({
        from: fc.array(
          fc.constantFrom({ podSelector: {} }, { namespaceSelector: {} }, { ipBlock: { cidr: '203.0.113.0/24' } }),
          { maxLength: 2 },
        ),
        ports: fc.array(fc.constantFrom({ port: 80 }, { port: 'http' }, { port: 8000, endPort: 9000 }), {
          maxLength: 2,
        }),
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ name, namespace, ...spec }) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  }))

const networkSet: fc.Arbitrary<KubeObject> = fc
  .record({ name: fc.constantFrom('s1', 's2'), nets, app: fc.constantFrom('web', 'db') })
  .map(({ name, nets: list, app }) => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkSet',
    metadata: { name, labels: { app } },
    spec: { nets: list },
  }))

const pod = fc.record({
  namespace: fc.constantFrom(...spaces),
  labels: fc.constantFrom({ app: 'web' }, { app: 'db', pci: 'true' }, { app: 'web', pci: 'true' }, {}),
  serviceAccount: fc.constantFrom('default', 'runner'),
  ports: fc.constantFrom([], [{ name: 'http', port: 8080, protocol: 'TCP' }]),
})

const base: KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { zone: 'a' } } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tools' } },
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'runner', namespace: 'shop', labels: { level: 'gold' } },
  },
  { apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name: 'security' }, spec: { order: 10 } },
  {
    apiVersion: 'projectcalico.org/v3',
    kind: 'Tier',
    metadata: { name: 'app' },
    spec: { order: 20, defaultAction: 'Pass' },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'db', namespace: 'tools' },
    spec: { selector: { app: 'db' }, ports: [{ port: 80 }] },
  },
]

export interface RandomWorld {
  objects: KubeObject[]
  endpoints: EndpointSpec[]
}

function withoutTwins(objects: KubeObject[]): KubeObject[] {
  const key = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`
  return [...new Map(objects.map((object) => [key(object), object])).values()]
}

export const world: fc.Arbitrary<RandomWorld> = fc
  .record({
    pods: fc.array(pod, { minLength: 2, maxLength: 6 }),
    policies: fc.array(policy, { maxLength: 6 }),
    kubernetes: fc.array(kubernetesPolicy, { maxLength: 2 }),
    sets: fc.array(networkSet, { maxLength: 2 }),
  })
  .map(({ pods, policies, kubernetes, sets }) => ({
    objects: [...base, ...withoutTwins([...policies, ...kubernetes, ...sets])],
    endpoints: pods.map((spec, index) => ({
      ...spec,
      id: `${spec.namespace}/p${index}`,
      name: `p${index}`,
      ips: [`10.65.0.${index}`],
    })),
  }))

/** Flows between all pods, and to and from outside. */
export function flowsOf({ endpoints }: RandomWorld): Flow[] {
  const pods = endpoints.map(({ id }): Peer => ({ kind: 'endpoint', id }))
  const outside = ips.map((ip): Peer => ({ kind: 'ip', ip }))
  const pairs = pods.flatMap((from) =>
    [...pods, ...outside].filter((to) => to !== from).map((to): [Peer, Peer] => [from, to]),
  )
  const all = [...pairs, ...outside.flatMap((from) => pods.map((to): [Peer, Peer] => [from, to]))]
  return all.flatMap(([from, to]) => [
    { from, to, protocol: 'TCP', port: 8080, sourcePort: 40000 },
    { from, to, protocol: 'UDP', port: 53, sourcePort: 40000 },
  ])
}
