import { describe, expect, it } from 'vitest'
import { explainRefs } from '../../src/policy/explain-refs.ts'
import { parseTarget } from '../../src/policy/parse-target.ts'
import { createWorld } from '../../src/policy/world.ts'
import { explainText } from '../../src/report/explain-text.ts'
import { allowCart, calico, pod, service, shop } from './small-world.ts'

const world = createWorld([...shop, allowCart])
const ask = (of: typeof world, from: string, to: string, protocol?: string) => {
  const { name, port } = parseTarget(to)
  return explainRefs(of, { from, to: name, ...(port === null ? {} : { port }), ...(protocol ? { protocol } : {}) })
}
const egress = (spec: Record<string, unknown>) =>
  calico('GlobalNetworkPolicy', 'out', { selector: 'app == "frontend"', types: ['Egress'], ...spec })

describe('an outside name', () => {
  it('is judged without its address where no rule asks for it', () => {
    const allow = egress({ egress: [{ action: 'Deny', destination: { selector: 'all()' } }, { action: 'Allow' }] })
    const view = ask(createWorld([...shop, allow]), 'shop/frontend', 'example.org:443')
    expect(view).toMatchObject({ verdict: 'allow', title: 'shop/frontend -> example.org:443' })
    expect(view.egress.trace.enforced.at(-1)).toMatchObject({ policy: 'gnp:out', rule: 1 })
    expect(view.notes.join()).toContain('nothing here is called example.org')
  })

  it.each([
    ['networks', { nets: ['203.0.113.0/24'] }],
    ['networks left out', { notNets: ['203.0.113.0/24'] }],
    ['a set of networks', { selector: 'trusted == "yes"' }],
    ['everything but a set', { notSelector: 'trusted == "yes"' }],
  ])('cannot be judged where a rule asks for %s', (_what, destination) => {
    const set = calico('GlobalNetworkSet', 'set', { nets: ['198.51.100.0/24'] }, { labels: { trusted: 'yes' } })
    const policy = egress({ egress: [{ action: 'Allow', destination }] })
    const view = ask(createWorld([...shop, set, policy]), 'shop/frontend', 'example.org:443')
    expect(view.verdict).toBe('undecided')
    expect(view.egress.trace.undecided).toBe('gnp:out egress #1 asks for an address, and the address is not known here')
  })

  it('is asked for HTTPS when no port is given, as an address outside is', () => {
    for (const to of ['example.org', '8.8.8.8']) {
      const view = ask(world, 'shop/frontend', to)
      expect(view.title).toBe(`shop/frontend -> ${to}:443`)
      expect(view.notes).toContain('no port given: 443, HTTPS, is meant')
    }
    expect(ask(world, 'shop/frontend', 'example.org:http').egress.trace.undecided).toBe(
      'example.org declares no port called http',
    )
  })

  it('is found by the domains of a rule or of a set', () => {
    const set = calico(
      'GlobalNetworkSet',
      'set',
      { allowedEgressDomains: ['*.example.org'], nets: [] },
      { labels: { trusted: 'yes' } },
    )
    const bySet = egress({ egress: [{ action: 'Allow', destination: { selector: 'trusted == "yes"' } }] })
    const made = createWorld([...shop, set, bySet])
    expect(ask(made, 'shop/frontend', 'www.example.org:443').verdict).toBe('allow')
    expect(ask(made, 'shop/frontend', 'example.com:443').verdict).toBe('deny')
    const byRule = egress({ egress: [{ action: 'Allow', destination: { domains: ['example.com'] } }] })
    expect(ask(createWorld([...shop, byRule]), 'shop/frontend', 'example.com:443').verdict).toBe('allow')
  })
})

