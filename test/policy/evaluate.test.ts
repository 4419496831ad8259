import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/policy/evaluate.ts'
import type { Flow, KubeObject } from '../../src/policy/model.ts'
import { createWorld } from '../../src/policy/world.ts'
import { allowCart, calico, defaultTier, namespace, pod, shop } from './small-world.ts'

const toCart: Flow = {
  from: { kind: 'endpoint', id: 'shop/frontend' },
  to: { kind: 'endpoint', id: 'shop/cart' },
  protocol: 'TCP',
  port: 7070,
}

function ask(objects: KubeObject[], flow: Flow = toCart) {
  return evaluate(createWorld(objects), flow)
}

describe('what cannot be known', () => {
  it('is undecided for a pod that is not there', () => {
    const result = ask(shop, { ...toCart, from: { kind: 'endpoint', id: 'shop/nobody' } })
    expect(result).toMatchObject({
      verdict: 'undecided',
      egress: { undecided: 'there is no pod shop/nobody', enforced: [] },
    })
  })

  it.each([
    ['a pod on the host network', pod('shop/host', {}, '10.0.0.1', { hostNetwork: true }), 'host network'],
    [
      'a finished pod',
      { ...pod('shop/host', {}, '10.0.0.1'), status: { phase: 'Succeeded', podIP: '10.0.0.1' } },
      'finished',
    ],
    ['a pod without address', { ...pod('shop/host', {}, ''), status: { phase: 'Pending' } }, 'no address yet'],
  ])('is undecided for %s, with the reason', (_what, object, why) => {
    const result = ask([...shop, object], { ...toCart, from: { kind: 'endpoint', id: 'shop/host' } })
    expect(result.verdict).toBe('undecided')
    expect(result.egress.undecided).toContain(why)
  })

  const ofMissingTier = calico('GlobalNetworkPolicy', 'security.x', {
    tier: 'security',
    selector: 'app == "cart"',
    types: ['Ingress'],
  })

  it('is undecided where policies of a tier apply whose object is not in the input', () => {
    const files = [...shop, ofMissingTier].filter((object) => object !== defaultTier)
    expect(ask(files)).toMatchObject({
      verdict: 'undecided',
      ingress: { undecided: expect.stringContaining('security') },
    })
    expect(ask(files, { ...toCart, from: toCart.to, to: toCart.from }).verdict).toBe('allow')
  })

  it('follows Calico when the cluster itself has no such tier: last, ending with Deny', () => {
    const world = createWorld([...shop, ofMissingTier])
    expect(evaluate(world, toCart).ingress.enforced).toEqual([
      { tier: 'security', policy: 'gnp:security.x', action: 'Deny', rule: -1 },
    ])
    expect(world.notes).toContainEqual(expect.stringContaining('tier security'))
  })
})

describe('objects Calico cannot use', () => {
  it('counts a policy with a broken selector as missing, and says so', () => {
    const broken = calico('NetworkPolicy', 'shop/broken', { selector: 'app ==', types: ['Ingress'] })
    const world = createWorld([...shop, broken])
    expect(evaluate(world, toCart).verdict).toBe('allow')
    expect(world.notes).toContainEqual(expect.stringContaining('np:shop/broken is invalid'))
  })

  it('ignores a broken namespaceSelector, which widens the policy', () => {
    const wide = calico('GlobalNetworkPolicy', 'wide', {
      selector: 'app == "cart"',
      namespaceSelector: 'x ==',
      types: ['Ingress'],
    })
    const world = createWorld([...shop, wide])
    expect(evaluate(world, toCart).verdict).toBe('deny')
    expect(world.notes).toContainEqual(expect.stringContaining('widens'))
  })
})

