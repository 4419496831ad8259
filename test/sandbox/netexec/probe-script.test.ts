import { describe, expect, it } from 'vitest'
import type { ProbeTry } from '../../../src/cluster/port.ts'
import { buildProbeScript, readProbeScript } from '../../../src/cluster/probe-script.ts'
import { createShopWorld } from '../network/shop-world.ts'

/** The script the product sends into pods, run in every kind of pod it may meet. */
describe('the probe script in simulated pods', () => {
  const world = createShopWorld()
  const run = async (pod: string, probes: ProbeTry[]) => {
    const result = await world.sh(pod, buildProbeScript(probes))
    return { ...result, readings: readProbeScript(probes, result.stdout) }
  }
  const podIp = (name: string): string => world.store.get('pods', 'hipstershop', name)?.status?.podIP

  it('tells the outcomes of nc apart, on a read-only root and as uid 1000 too', async () => {
    world.store.create('networkpolicies.networking.k8s.io', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'shut', namespace: 'hipstershop' },
      spec: { podSelector: { matchLabels: { app: 'paymentservice' } }, policyTypes: ['Ingress'], ingress: [] },
    })
    const probes: ProbeTry[] = [
      { key: 'open', tool: 'nc', host: 'redis-cart.hipstershop', port: 6379 },
      { key: 'blocked', tool: 'nc', host: 'paymentservice.hipstershop', port: 50051 },
      { key: 'closed', tool: 'nc', host: podIp('redis-cart'), port: 6380 },
      { key: 'no-port', tool: 'nc', host: 'redis-cart.hipstershop', port: 6380 },
      { key: 'no-name', tool: 'nc', host: 'nosuch.hipstershop', port: 80 },
    ]
    for (const pod of ['hipstershop/multitool', 'hipstershop/adservice', 'default/multitool']) {
      const { readings, stderr, code } = await run(pod, probes)
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
      expect([...readings].map(([key, { outcome }]) => [key, outcome])).toEqual([
        ['open', 'open'],
        ['blocked', 'timed-out'],
        // busybox keeps quiet about refusals at one -v: never read as blocked.
        ['closed', expect.not.stringMatching(/open|timed-out|name-not-resolved/)],
        ['no-port', 'timed-out'],
        ['no-name', 'name-not-resolved'],
      ])
    }
  })

  it('runs curl, ping and dig where they are', async () => {
    const { readings } = await run('hipstershop/multitool', [
      { key: 'page', tool: 'curl', host: 'frontend.hipstershop', get: true, path: '/cart' },
      { key: 'outside', tool: 'curl', host: 'google.com', resolveTo: '203.0.113.10' },
      { key: 'void', tool: 'curl', host: '192.0.2.99' },
      { key: 'ping', tool: 'ping', host: 'google.com' },
      { key: 'dig', tool: 'dig', host: 'redis-cart' },
    ])
    expect([...readings].map(([key, { outcome, httpStatus }]) => [key, outcome, httpStatus])).toEqual([
      ['page', 'open', 200],
      ['outside', 'open', 301],
      ['void', 'timed-out', undefined],
      ['ping', 'open', undefined],
      ['dig', 'open', undefined],
    ])
  })

  it('waits for a dozen drops at once without a warning', async () => {
    const warnings: Error[] = []
    const note = (warning: Error) => void warnings.push(warning)
    process.on('warning', note)
    const probes = Array.from(
      { length: 14 },
      (_, port): ProbeTry => ({ key: `${port}`, tool: 'nc', host: '192.0.2.99', port: port + 1 }),
    )
    const { readings } = await run('hipstershop/multitool', probes)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', note)
    expect(new Set([...readings.values()].map(({ outcome }) => outcome))).toEqual(new Set(['timed-out']))
    expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([])
  })

  it('cannot run without the tool, in ash and dash', async () => {
    world.addPod(
      'hipstershop',
      'slim',
      'us-central1-docker.pkg.dev/google-samples/microservices-demo/emailservice:v0.10.2',
    )
    for (const [pod, tool] of [
      ['hipstershop/slim', 'nc'],
      ['hipstershop/adservice', 'curl'],
    ] as const) {
      const { readings } = await run(pod, [{ key: 'a', tool, host: 'redis-cart', port: 6379 }])
      expect(readings.get('a')?.outcome).toBe('cannot-run')
    }
  })
})