describe('ports and protocols', () => {
  const two = service('shop/two', 'cart', 80, 7070)
  two.spec!.ports = [
    { name: 'dns', port: 53, targetPort: 7070, protocol: 'UDP' },
    { name: 'web', port: 80, targetPort: 'grpc', protocol: 'TCP' },
  ]
  const made = createWorld([...shop, two])

  it.each([
    ['two', undefined, 'shop/frontend -> two:80 (pod port 7070)'],
    ['two:web', undefined, 'shop/frontend -> two:80 (pod port 7070)'],
    ['two:53', undefined, 'shop/frontend -> two:53/UDP (pod port 7070)'],
    ['two', 'UDP', 'shop/frontend -> two:53/UDP (pod port 7070)'],
    ['shop/cart:grpc', undefined, 'shop/frontend -> shop/cart:7070'],
    ['shop/cart', 'ICMP', 'shop/frontend -> shop/cart (ICMP)'],
  ])('%s by %s is %s', (to, protocol, title) => {
    expect(ask(made, 'shop/frontend', to, protocol)).toMatchObject({ title, verdict: 'allow' })
  })

  it.each([
    ['two:http', undefined, 'Service shop/two has no port called http: it has dns (53), web (80)'],
    ['shop/cart:http', undefined, 'shop/cart declares no port called http'],
    ['cart', 'UDP', 'Service shop/cart has no UDP port: it has 5000/TCP (pod port grpc)'],
  ])('%s by %s is not there', (to, protocol, why) => {
    const view = ask(made, 'shop/frontend', to, protocol)
    expect(view.egress.trace.undecided).toBe(why)
    expect(
      explainText(view)
        .split('\n')
        .filter((line) => line.includes(why)),
    ).toHaveLength(1)
  })
})

describe('several pods', () => {
  const deny = calico('NetworkPolicy', 'shop/deny', { selector: 'has(closed)', types: ['Ingress'] })

  it('are undecided when policies treat them differently, and it is said for which', () => {
    const second = pod('shop/cart-2', { app: 'cart', closed: 'yes' }, '10.65.0.3')
    const view = ask(createWorld([...shop, second, deny]), 'shop/frontend', 'cart')
    expect(view.verdict).toBe('undecided')
    expect(view.ingress).toMatchObject({ endpoint: 'shop/cart-2', trace: { verdict: 'deny' } })
    expect(view.notes[0]).toBe(
      'it depends on the pods: open for shop/cart; blocked for shop/cart-2. What is shown is shop/cart-2',
    )
    expect(explainText(view)).toMatch(
      /^shop\/frontend -> cart:5000 \(pod port 7070\): depends on the pods\n {2}it depends/,
    )
  })

  it('have one verdict when they come to the same', () => {
    const second = pod('shop/cart-2', { app: 'cart', closed: 'no' }, '10.65.0.3')
    const view = ask(createWorld([...shop, second]), 'shop/frontend', 'cart')
    expect(view.verdict).toBe('allow')
    expect(view.notes[0]).toContain('policies can tell 2 cases apart here, and all come to the same')
  })
})

describe('ends that are no endpoints', () => {
  it('takes a pod on the host network for its node', () => {
    const host = pod('shop/agent', { app: 'agent' }, '192.168.0.9', { hostNetwork: true })
    const policy = egress({ egress: [{ action: 'Allow', destination: { nets: ['192.168.0.0/24'] } }] })
    const made = createWorld([...shop, host, policy])
    for (const to of ['shop/agent:22', 'agent:22']) {
      const view = ask(made, 'shop/frontend', to)
      expect(view.verdict).toBe('allow')
      expect(view.flow.to).toMatchObject({ kind: 'ip', ip: '192.168.0.9' })
      expect(view.notes.join()).toContain('uses the host network: it is its node, 192.168.0.9')
    }
  })

  it('says that a workload is there while its pods are not', () => {
    const workload = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { template: { metadata: { labels: { app: 'web' } }, spec: {} } },
    }
    const view = ask(createWorld([...shop, workload]), 'deploy/web', 'cart')
    expect(view.egress.trace.undecided).toContain('Deployment web is here, and none of its pods')
  })

  it('says when neither end is here', () => {
    expect(ask(world, '1.2.3.4', '8.8.8.8:53').notes).toContain('neither end is a pod here, so no policy here is asked')
  })
})

describe('the text', () => {
  it('numbers no rule where a policy has none', () => {
    const none = calico('NetworkPolicy', 'shop/none', { selector: 'app == "cart"', types: ['Ingress'] })
    const text = explainText(ask(createWorld([...shop, none]), 'shop/frontend', 'cart'))
    expect(text).toContain('    np:shop/none: no rule matches\n      it has no ingress rules\n')
  })
})