describe('domain names', () => {
  const outside = (name: string): Flow => ({
    ...toCart,
    to: { kind: 'ip', ip: '203.0.113.9', names: [name] },
    port: 443,
  })
  const egress = (destination: object, action = 'Allow') =>
    calico('NetworkPolicy', 'shop/out', {
      selector: 'app == "frontend"',
      types: ['Egress'],
      egress: [{ action, protocol: 'TCP', destination }],
    })

  it('match in egress Allow rules, whole components only', () => {
    const rule = egress({ domains: ['*.example.com'] })
    expect(ask([...shop, rule], outside('a.b.example.com')).verdict).toBe('allow')
    expect(ask([...shop, rule], outside('example.com')).verdict).toBe('deny')
    expect(ask([...shop, rule], outside('badexample.com')).verdict).toBe('deny')
  })

  it('match nothing in a Deny rule', () => {
    const deny = egress({ domains: ['example.com'] }, 'Deny')
    const result = ask([...shop, deny], outside('example.com'))
    expect(result.egress.enforced).toEqual([{ tier: 'default', policy: 'np:shop/out', action: 'Deny', rule: -1 }])
  })

  it('find a network set by allowedEgressDomains', () => {
    const set = calico(
      'GlobalNetworkSet',
      'trusted',
      { allowedEgressDomains: ['example.com'] },
      { labels: { trusted: 'yes' } },
    )
    const rule = egress({ selector: 'trusted == "yes"', namespaceSelector: 'global()' })
    expect(ask([...shop, set, rule], outside('example.com')).verdict).toBe('allow')
    expect(ask([...shop, set, rule], outside('example.org')).verdict).toBe('deny')
  })
})

describe('a manifest without pods', () => {
  const deployment: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: 'store' },
    spec: {
      template: {
        metadata: { labels: { app: 'cart' } },
        spec: { containers: [{ name: 'main', ports: [{ containerPort: 7070 }] }] },
      },
    },
  }
  const flow: Flow = {
    from: { kind: 'endpoint', id: 'store/cart' },
    to: { kind: 'ip', ip: '8.8.8.8' },
    protocol: 'TCP',
    port: 443,
  }
  const deny = (ingress: object[]) =>
    calico('NetworkPolicy', 'store/p', { selector: 'app == "cart"', types: ['Ingress'], ingress })

  it('takes endpoints from the templates', () => {
    const objects = [defaultTier, namespace('store'), deployment, deny([])]
    expect(ask(objects, flow).verdict).toBe('allow')
    expect(ask(objects, { ...flow, from: flow.to, to: flow.from }).verdict).toBe('deny')
  })

  it('leaves a rule that asks for their address undecided', () => {
    const objects = [
      defaultTier,
      namespace('store'),
      deployment,
      deny([{ action: 'Allow', destination: { nets: ['10.65.0.0/16'] } }]),
    ]
    const result = ask(objects, { ...flow, from: flow.to, to: flow.from })
    expect(result).toMatchObject({
      verdict: 'undecided',
      ingress: { undecided: expect.stringContaining('np:store/p ingress #1') },
    })
  })
})

describe('a long list of rules', () => {
  it('decides the same whether walked or, asked again, by its index', () => {
    const rules = Array.from({ length: 400 }, (_value, index) => ({
      action: index % 3 === 0 ? 'Deny' : 'Allow',
      protocol: 'TCP',
      source: { selector: `app == "a${index % 150}"`, ...(index % 7 === 0 ? { nets: ['10.65.0.0/16'] } : {}) },
      destination: { ports: index % 5 === 0 ? [7070, 'grpc'] : ['7000:7100'] },
    }))
    const clients = Array.from({ length: 160 }, (_value, index) =>
      pod(`shop/c${index}`, { app: `a${index}` }, `10.65.1.${index}`),
    )
    const long = calico('NetworkPolicy', 'shop/long', { selector: 'app == "cart"', types: ['Ingress'], ingress: rules })
    const objects = [...shop, ...clients, allowCart, long]
    const world = createWorld(objects)
    evaluate(world, toCart)
    for (const client of clients.filter((_one, index) => index % 10 === 0)) {
      const flow: Flow = { ...toCart, from: { kind: 'endpoint', id: `shop/${client.metadata.name}` } }
      expect(evaluate(world, flow)).toEqual(evaluate(createWorld(objects), flow))
    }
  })
})

describe('a policy for hosts only', () => {
  it.each([
    { preDNAT: true, applyOnForward: true },
    { doNotTrack: true, applyOnForward: true },
  ])('does not concern pods: %j', (fields) => {
    const policy = calico('GlobalNetworkPolicy', 'host', { selector: 'all()', types: ['Ingress'], ...fields })
    expect(ask([...shop, policy]).verdict).toBe('allow')
  })
})

it('finds the pod behind an address', () => {
  expect(ask([...shop, allowCart], { ...toCart, from: { kind: 'ip', ip: '10.65.0.1' }, port: 5000 }).verdict).toBe(
    'allow',
  )
  expect(ask([...shop, allowCart], { ...toCart, from: { kind: 'ip', ip: '10.65.0.9' }, port: 5000 }).verdict).toBe(
    'deny',
  )
})
