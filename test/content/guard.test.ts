/** The workshop's policies never reach outside their scope: in no step does anything change for anybody else's endpoints. */
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/policy/evaluate.ts'
import type { KubeObject, Peer } from '../../src/policy/model.ts'
import { selectorMatches } from '../../src/policy/selector/matches.ts'
import { parseSelector } from '../../src/policy/selector/parse.ts'
import {
  beforeStaged,
  createLab,
  enterprise,
  type Features,
  type Lab,
  namespace,
  noCalico,
  openSource,
  play,
  pod,
  readManifests,
  worldOf,
} from './offline-lab.ts'

const v3 = (kind: string, name: string, spec: Record<string, unknown>, ns?: string): KubeObject => ({
  apiVersion: 'projectcalico.org/v3',
  kind,
  metadata: { name, ...(ns ? { namespace: ns } : {}) },
  spec,
})

/** Another tenant that uses our very labels, behind policies of its own; a host endpoint; CoreDNS; the API. */
const foreign: readonly KubeObject[] = [
  namespace('bank', { team: 'bank' }),
  namespace('calico-system'),
  pod('bank', 'ledger', { app: 'redis-cart', pci: 'true' }, '10.0.5.1'),
  pod('bank', 'web', { app: 'frontend', pci: 'true' }, '10.0.5.2'),
  pod('bank', 'batch', { app: 'checkoutservice' }, '10.0.5.3'),
  pod('bank', 'multitool', { run: 'multitool' }, '10.0.5.4'),
  pod('default', 'website', { app: 'frontend', pci: 'true' }, '10.0.7.9'),
  pod('default', 'debug', { run: 'multitool-of-somebody' }, '10.0.7.10'),
  pod('kube-system', 'metrics-server', { 'k8s-app': 'metrics-server' }, '10.0.9.2'),
  pod('calico-system', 'calico-apiserver', { 'k8s-app': 'calico-apiserver' }, '10.0.9.3'),
  {
    ...v3('HostEndpoint', 'node-eth0', { node: 'node', interfaceName: 'eth0', expectedIPs: ['192.0.2.1'] }),
    metadata: { name: 'node-eth0', labels: { role: 'node', pci: 'true', app: 'frontend' } },
  },
  v3('Tier', 'tenants', { order: 350, defaultAction: 'Pass' }),
  v3('GlobalNetworkPolicy', 'tenants.bank-pci', {
    tier: 'tenants',
    order: 10,
    selector: 'projectcalico.org/namespace == "bank" && pci == "true"',
    types: ['Ingress', 'Egress'],
    ingress: [{ action: 'Allow', source: { selector: 'projectcalico.org/namespace == "bank"' } }, { action: 'Deny' }],
    egress: [{ action: 'Allow', protocol: 'UDP', destination: { ports: [53] } }, { action: 'Pass' }],
  }),
  v3('GlobalNetworkPolicy', 'default.hosts', {
    tier: 'default',
    order: 20,
    selector: 'role == "node"',
    types: ['Ingress'],
    ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [22, 6443] } }],
  }),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'own', namespace: 'bank' },
    spec: {
      podSelector: { matchLabels: { run: 'multitool' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 8080 }] }],
    },
  },
]

/** API server, upstream resolver, trusted and other addresses. */
const addresses = ['192.0.2.1', '198.51.100.53', '203.0.113.10', '203.0.113.12', '203.0.113.14']
const ports: readonly (readonly [string, number])[] = [
  ['TCP', 8080],
  ['TCP', 6379],
  ['TCP', 443],
  ['TCP', 6443],
  ['UDP', 53],
  ['TCP', 53],
]

/** Whatever the workshop may decide about: the shop's namespace, and the probe pod in default. */
const isOurs = (id: string) => id.startsWith('hipstershop/') || id === 'default/multitool'

