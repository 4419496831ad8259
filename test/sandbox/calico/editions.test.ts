// Every value of `--calico`: what is served, who may be called what, which tiers there are, and the answers that differ.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxOptions } from '../../../src/sandbox/contracts.ts'
import { SequenceWorld } from './sequence.ts'

interface Edition {
  calico: SandboxOptions['calico']
  version: string
  tiers: string[]
  staged: boolean
  clusterPolicies: boolean
  /** Kinds only Enterprise has; domain rules. */
  enterprise: boolean
  /** Policies outside the default tier are called after their tier, and numeric and named ports both need a protocol. */
  strictNames: boolean
}

const old = ['adminnetworkpolicy', 'baselineadminnetworkpolicy', 'default']
const since332 = ['default', 'kube-admin', 'kube-baseline']
const plain = { staged: true, clusterPolicies: false, enterprise: false, strictNames: true, tiers: old }
const AGGREGATED: Edition[] = [
  { ...plain, calico: '3.29', version: 'v3.29', tiers: ['adminnetworkpolicy', 'default'], staged: false },
  { ...plain, calico: '3.30', version: 'v3.30' },
  { ...plain, calico: '3.31', version: 'v3.31' },
  { ...plain, calico: '3.32', version: 'v3.32', tiers: since332, clusterPolicies: true, strictNames: false },
  { ...plain, calico: 'enterprise', version: 'v3.30', tiers: since332, enterprise: true, clusterPolicies: true },
]
const GROUP = '/apis/projectcalico.org/v3'

