import { describe, expect, it } from 'vitest'
import { boardView } from '../../src/policy/board.ts'
import { explainRefs } from '../../src/policy/explain-refs.ts'
import { flowsView } from '../../src/policy/flows.ts'
import { differentRows, matrixView } from '../../src/policy/matrix.ts'
import { parseTarget } from '../../src/policy/parse-target.ts'
import { resolveRef } from '../../src/policy/resolve-ref.ts'
import { resolveService } from '../../src/policy/service.ts'
import { createWorld } from '../../src/policy/world.ts'
import { flowsText } from '../../src/report/flows-text.ts'
import { allowCart, calico, pod, service, shop } from './small-world.ts'

const world = createWorld([...shop, allowCart], { names: { 'example.com': ['203.0.113.9'] } })

describe('explain', () => {
  it('tells the nearest miss and why: the rule names the Service port', () => {
    const view = explainRefs(world, { from: 'frontend.shop', to: 'cart' })
    expect(view.verdict).toBe('deny')
    expect(view.notes).toContain('Service cart port 5000 is pod port 7070; policies see the pod port')
    const [asked] = view.ingress.tiers[0]!.policies
    expect(asked).toMatchObject({ policy: 'np:shop/allow-cart', result: 'no-match' })
    expect(asked!.nearestMiss).toEqual({
      rule: 0,
      text: 'protocol TCP matched, source selector matched, but port 7070 is not 5000: rules see the pod port',
    })
  })

  it('says what staged policies would change', () => {
    const staged = calico('StagedGlobalNetworkPolicy', 'deny-all', { selector: 'all()', types: ['Egress'] })
    const view = explainRefs(createWorld([...shop, staged]), { from: 'shop/frontend', to: 'cart' })
    expect(view.verdict).toBe('allow')
    expect(view.egress.stagedChange).toContain('egress would be denied by the end of tier default')
    expect(view.egress.tiers[0]!.policies[0]).toMatchObject({ policy: 'sgnp:deny-all', staged: true })
  })

  it.each([
    ['nobody', 'cart', undefined, 'nothing here is called nobody'],
    ['shop/frontend', 'cart', 80, 'Service shop/cart has no port 80: it has 5000/TCP (pod port grpc)'],
    ['shop/frontend', 'shop/frontend', undefined, 'no port is given'],
  ])('is undecided and says why: %s -> %s:%s', (from, to, port, why) => {
    const view = explainRefs(world, { from, to, ...(port === undefined ? {} : { port }) })
    expect(view.verdict).toBe('undecided')
    expect(view.egress.trace.undecided).toContain(why)
  })

  it('asks a ping as an echo request, without a port', () => {
    const view = explainRefs(world, { from: 'shop/frontend', to: 'cart', protocol: 'ICMP' })
    expect(view.flow).toMatchObject({ protocol: 'ICMP', icmpType: 8 })
    expect(view.verdict).toBe('deny')
  })
})

describe('FROM and TO', () => {
  it.each([
    ['shop/cart', 'from', { kind: 'endpoints' }],
    ['deploy/cart', 'from', { kind: 'unknown' }],
    ['pod/cart', 'from', { kind: 'endpoints' }],
    ['app=cart', 'from', { kind: 'endpoints' }],
    ['app == "cart" || app == "frontend"', 'from', { kind: 'endpoints' }],
    ['cart', 'to', { kind: 'service' }],
    ['cart', 'from', { kind: 'endpoints' }],
    ['svc/cart', 'from', { kind: 'service' }],
    ['cart.shop', 'to', { kind: 'service' }],
    ['cart.shop.svc.cluster.local', 'to', { kind: 'service' }],
    ['10.65.0.2', 'to', { kind: 'endpoints' }],
    ['10.96.0.7', 'to', { kind: 'service' }],
    ['8.8.8.8', 'to', { kind: 'ip', ip: '8.8.8.8' }],
    ['example.com', 'to', { kind: 'ip', ip: '203.0.113.9', names: ['example.com'] }],
    ['example.org', 'to', { kind: 'name', name: 'example.org' }],
    ['cart.shopp', 'to', { kind: 'unknown', suggestions: ['cart.shop', 'cart'] }],
    ['nothing.shop', 'to', { kind: 'unknown' }],
  ] as const)('%s as %s', (text, side, expected) => {
    expect(resolveRef(world, text, side)).toMatchObject(expected)
  })

  it('cut the port off the target', () => {
    expect(parseTarget('cart:7070')).toEqual({ name: 'cart', port: 7070 })
    expect(parseTarget('[fd00::1]:53')).toEqual({ name: 'fd00::1', port: 53 })
    expect(parseTarget('fd00::1')).toEqual({ name: 'fd00::1', port: null })
  })
})