/** Every decision at an endpoint of somebody else's, with the rule that took it: towards and from everybody. */
function decisions(lab: Lab): Map<string, string> {
  const world = worldOf(lab)
  const peers: Peer[] = [
    ...world.endpoints.map(({ id }): Peer => ({ kind: 'endpoint', id })),
    ...addresses.map((ip): Peer => ({ kind: 'ip', ip })),
  ]
  const all = new Map<string, string>()
  const name = (peer: Peer) => (peer.kind === 'endpoint' ? peer.id : peer.kind === 'ip' ? peer.ip : peer.name)
  for (const { id } of world.endpoints.filter((endpoint) => !isOurs(endpoint.id))) {
    const self: Peer = { kind: 'endpoint', id }
    for (const peer of peers) {
      if (name(peer) === id) continue
      for (const [protocol, port] of ports) {
        const out = evaluate(world, { from: self, to: peer, protocol, port }).egress
        const into = evaluate(world, { from: peer, to: self, protocol, port }).ingress
        all.set(`${id} → ${name(peer)} ${protocol} ${port}`, JSON.stringify(out))
        all.set(`${id} ← ${name(peer)} ${protocol} ${port}`, JSON.stringify(into))
      }
    }
  }
  return all
}

function differences(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...before]
    .filter(([flow, decision]) => after.has(flow) && after.get(flow) !== decision)
    .map(([flow, decision]) => `${flow}: ${decision} became ${after.get(flow)}`)
}

const manifests = readManifests()

describe.each<[string, string, Features]>([
  ['calico', 'open source', openSource],
  ['calico', 'open source before staged policies', beforeStaged],
  ['calico', 'enterprise', enterprise],
  ['netpol', 'any cluster', noCalico],
])('the %s track on %s', (track, _edition, features) => {
  it('changes no decision at an endpoint outside its scope, in any step', () => {
    let lab = createLab(track, features, manifests, foreign)
    let before = new Map<string, string>()
    for (const step of lab.track.steps) {
      for (const stage of step.stages) {
        lab = play(lab, stage.actions)
        const now = decisions(lab)
        if (step.number === 0) before = now
        else expect(differences(before, now), `stage ${stage.id}`).toEqual([])
      }
    }
    expect(before.size).toBeGreaterThan(1000)
    // CoreDNS talks to its upstream and to the API; the other tenant's pods are there with our labels.
    for (const flow of ['coredns → 198.51.100.53 UDP 53', 'coredns → 192.0.2.1 TCP 6443'])
      expect(before.has(`kube-system/${flow}`), flow).toBe(true)
    expect(before.has('bank/web ← bank/ledger TCP 8080')).toBe(true)
  })
})

describe('the guard itself', () => {
  it('notices a policy that selects everything', () => {
    const lab = createLab('calico', openSource, manifests, foreign)
    const wide = new Map(lab.objects).set(
      'wide',
      v3('GlobalNetworkPolicy', 'default.deny-all', {
        tier: 'default',
        order: 0,
        selector: 'all()',
        types: ['Ingress', 'Egress'],
      }),
    )
    expect(differences(decisions(lab), decisions({ ...lab, objects: wide })).length).toBeGreaterThan(100)
  })

  it('has policies of the other tenant that really decide', () => {
    const lab = createLab('calico', openSource, manifests, foreign)
    const texts = [...decisions(lab).values()].join()
    for (const policy of ['gnp:tenants.bank-pci', 'knp:bank/own']) expect(texts).toContain(policy)
  })
})

describe('manifests', () => {
  it('select the scope in every global policy, and nothing else', () => {
    const scope =
      'projectcalico.org/namespace == "hipstershop" || (projectcalico.org/namespace == "default" && run == "multitool")'
    const globals = [...manifests]
      .filter(([file]) => file.startsWith('calico/'))
      .flatMap(([, objects]) => objects)
      .filter(({ kind }) => /GlobalNetworkPolicy$/.test(kind))
    expect(globals.length).toBeGreaterThan(8)
    for (const policy of globals)
      expect([scope, `(${scope}) && pci == "true"`], policy.metadata.name).toContain(policy.spec!.selector)
  })

  it('select no host endpoint, whatever it is labelled', () => {
    // A host endpoint is in no namespace, so it has no label projectcalico.org/namespace.
    const host = { role: 'node', pci: 'true', app: 'frontend', run: 'multitool' }
    for (const { kind, metadata, spec } of [...manifests.values()].flat()) {
      if (!/GlobalNetworkPolicy$/.test(kind)) continue
      expect(selectorMatches(parseSelector(spec!.selector), host), metadata.name).toBe(false)
    }
  })

  it("touch no namespace but the shop's and default", () => {
    const namespaces = [...manifests.values()]
      .flat()
      .map((object) => object.metadata.namespace)
      .filter(Boolean)
    expect([...new Set(namespaces)].sort()).toEqual(['default', 'hipstershop'])
  })
})