describe.each(AGGREGATED)('$calico', (edition) => {
  let world: SequenceWorld
  beforeAll(async () => {
    world = await SequenceWorld.open(edition.calico)
  })
  afterAll(() => world?.close())
  const get = async (path: string) => (await world.send('GET', path)).body
  const table = async (path: string) =>
    (await world.send('GET', path, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).body

  it('serves its kinds, with the custom resources behind them', async () => {
    const groups = (await get('/apis')).groups.map((group: any) => group.name)
    expect(groups).toEqual(expect.arrayContaining(['projectcalico.org', 'crd.projectcalico.org']))
    expect(groups.includes('policy.networking.k8s.io')).toBe(edition.clusterPolicies)
    const kinds = (await get(GROUP)).resources.map((resource: any) => resource.kind)
    expect(kinds).toEqual(expect.arrayContaining(['Tier', 'NetworkPolicy', 'GlobalNetworkSet', 'Profile']))
    expect(kinds.some((kind: string) => kind.startsWith('Staged'))).toBe(edition.staged)
    expect(kinds.includes('LicenseKey')).toBe(edition.enterprise)
    const behind = (await get('/apis/crd.projectcalico.org/v1')).resources.map((resource: any) => resource.name)
    expect(behind).toContain('globalnetworkpolicies')
    expect((await world.send('GET', `${GROUP}/stagedglobalnetworkpolicies`)).status).toBe(edition.staged ? 200 : 404)
  })

  it('says which it is', async () => {
    const { spec } = await get(`${GROUP}/clusterinformations/default`)
    expect(spec.calicoVersion).toMatch(new RegExp(`^${edition.version}\\.\\d+$`))
    expect(spec.cnxVersion !== undefined).toBe(edition.enterprise)
  })

  it('has its tiers, which stay', async () => {
    const { items } = await get(`${GROUP}/tiers`)
    const names = items.map((item: any) => item.metadata.name)
    expect(names).toEqual(expect.arrayContaining(edition.tiers))
    for (const name of edition.tiers) {
      const { status, body } = await world.send('DELETE', `${GROUP}/tiers/${name}`)
      expect([status, body.message]).toEqual([
        500,
        `operation Delete is not supported on ${name}: Cannot delete ${name} tier`,
      ])
    }
    const others = [...old, ...since332].filter((name) => !edition.tiers.includes(name))
    for (const name of others) expect((await world.send('GET', `${GROUP}/tiers/${name}`)).status).toBe(404)
  })

  it('shows name and time of every kind', async () => {
    const { columnDefinitions } = await table(`${GROUP}/tiers`)
    expect(columnDefinitions.map((column: any) => column.name)).toEqual(['Name', 'Created At'])
  })

  it.each([
    ['security.a', 'security', true],
    ['a', 'security', false],
    ['platform.a', 'security', false],
    ['a', undefined, true],
    ['default.a', undefined, true],
    ['security.a', undefined, false],
    ['knp.default.a', 'default', true],
  ] as const)('names: %s in %s', async (name, tier, isStrict) => {
    const { status, body } = await world.post('NetworkPolicy', { name }, { ...(tier ? { tier } : {}) })
    const isTaken = isStrict || !edition.strictNames
    expect([status, body.message]).toEqual(
      isTaken ? [201, undefined] : [500, `Incorrectly formatted policy name ${name}`],
    )
    if (isTaken) await world.remove('NetworkPolicy', name)
  })

  it('takes domains, or does not know them', async () => {
    const set = await world.post('GlobalNetworkSet', { name: 'x' }, { allowedEgressDomains: ['example.com'] })
    const ingress = [{ action: 'Allow', destination: { domains: ['example.com'] } }]
    const policy = await world.post('GlobalNetworkPolicy', { name: 'default.x' }, { egress: ingress })
    expect([set.status, policy.status]).toEqual(edition.enterprise ? [201, 201] : [400, 400])
    if (!edition.enterprise)
      expect(set.body.message).toContain('strict decoding error: unknown field "spec.allowedEgressDomains"')
  })

  it('lets named ports stand without a protocol since 3.32', async () => {
    const spec = { ingress: [{ action: 'Allow', destination: { ports: ['http'] } }] }
    const { status, body } = await world.post('NetworkPolicy', { name: 'ports' }, spec)
    const said =
      'NetworkPolicy.projectcalico.org "ports" is invalid: Destination.Ports: Invalid value: {}: rules that specify ports must set protocol to TCP or UDP or SCTP'
    expect([status, body.message]).toEqual(edition.strictNames ? [422, said] : [201, undefined])
  })

  it.each([
    [
      'an action that is none',
      'NetworkPolicy',
      { ingress: [{ action: 'Permit' }] },
      'Action: Invalid value: "Permit": Reason: failed to validate Field: Action because of Tag: action ',
    ],
    [
      'HTTP on a Deny',
      'NetworkPolicy',
      { ingress: [{ action: 'Deny', http: { methods: ['GET'] } }] },
      'HTTP: Invalid value: {}: only valid for Allow rules',
    ],
    [
      'ICMP fields of TCP',
      'NetworkPolicy',
      { ingress: [{ action: 'Allow', protocol: 'TCP', icmp: { type: 8 } }] },
      'ICMP: Invalid value: {}: rules that specify ICMP fields must set protocol to ICMP',
    ],
    [
      'global() as a selector',
      'GlobalNetworkPolicy',
      { selector: 'global()' },
      'GlobalNetworkPolicySpec.Selector: Invalid value: {}: global() can only be used in an EntityRule namespaceSelector',
    ],
    [
      'preDNAT without applyOnForward',
      'GlobalNetworkPolicy',
      { preDNAT: true },
      'PolicySpec.ApplyOnForward: Invalid value: {}: ApplyOnForward must be true if either PreDNAT or DoNotTrack is true, for a given PolicySpec',
    ],
    [
      'a host endpoint without node',
      'HostEndpoint',
      { interfaceName: 'eth0' },
      'InterfaceName: Invalid value: {}: no node has been specified',
    ],
  ])('refuses %s in its own validator up to 3.31, in the CRD since', async (_title, kind, spec, said) => {
    const { status, body } = await world.post(kind, { name: 'default.x' }, spec)
    expect(status).toBe(422)
    const isOld = edition.strictNames
    expect(body.details.group).toBe(isOld ? 'projectcalico.org' : 'crd.projectcalico.org')
    if (isOld) expect(body.message).toBe(`${kind}.projectcalico.org "default.x" is invalid: ${said}`)
  })
})

describe('native', () => {
  let world: SequenceWorld
  beforeAll(async () => {
    world = await SequenceWorld.open('native')
  })
  afterAll(() => world?.close())

  it('serves custom resources only, with their columns', async () => {
    const groups = (await world.send('GET', '/apis')).body.groups.map((group: any) => group.name)
    expect(groups).toContain('projectcalico.org')
    expect(groups).not.toContain('crd.projectcalico.org')
    const kinds = (await world.send('GET', GROUP)).body.resources.map((resource: any) => resource.kind)
    expect(kinds).toEqual(expect.arrayContaining(['StagedNetworkPolicy', 'IPAMBlock']))
    expect(kinds).not.toContain('Profile')
    const { body } = await world.send('GET', `${GROUP}/globalnetworkpolicies`, undefined, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    })
    expect(body.columnDefinitions.map((column: any) => column.name)).toEqual(['Name', 'Tier', 'Order', 'Age'])
  })

  it('does not ask for tiers in names', async () => {
    expect((await world.post('NetworkPolicy', { name: 'a' }, { tier: 'security' })).status).toBe(201)
  })
})

describe('none', () => {
  let world: SequenceWorld
  beforeAll(async () => {
    world = await SequenceWorld.open('none')
  })
  afterAll(() => world?.close())

  it('is a Kubernetes without Calico', async () => {
    const groups = (await world.send('GET', '/apis')).body.groups.map((group: any) => group.name)
    expect(groups.filter((name: string) => /calico|policy\.networking/.test(name))).toEqual([])
    expect(groups).toContain('networking.k8s.io')
    expect((await world.send('GET', GROUP)).status).toBe(404)
    expect((await world.send('GET', `${GROUP}/tiers`)).status).toBe(404)
    const namespaces = (await world.send('GET', '/api/v1/namespaces')).body.items.map((item: any) => item.metadata.name)
    expect(namespaces.filter((name: string) => /calico|tigera/.test(name))).toEqual([])
  })
})