describe('resolveService', () => {
  it('prefers ready endpoints of slices, and says what is missing', () => {
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'cart-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'cart' } },
      endpoints: [{ addresses: ['10.65.0.2'], conditions: { ready: false } }],
      ports: [{ name: '', port: 7070 }],
    }
    expect(resolveService(world, 'shop', 'cart')).toMatchObject({
      kind: 'found',
      port: 5000,
      backends: [{ podPort: 7070 }],
    })
    expect(resolveService(createWorld([...shop, slice]), 'shop', 'cart')).toEqual({
      kind: 'missing',
      why: 'no pod stands behind Service shop/cart port 5000',
    })
    expect(resolveService(world, 'shop', 'none')).toEqual({
      kind: 'missing',
      why: 'there is no Service none in namespace shop',
    })
  })
})

describe('matrix', () => {
  it('shows equally labelled pods once, a pod with other labels by itself, and leaves out a pod to itself', () => {
    const replicas = [
      pod('shop/web-1', { app: 'web' }, '10.65.0.11'),
      pod('shop/web-2', { app: 'web' }, '10.65.0.12'),
      pod('shop/web-3', { app: 'web', pci: 'true' }, '10.65.0.13'),
    ]
    const owned = replicas.map((one) => ({
      ...one,
      metadata: {
        ...one.metadata,
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', controller: true }],
      },
    }))
    const view = matrixView(createWorld([...shop, ...owned]))
    expect(view.rows.map(({ from }) => [from.label, from.pods])).toEqual([
      ['frontend.shop', ['frontend']],
      ['shop/web-1', ['web-1', 'web-2']],
      ['shop/web-3', ['web-3']],
    ])
  })

  it('says it depends when the pods behind a Service are treated differently', () => {
    const second = pod('shop/cart-2', { app: 'cart', closed: 'yes' }, '10.65.0.3')
    const deny = calico('NetworkPolicy', 'shop/deny', { selector: 'has(closed)', types: ['Ingress'] })
    const row = matrixView(createWorld([...shop, second, deny])).rows.find(({ from }) => from.label === 'frontend.shop')
    expect(row).toMatchObject({
      predicted: 'undecided',
      why: { egress: { undecided: 'it depends on the pod that answers: shop/cart open, shop/cart-2 blocked' } },
    })
  })

  it('names the rows that differ from another state', () => {
    const [row] = differentRows(matrixView(world), matrixView(createWorld(shop)))
    expect(row).toMatchObject({ before: { predicted: 'open' }, after: { predicted: 'blocked', podPort: 7070 } })
  })

  it('is undecided for a Service nobody stands behind', () => {
    const view = matrixView(createWorld([...shop, service('shop/empty', 'nobody', 80, 80)]))
    expect(view.rows.filter(({ to }) => to.service === 'empty').map(({ predicted }) => predicted)).toEqual([
      'undecided',
      'undecided',
    ])
  })
})

describe('board', () => {
  it('shows tiers in order, a missing one marked, staged policies, and rules as a person reads them', () => {
    const lost = calico('GlobalNetworkPolicy', 'lost.x', { tier: 'lost', selector: 'all()' })
    const staged = calico('StagedNetworkPolicy', 'shop/s', { selector: 'all()', order: 5 })
    const { tiers } = boardView(createWorld([...shop, allowCart, lost, staged]))
    expect(tiers.map(({ name, missing }) => [name, missing])).toEqual([
      ['default', false],
      ['lost', true],
    ])
    expect(tiers[0]!.policies.map(({ id, staged: isStaged }) => [id, isStaged])).toEqual([
      ['snp:shop/s', true],
      ['np:shop/allow-cart', false],
    ])
    expect(tiers[0]!.policies[1]).toMatchObject({
      selects: ['shop/cart'],
      rules: [{ direction: 'ingress', index: 0, text: 'Allow TCP from app == "frontend" to port 5000' }],
    })
  })
})

describe('flows', () => {
  it('reads what the workloads declare in their environment', () => {
    const seen = (from: string, to: string) => `${from}>${to}`
    expect(flowsView(world, { seen }).rows).toEqual([
      {
        from: 'frontend.shop',
        to: 'cart',
        port: 5000,
        podPort: 7070,
        declared: 'CART_SERVICE_ADDR',
        allowed: 'blocked',
        seen: 'frontend.shop>cart',
      },
    ])
  })

  it('adds what is open and declared by nobody', () => {
    const rows = flowsView(createWorld([...shop, service('shop/web', 'frontend', 80, 8080)]), { undeclared: true }).rows
    expect(rows.map(({ from, to, declared }) => [from, to, declared])).toEqual([
      ['frontend.shop', 'cart', 'CART_SERVICE_ADDR'],
      ['cart.shop', 'web', null],
    ])
    const text = flowsText({ rows, notes: [] })
    expect(text).toContain('frontend.shop  cart:5000 (pod 7070)  open    -     CART_SERVICE_ADDR')
    expect(text).toContain('Open, and declared by nobody (1 flow):\n  web:80 (pod 8080) from cart.shop\n')
  })
})
