import { beforeEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/sandbox/contracts.ts'
import { createShopWorld, type TestWorld } from './shop-world.ts'

const MULTITOOL = 'hipstershop/multitool'
const OUTER = 'default/multitool'

function policy(name: string, namespace: string, spec: object): KubeObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }
}

function ingressOnlyFrom(app: string, callers: string[], port: number): KubeObject {
  return policy(`${app}-allow`, 'hipstershop', {
    podSelector: { matchLabels: { app } },
    ingress: [
      {
        from: callers.map((caller) => ({ podSelector: { matchLabels: { app: caller } } })),
        ports: [{ port, protocol: 'TCP' }],
      },
    ],
  })
}

describe('the simulated network', () => {
  let world: TestWorld
  beforeEach(() => {
    world = createShopWorld()
  })
  const addressOf = (from: string, name: string): string => {
    const found = world.network.resolve(from, name)
    if (found.kind !== 'answer') throw new Error(`${name}: ${found.kind}`)
    return found.addresses[0] as string
  }
  const dial = (from: string, name: string, port: number) =>
    world.network.connect(from, addressOf(from, name), port).kind
  const create = (object: KubeObject, resource = 'networkpolicies.networking.k8s.io') =>
    world.store.create(resource, object)

  describe('names', () => {
    it('follows the search path, with dots below ndots searched first', () => {
      const short = addressOf(MULTITOOL, 'cartservice')
      for (const name of [
        'cartservice.hipstershop',
        'cartservice.hipstershop.svc',
        'cartservice.hipstershop.svc.cluster.local',
        'cartservice.hipstershop.svc.cluster.local.',
      ]) {
        expect(addressOf(OUTER, name)).toBe(short)
      }
      expect(world.network.resolve(OUTER, 'cartservice')).toEqual({ kind: 'nxdomain' })
      expect(world.network.resolve(MULTITOOL, 'cartservice')).toMatchObject({
        name: 'cartservice.hipstershop.svc.cluster.local',
      })
      expect(world.network.resolve(MULTITOOL, 'nosuch.example.com')).toEqual({ kind: 'nxdomain' })
      expect(addressOf(MULTITOOL, 'google.com')).toBe('203.0.113.10')
      expect(addressOf(MULTITOOL, 'localhost')).toBe('127.0.0.1')
    })

    it('drops a query the asking pod may not send, over UDP and TCP apart', () => {
      create(
        policy('no-udp', 'hipstershop', {
          podSelector: { matchLabels: { run: 'multitool' } },
          policyTypes: ['Egress'],
          egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
        }),
      )
      expect(world.network.resolve(MULTITOOL, 'cartservice')).toEqual({ kind: 'timed-out' })
      expect(world.network.resolve(MULTITOOL, 'cartservice', { tcp: true }).kind).toBe('answer')
    })

    it('cannot say outside names once CoreDNS may not reach its upstream, while cluster names still resolve', () => {
      create(
        policy('shut', 'kube-system', {
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
          policyTypes: ['Egress'],
          egress: [],
        }),
      )
      expect(world.network.resolve(MULTITOOL, 'cartservice').kind).toBe('answer')
      expect(world.network.resolve(MULTITOOL, 'google.com')).toMatchObject({ kind: 'servfail' })
    })
  })

  describe('connections', () => {
    it('reaches every Service of the shop on its Service port, from both multitools', () => {
      const services = world.store.list('services', 'hipstershop')
      expect(services).toHaveLength(11)
      for (const service of services)
        for (const from of [MULTITOOL, OUTER])
          expect(dial(from, `${service.metadata.name}.hipstershop`, service.spec.ports[0].port)).toBe('open')
    })

    it('tells a closed pod port (refused) from a Service port that does not exist (dropped)', () => {
      const podIp = world.store.get('pods', 'hipstershop', 'cartservice')?.status?.podIP as string
      expect(world.network.connect(MULTITOOL, podIp, 7071)).toEqual({ kind: 'refused' })
      expect(dial(MULTITOOL, 'cartservice', 7071)).toBe('timed-out')
    })

    it('rejects a Service without a ready endpoint', () => {
      world.store.modify('endpointslices.discovery.k8s.io', 'hipstershop', 'adservice-1', (slice) => {
        slice.endpoints = slice.endpoints.map((endpoint: object) => ({ ...endpoint, conditions: { ready: false } }))
      })
      expect(dial(MULTITOOL, 'adservice', 9555)).toBe('refused')
    })

    it('matches policies after Service DNAT: the pod port counts', () => {
      create(ingressOnlyFrom('emailservice', ['checkoutservice'], 5000))
      expect(dial('hipstershop/checkoutservice', 'emailservice', 5000)).toBe('timed-out')
      world.store.remove('networkpolicies.networking.k8s.io', 'hipstershop', 'emailservice-allow')
      create(ingressOnlyFrom('emailservice', ['checkoutservice'], 8080))
      expect(dial('hipstershop/checkoutservice', 'emailservice', 5000)).toBe('open')
      expect(dial('hipstershop/frontend', 'emailservice', 5000)).toBe('timed-out')
    })

    it('never lets a policy stand between a pod and itself', () => {
      create(policy('deny', 'hipstershop', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }))
      expect(world.network.connect('hipstershop/redis-cart', '127.0.0.1', 6379).kind).toBe('open')
      expect(dial('hipstershop/frontend', 'localhost', 8080)).toBe('open')
    })

    it('pings pods and outside hosts, never a ClusterIP', () => {
      const podIp = world.store.get('pods', 'hipstershop', 'cartservice')?.status?.podIP as string
      expect(world.network.ping(MULTITOOL, podIp)).toBe('answered')
      expect(world.network.ping(MULTITOOL, addressOf(MULTITOOL, 'cartservice'))).toBe('lost')
      expect(world.network.ping(MULTITOOL, addressOf(MULTITOOL, 'google.com'))).toBe('answered')
      create(
        policy('shut', 'hipstershop', {
          podSelector: { matchLabels: { run: 'multitool' } },
          policyTypes: ['Egress'],
          egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }],
        }),
      )
      expect(world.network.ping(MULTITOOL, podIp)).toBe('lost')
      expect(world.network.ping(MULTITOOL, '203.0.113.10')).toBe('lost')
    })

    it('finds a multitool that runs something else closed on port 80', () => {
      const idle = world.addPod(
        'default',
        'idle',
        'wbitt/network-multitool',
        {},
        { container: { args: ['sleep', 'infinity'] } },
      )
      expect(world.network.connect(OUTER, idle.status?.podIP, 80)).toEqual({ kind: 'refused' })
      const busy = world.store.get('pods', 'hipstershop', 'multitool') as KubeObject
      expect(world.network.connect(OUTER, busy.status?.podIP, 80).kind).toBe('open')
    })

    it('forgets the address of a pod that has gone', () => {
      const podIp = world.store.get('pods', 'hipstershop', 'cartservice')?.status?.podIP as string
      world.store.remove('pods', 'hipstershop', 'cartservice')
      expect(world.network.connect(MULTITOOL, podIp, 7070)).toEqual({ kind: 'timed-out' })
      expect(world.network.connect('hipstershop/cartservice', podIp, 7070)).toEqual({
        kind: 'unreachable',
        what: 'network',
      })
    })
  })

  it('lets domain rules see the names a pod has asked for, and only that pod', () => {
    create(
      { apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name: 'default' }, spec: { order: 1_000_000 } },
      'tiers.projectcalico.org',
    )
    create(
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkSet',
        metadata: { name: 'trusted', labels: { trusted: 'yes' } },
        spec: { nets: [], allowedEgressDomains: ['google.com'] },
      },
      'globalnetworksets.projectcalico.org',
    )
    create(
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkPolicy',
        metadata: { name: 'default.out' },
        spec: {
          tier: 'default',
          order: 1,
          selector: 'run == "multitool"',
          types: ['Egress'],
          egress: [
            { action: 'Allow', protocol: 'UDP', destination: { ports: [53] } },
            { action: 'Allow', destination: { selector: 'trusted == "yes"' } },
          ],
        },
      },
      'globalnetworkpolicies.projectcalico.org',
    )
    expect(world.network.connect(MULTITOOL, '203.0.113.10', 80).kind).toBe('timed-out')
    expect(dial(MULTITOOL, 'google.com', 80)).toBe('open')
    expect(dial(MULTITOOL, 'github.com', 80)).toBe('timed-out')
    expect(world.network.connect(OUTER, '203.0.113.10', 80).kind).toBe('timed-out')
  })

  it('takes a moment to enforce a policy when told so, but knows a new pod at once', async () => {
    const slow = createShopWorld({ enforcementDelayMs: 40, scale: 1 })
    const reach = (): string =>
      slow.network.connect(MULTITOOL, slow.store.get('pods', 'hipstershop', 'redis-cart')?.status?.podIP, 6379).kind
    slow.store.create('networkpolicies.networking.k8s.io', ingressOnlyFrom('redis-cart', ['cartservice'], 6379))
    expect(reach()).toBe('open')
    await expect.poll(reach).toBe('timed-out')
    const fresh = slow.addPod('default', 'fresh', 'redis:alpine')
    expect(slow.network.connect(MULTITOOL, fresh.status?.podIP, 6379).kind).toBe('open')
    slow.network.close()
  })
})
