/** Seeded worlds the policy benchmark measures on: the same work in every run. */
import type { EndpointSpec, Flow, KubeObject } from '../../src/policy/model.ts'

export const server: EndpointSpec = {
  id: 'shop/server',
  name: 'server',
  namespace: 'shop',
  labels: { app: 'server', team: 'a' },
  ips: ['10.65.0.10'],
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
}
export const clients: EndpointSpec[] = Array.from({ length: 50 }, (_value, index) => ({
  id: `shop/client-${index}`,
  name: `client-${index}`,
  namespace: 'shop',
  labels: { app: `client-${index}` },
  ips: [`10.65.1.${index + 1}`],
}))
export const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }

export function globalPolicy(name: string, selector: string, ingress: object[], order = 100): KubeObject {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name },
    spec: { order, selector, types: ['Ingress'], ingress },
  }
}

/** Rules as people write them, none of which matches a client's TCP connection to port 8080. */
export function missingRule(policy: number, rule: number): object {
  const number = policy * 68 + rule
  const kinds = [
    {
      action: 'Allow',
      protocol: 'TCP',
      source: { selector: `app == "other-${number % 400}"` },
      destination: { ports: [8080] },
    },
    {
      action: 'Deny',
      protocol: 'TCP',
      source: { nets: [`172.16.${number % 250}.0/24`] },
      destination: { ports: ['8000:8100'] },
    },
    { action: 'Allow', protocol: 'UDP', source: { selector: 'has(app)' }, destination: { ports: [53, 8080] } },
    {
      action: 'Allow',
      protocol: 'TCP',
      source: { selector: `set == "set-${number % 60}"` },
      destination: { ports: [8080, 9090] },
    },
    {
      action: 'Allow',
      protocol: 'TCP',
      source: { selector: 'has(app)' },
      destination: { ports: [9000 + (number % 500)] },
    },
    {
      action: 'Deny',
      protocol: 'TCP',
      source: { namespaceSelector: `team == "x-${number % 30}"` },
      destination: { notPorts: [22] },
    },
    { action: 'Pass', protocol: 'SCTP' },
    {
      action: 'Allow',
      protocol: 'TCP',
      source: { selector: 'has(app)', notSelector: 'has(app)' },
      destination: { ports: [8080] },
    },
  ]
  return kinds[number % kinds.length]!
}

export function networkSets(count: number): KubeObject[] {
  return Array.from({ length: count }, (_value, index) => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkSet',
    metadata: { name: `set-${index}`, labels: { set: `set-${index}` } },
    spec: { nets: [`198.51.${index}.0/24`, `203.0.${index}.0/25`] },
  }))
}

export function flowFrom(run: number): Flow {
  const client = clients[run % clients.length]!
  return {
    from: { kind: 'endpoint', id: client.id },
    to: { kind: 'endpoint', id: server.id },
    protocol: 'TCP',
    port: 8080,
    sourcePort: 40000 + run,
  }
}

const labelSets = 40
export const namespaces = 50

export function bigWorld(pods: number): { objects: KubeObject[]; endpoints: EndpointSpec[] } {
  const name = (index: number) => `ns-${index % namespaces}`
  const labelsOf = (index: number) => ({
    app: `app-${index % labelSets}`,
    tier: `tier-${index % 4}`,
    ...(index % 3 === 0 ? { pci: 'true' } : {}),
  })
  const endpoints = Array.from({ length: pods }, (_value, index): EndpointSpec => {
    const set = index % (namespaces * labelSets)
    return {
      id: `${name(set)}/pod-${index}`,
      name: `pod-${index}`,
      namespace: name(set),
      labels: labelsOf(set % labelSets),
      ips: [`10.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`],
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    }
  })
  const spaces = Array.from(
    { length: namespaces },
    (_value, index): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: name(index), labels: { env: index % 2 === 0 ? 'prod' : 'dev' } },
    }),
  )
  const services = Array.from(
    { length: 200 },
    (_value, index): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `svc-${index % labelSets}`, namespace: name(index) },
      spec: { selector: { app: `app-${index % labelSets}` }, ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] },
    }),
  )
  return { objects: [...spaces, ...services, ...bigPolicies(name)], endpoints }
}

function bigPolicies(name: (index: number) => string): KubeObject[] {
  return Array.from({ length: 1000 }, (_value, index): KubeObject => bigPolicy(index, name, 8080))
}

export function bigPolicy(index: number, name: (index: number) => string, port: number): KubeObject {
  const isGlobal = index % 10 === 0
  const app = (offset: number) => `app == "app-${(index + offset) % labelSets}"`
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: isGlobal ? 'GlobalNetworkPolicy' : 'NetworkPolicy',
    metadata: { name: `p-${index}`, ...(isGlobal ? {} : { namespace: name(index) }) },
    spec: {
      order: index,
      selector: app(0),
      types: ['Ingress', 'Egress'],
      ingress: [
        { action: 'Allow', protocol: 'TCP', source: { selector: app(1) }, destination: { ports: [port] } },
        {
          action: 'Allow',
          protocol: 'TCP',
          source: { selector: app(3), namespaceSelector: 'env == "prod"' },
          destination: { ports: [port, 'http'] },
        },
        { action: 'Deny', protocol: 'TCP', source: { nets: [`192.168.${index % 200}.0/24`] } },
      ],
      egress: [
        { action: 'Allow', protocol: 'UDP', destination: { ports: [53] } },
        {
          action: 'Allow',
          protocol: 'TCP',
          destination: { selector: app(5), namespaceSelector: 'all()', ports: [port] },
        },
      ],
    },
  }
}
