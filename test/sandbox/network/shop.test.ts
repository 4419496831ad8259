import { beforeEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/sandbox/contracts.ts'
import { CALL_GRAPH } from '../../../src/sandbox/network/shop.ts'
import { createShopWorld, type TestWorld } from './shop-world.ts'

const OUTER = 'default/multitool'

describe('the shop as an application', () => {
  let world: TestWorld
  beforeEach(() => {
    world = createShopWorld()
  })

  /** Programs connect in the background: give them their turn. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  const curl = async (path: string, more = ''): Promise<{ status: string; body: string }> => {
    const { stdout } = await world.sh(
      OUTER,
      `curl -sS -m 25 ${more} -w '\\n%{http_code}' http://frontend.hipstershop${path}`,
    )
    const lines = stdout.split('\n')
    return { status: lines.pop() as string, body: lines.join('\n') }
  }
  const isolate = (app: string, callers: string[]): KubeObject =>
    world.store.create('networkpolicies.networking.k8s.io', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${app}-allow`, namespace: 'hipstershop' },
      spec: {
        podSelector: { matchLabels: { app } },
        policyTypes: ['Ingress'],
        ingress:
          callers.length === 0
            ? []
            : [{ from: callers.map((caller) => ({ podSelector: { matchLabels: { app: caller } } })) }],
      },
    })

  it('serves home, a product, the cart and an order', async () => {
    expect(await curl('/')).toMatchObject({ status: '200' })
    expect((await curl('/product/OLJCESPC7Z')).body).toContain('Sunglasses')
    expect(await curl('/product/NOSUCH')).toMatchObject({ status: '500' })
    expect((await curl('/cart')).body).toContain('Your shopping cart is empty!')
    expect(await curl('/cart', "-b shop_session-id=a1 -d 'product_id=OLJCESPC7Z&quantity=2'")).toMatchObject({
      status: '302',
    })
    expect((await curl('/cart', '-b shop_session-id=a1')).body).toContain('Quantity: 2')
    expect((await curl('/cart/checkout', '-b shop_session-id=a1 -X POST')).body).toContain('Your order is complete!')
    expect((await curl('/cart', '-b shop_session-id=a1')).body).toContain('is empty')
    expect(await curl('/nosuch')).toMatchObject({ status: '404' })
    expect(await curl('/_healthz')).toMatchObject({ status: '200', body: 'ok' })
  })

  it('keeps its old connections through a policy, and breaks when frontend restarts', async () => {
    await settle()
    isolate('shippingservice', ['checkoutservice'])
    expect(
      world.network.connect(
        'hipstershop/frontend',
        world.store.get('pods', 'hipstershop', 'shippingservice')?.status?.podIP,
        50051,
      ).kind,
    ).toBe('timed-out')
    expect(await curl('/cart')).toMatchObject({ status: '200' })
    world.restart('hipstershop', 'frontend')
    await settle()
    const broken = await curl('/cart')
    expect(broken.status).toBe('500')
    expect(broken.body).toContain('failed to get shipping quote')
    expect(broken.body).toContain('i/o timeout')
    expect(await curl('/')).toMatchObject({ status: '200' })
    world.store.remove('networkpolicies.networking.k8s.io', 'hipstershop', 'shippingservice-allow')
    expect(await curl('/cart')).toMatchObject({ status: '200' })
  })

  it('breaks when the callee restarts too', async () => {
    await settle()
    isolate('currencyservice', ['checkoutservice'])
    expect(await curl('/')).toMatchObject({ status: '200' })
    world.restart('hipstershop', 'currencyservice')
    expect((await curl('/')).body).toContain('could not retrieve currencies')
  })

  /** Which page fails, with which words, when one edge of the call graph is closed to new connections. */
  const EDGES: readonly [caller: string, callee: string, page: string, words: string | null][] = [
    ['frontend', 'currencyservice', '/', 'could not retrieve currencies'],
    ['frontend', 'productcatalogservice', '/', 'could not retrieve products'],
    ['frontend', 'cartservice', '/', 'could not retrieve cart'],
    ['frontend', 'shippingservice', '/cart', 'failed to get shipping quote'],
    ['frontend', 'adservice', '/', null],
    ['frontend', 'recommendationservice', '/cart', null],
    ['frontend', 'checkoutservice', '/cart/checkout', 'failed to complete the order'],
    ['cartservice', 'redis-cart', '/cart', 'could not retrieve cart'],
    ['recommendationservice', 'productcatalogservice', '/cart', null],
    ['checkoutservice', 'cartservice', '/cart/checkout', 'cart failure'],
    ['checkoutservice', 'productcatalogservice', '/cart/checkout', 'failed to get product'],
    ['checkoutservice', 'currencyservice', '/cart/checkout', 'failed to convert'],
    ['checkoutservice', 'shippingservice', '/cart/checkout', 'shipping quote failure'],
    ['checkoutservice', 'paymentservice', '/cart/checkout', 'failed to charge card'],
    ['checkoutservice', 'emailservice', '/cart/checkout', null],
  ]

  it('has a page for every edge of the call graph', () => {
    const edges = Object.entries(CALL_GRAPH).flatMap(([caller, callees]) =>
      callees.map(({ service }) => `${caller} ${service}`),
    )
    expect(EDGES.map(([caller, callee]) => `${caller} ${callee}`).sort()).toEqual(edges.sort())
  })

  it.each(EDGES)('with %s to %s closed, %s says: %s', async (caller, callee, page, words) => {
    const others = Object.entries(CALL_GRAPH)
      .filter(([name, callees]) => name !== caller && callees.some(({ service }) => service === callee))
      .map(([name]) => name)
    isolate(callee, others)
    await curl('/cart', "-b shop_session-id=e -d 'product_id=OLJCESPC7Z&quantity=1'")
    world.restart('hipstershop', caller)
    world.restart('hipstershop', callee)
    const answer = await curl(page, page === '/cart/checkout' ? '-b shop_session-id=e -X POST' : '')
    expect(answer.status).toBe(words === null ? '200' : '500')
    if (words !== null) expect(answer.body).toContain(words)
  })
})
