// Calico's answers to objects nobody recorded: the words of its validator (libcalico-go/lib/validator/v3), its decoder and its CRDs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SequenceWorld } from './sequence.ts'

const unchecked =
  '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation'
const lowerCase =
  "name must consist of lower case alphanumeric characters or '-' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?)"
const lowerCaseOrDot =
  "name must consist of lower case alphanumeric characters, '-' or '.' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)"
const tag = (field: string, name: string, value: unknown) =>
  `${field}: Invalid value: ${JSON.stringify(value)}: Reason: failed to validate Field: ${field} because of Tag: ${name} `
const struct = (field: string, message: string) => `${field}: Invalid value: {}: ${message}`
const many = (...texts: string[]) => `[${texts.join(', ')}]`
const missingTier = (key: string) =>
  `StorageError: key not found, Code: 1, Key: projectcalico.org/${key}, ResourceVersion: 0, AdditionalErrorMsg: <nil>`

type Case = [
  title: string,
  kind: string,
  spec: object,
  said: string,
  metadata?: { name?: string; [key: string]: unknown },
]

const tcp = { action: 'Allow', protocol: 'TCP' }
const rule = (more: object) => ({ ingress: [{ ...tcp, ...more }] })
const egress = (more: object) => ({ egress: [{ ...tcp, ...more }] })
const to = (destination: object) => rule({ destination })

/** Refused by the Go validator, unless the text says otherwise. */
const REFUSED: Case[] = [
  [
    'a tier in capitals',
    'Tier',
    {},
    many(struct('Metadata.Name', lowerCaseOrDot), struct('Metadata.Name', lowerCase)),
    { name: 'A' },
  ],
  ['a tier with a dot', 'Tier', {}, struct('Metadata.Name', lowerCase), { name: 'a.b' }],
  [
    'a tier far too long',
    'Tier',
    {},
    many(
      struct('Metadata.Name', 'name is too long by 1 bytes'),
      struct('Metadata.Name', 'name is too long by 191 bytes'),
    ),
    { name: 'a'.repeat(254) },
  ],
  ['a tier that logs', 'Tier', { defaultAction: 'Log' }, tag('DefaultAction', 'oneof', 'Log')],
  ['a policy with two dots', 'NetworkPolicy', {}, struct('Metadata.Name', lowerCase), { name: 'a.b.c' }],
  ['a global policy with two dots', 'GlobalNetworkPolicy', {}, struct('Metadata.Name', lowerCase), { name: 'a.b.c' }],
  [
    'a name of Kubernetes policies is none for a global one',
    'GlobalNetworkPolicy',
    {},
    struct('Metadata.Name', lowerCase),
    { name: 'knp.default.a' },
  ],
  ['a set in capitals', 'GlobalNetworkSet', {}, struct('Metadata.Name', lowerCaseOrDot), { name: 'Ext' }],
  [
    'protocol 0',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', protocol: 0 }] },
    struct('Protocol', 'protocol number invalid'),
  ],
  [
    'a protocol number in quotes that is none',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', protocol: '300' }] },
    struct('Protocol', 'protocol name invalid'),
  ],
  [
    'a negated protocol',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', notProtocol: 'icmp' }] },
    struct('Protocol', 'protocol name invalid'),
  ],
  [
    'ports of an odd spelling',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', protocol: 'Tcp', destination: { ports: [80] } }] },
    many(
      struct('Protocol', 'protocol name invalid'),
      struct('Destination.Ports', 'rules that specify ports must set protocol to TCP or UDP or SCTP'),
    ),
  ],
  [
    'ports of UDPLite',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', protocol: 'UDPLite', source: { notPorts: [80] } }] },
    struct('Source.NotPorts', 'rules that specify ports must set protocol to TCP or UDP or SCTP'),
  ],
  [
    'a named port of ICMP',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', protocol: 'ICMP', destination: { ports: ['http'] } }] },
    struct('Destination.Ports', 'rules that specify ports must set protocol to TCP or UDP or SCTP'),
  ],
  [
    'a range without protocol',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', destination: { ports: ['http', '1:9'] } }] },
    struct('Destination.Ports', 'rules with numeric port or port range must set protocol to TCP or UDP or SCTP'),
  ],
  [
    'a range from 0',
    'NetworkPolicy',
    to({ ports: ['0:9'] }),
    struct('Port', 'port range invalid, port number must be between 1 and 65535'),
  ],
  ['a port name in capitals', 'NetworkPolicy', to({ ports: ['HTTP'] }), tag('PortName', 'portName', 'HTTP')],
  [
    'a port name of 16 characters',
    'NetworkPolicy',
    to({ ports: ['abcdefghijklmnop'] }),
    tag('PortName', 'portName', 'abcdefghijklmnop'),
  ],
  [
    'ICMP type -1',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', protocol: 'ICMP', icmp: { type: -1 } }] },
    tag('Type', 'gte', -1),
  ],
  [
    'ICMP code 256',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', protocol: 'ICMP', icmp: { type: 3, code: 256 } }] },
    tag('Code', 'lte', 256),
  ],
  [
    'two families on two sides',
    'NetworkPolicy',
    rule({ source: { nets: ['10.0.0.0/8'] }, destination: { nets: ['fe80::/10'] } }),
    struct('Destination.Nets', 'rule contains both IPv4 and IPv6 CIDRs'),
  ],
  [
    'another family than the rule',
    'NetworkPolicy',
    rule({ ipVersion: 6, source: { nets: ['10.0.0.0/8'] } }),
    struct('Source.Nets', "rule IP version doesn't match CIDR version"),
  ],
  [
    'everything but everything',
    'NetworkPolicy',
    rule({ source: { notNets: ['0.0.0.0/0'] } }),
    struct('Source.NotNets', 'catch-all CIDR in negation creates logical contradiction (matches no traffic)'),
  ],
  [
    'a network that is none, negated',
    'NetworkPolicy',
    rule({ source: { notNets: ['nowhere'] } }),
    many(tag('NotNets[0]', 'net', 'nowhere'), struct('Source.NotNets', 'invalid CIDR')),
  ],
  [
    'a bad selector of service accounts',
    'NetworkPolicy',
    rule({ source: { serviceAccounts: { selector: 'a b' } } }),
    tag('Selector', 'selector', 'a b'),
  ],
  [
    'a bad negated selector',
    'NetworkPolicy',
    rule({ source: { notSelector: 'a b' } }),
    tag('NotSelector', 'selector', 'a b'),
  ],
  [
    'global() and more',
    'NetworkPolicy',
    rule({ source: { namespaceSelector: 'global() && a == "b"' } }),
    struct('NamespaceSelector field', 'global() cannot be combined with other selectors'),
  ],
  [
    'a service in capitals',
    'NetworkPolicy',
    egress({ destination: { services: { name: 'S', namespace: 'n' } } }),
    tag('Name', 'name', 'S'),
  ],
  [
    'a service at the source of egress',
    'NetworkPolicy',
    egress({ source: { services: { name: 's', namespace: 'n' } } }),
    struct('Services', 'not allowed in egress rule source'),
  ],
  [
    'a service at the destination of ingress',
    'NetworkPolicy',
    rule({ destination: { services: { name: 's', namespace: 'n' } } }),
    struct('Services', 'not allowed in ingress rule destination'),
  ],
  [
    'a global service without namespace',
    'GlobalNetworkPolicy',
    egress({ destination: { services: { name: 's' } } }),
    struct('Namespace', 'must specify a namespace'),
  ],
  [
    'HTTP in egress',
    'NetworkPolicy',
    egress({ http: { methods: ['GET'] } }),
    struct('HTTP', 'not allowed in egress rule'),
  ],
  [
    'HTTP in global egress',
    'GlobalNetworkPolicy',
    egress({ http: { methods: ['GET'] } }),
    struct('HTTP', 'not allowed in egress rules'),
  ],
  [
    'HTTP methods twice',
    'NetworkPolicy',
    rule({ http: { methods: ['GET', 'GET'] } }),
    struct('Methods', 'Invalid methods (duplicates): [GET GET]'),
  ],
  [
    'an HTTP path that is none',
    'NetworkPolicy',
    rule({ http: { paths: [{ exact: 'a?b' }, {}] } }),
    struct('Paths', 'Invalid path a?b. (must start with `/` and not contain `?` or `#`'),
  ],
  [
    'an HTTP path of both kinds',
    'NetworkPolicy',
    rule({ http: { paths: [{ exact: '/a', prefix: '/b' }] } }),
    struct('Paths', "Invalid path match. Both 'exact' and 'prefix' are set"),
  ],
  [
    'an HTTP path of no kind',
    'NetworkPolicy',
    rule({ http: { paths: [{}] } }),
    struct('Paths', "Invalid path match. Either 'exact' or 'prefix' must be set"),
  ],
  [
    'hints twice',
    'NetworkPolicy',
    { performanceHints: ['AssumeNeededOnEveryNode', 'AssumeNeededOnEveryNode'] },
    tag('PerformanceHints', 'unique', ['AssumeNeededOnEveryNode', 'AssumeNeededOnEveryNode']),
  ],
  [
    'types twice, globally',
    'GlobalNetworkPolicy',
    { types: ['Egress', 'Egress'] },
    struct('GlobalNetworkPolicySpec.Types', "'Egress' type specified more than once"),
  ],
  [
    'types twice, staged',
    'StagedNetworkPolicy',
    { types: ['Egress', 'Egress'] },
    struct('NetworkPolicySpec.Types', "'Egress' type specified more than once"),
  ],
  [
    'a deletion with rules',
    'StagedGlobalNetworkPolicy',
    { stagedAction: 'Delete', ...rule({}) },
    struct(
      'StagedGlobalNetworkPolicySpec',
      'Spec fields, except Tier, should all be zero-value if stagedAction is Delete',
    ),
  ],
  [
    'rule annotations',
    'NetworkPolicy',
    rule({ metadata: { annotations: { 'a b': 'c' } } }),
    struct(
      'Metadata.Annotations (key)',
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ),
  ],
  [
    'fields before the name, rules before the selector',
    'NetworkPolicy',
    {
      selector: 'a b',
      egress: [{ action: 'Allow', notProtocol: 'x' }],
      ingress: [{ action: 'Allow', protocol: 'y', source: { selector: '=' } }],
    },
    many(
      struct('Protocol', 'protocol name invalid'),
      tag('Selector', 'selector', '='),
      tag('Selector', 'selector', 'a b'),
      struct('Metadata.Name', lowerCase),
    ),
    { name: 'a.b.c' },
  ],
  [
    'a network set without networks',
    'NetworkSet',
    { nets: ['10.0.0.0/8', 'google.com'] },
    tag('Nets[1]', 'cidr', 'google.com'),
  ],
  [
    'the namespace as a label of a set',
    'NetworkSet',
    {},
    struct('Metadata.Labels (label)', 'projectcalico.org/namespace is not a valid label name'),
    { labels: { 'projectcalico.org/namespace': 'a' } },
  ],
  [
    'a host endpoint of strange fields',
    'HostEndpoint',
    { node: 'N', interfaceName: 'a b', expectedIPs: ['10.0.0.0/8'], profiles: ['P'] },
    many(
      tag('Node', 'name', 'N'),
      tag('InterfaceName', 'interface', 'a b'),
      tag('ExpectedIPs[0]', 'ip', '10.0.0.0/8'),
      tag('Profiles[0]', 'name', 'P'),
    ),
  ],
  [
    'a host endpoint with a bad port',
    'HostEndpoint',
    { node: 'n', interfaceName: 'eth0', ports: [{ name: '', protocol: 'ICMP', port: 0 }] },
    many(
      tag('Name', 'portName', ''),
      tag('Port', 'gt', 0),
      struct('EndpointPort.Protocol', 'EndpointPort protocol does not support ports.'),
    ),
  ],
  [
    'a staged Kubernetes policy with a range backwards',
    'StagedKubernetesNetworkPolicy',
    { podSelector: {}, egress: [{ ports: [{ protocol: 'TCP', port: 90, endPort: 80 }] }] },
    struct(
      'PolicySpec',
      "conversion to stagednetworkpolicy failed policy: x: error with rule &NetworkPolicyEgressRule{Ports:[]NetworkPolicyPort{NetworkPolicyPort{Protocol:*TCP,Port:90,EndPort:*80,},},To:[]NetworkPolicyPeer{},} (k8s rule couldn't be converted: failed to parse k8s port: minimum port number (90) is greater than maximum port number (80) in port range)",
    ),
  ],
]

/** Refused by the CRDs behind, whose group and JSON paths show. */
const REFUSED_BEHIND: Case[] = [
  [
    'IP version 5',
    'NetworkPolicy',
    rule({ ipVersion: 5 }),
    many('spec.ingress[0].ipVersion: Unsupported value: 5: supported values: "4", "6"', unchecked),
  ],
  [
    'a type that is none',
    'NetworkPolicy',
    { types: ['Both'] },
    many('spec.types[0]: Unsupported value: "Both": supported values: "Ingress", "Egress"', unchecked),
  ],
  [
    '257 networks',
    'NetworkPolicy',
    rule({
      source: { nets: Array.from({ length: 257 }, (_, index) => `10.0.${Math.floor(index / 256)}.${index % 256}/32`) },
    }),
    many('spec.ingress[0].source.nets: Too many: 257: must have at most 256 items', unchecked),
  ],
  [
    '51 ports',
    'NetworkPolicy',
    to({ ports: Array.from({ length: 51 }, (_, index) => index + 1) }),
    many('spec.ingress[0].destination.ports: Too many: 51: must have at most 50 items', unchecked),
  ],
  [
    'a selector of 1025 bytes',
    'NetworkPolicy',
    { selector: `a == "${'b'.repeat(1018)}"` },
    many('spec.selector: Too long: may not be more than 1024 bytes', unchecked),
  ],
  [
    'a network twice',
    'GlobalNetworkSet',
    { nets: ['10.0.0.0/8', '10.0.0.0/8'] },
    'spec.nets[1]: Duplicate value: "10.0.0.0/8"',
  ],
  [
    'service accounts twice',
    'NetworkPolicy',
    rule({ source: { serviceAccounts: { names: ['a', 'a'] } } }),
    'spec.ingress[0].source.serviceAccounts.names[1]: Duplicate value: "a"',
  ],
  [
    'HTTP on a Deny',
    'NetworkPolicy',
    { ingress: [{ action: 'Deny', http: { methods: ['GET'] } }] },
    'spec.ingress[0]: Forbidden: HTTP match is only valid on Allow rules',
  ],
  [
    'HTTP over UDP',
    'NetworkPolicy',
    rule({ protocol: 'UDP', http: { methods: ['GET'] } }),
    'spec.ingress[0]: Invalid value: "object": rules with HTTP match must have protocol TCP or unset',
  ],
  [
    'ICMP in version 6',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', protocol: 'ICMP', ipVersion: 6 }] },
    'spec.ingress[0]: Invalid value: "object": protocol ICMP requires ipVersion 4',
  ],
  [
    'not ICMPv6 in version 4',
    'NetworkPolicy',
    { ingress: [{ action: 'Allow', notProtocol: 58, ipVersion: 4 }] },
    'spec.ingress[0]: Invalid value: "object": protocol ICMPv6 requires ipVersion 6',
  ],
  [
    'ports beside a service',
    'NetworkPolicy',
    egress({ destination: { services: { name: 's', namespace: 'n' }, ports: [80] } }),
    'spec.egress[0]: Forbidden: ports and notPorts cannot be specified with services',
  ],
  [
    'networks beside a service',
    'NetworkPolicy',
    egress({ destination: { services: { name: 's', namespace: 'n' }, nets: ['10.0.0.0/8'] } }),
    'spec.egress[0].destination: Forbidden: cannot specify Nets/NotNets and Services on the same rule',
  ],
  [
    'a service without name',
    'NetworkPolicy',
    egress({ destination: { services: { namespace: 'n' } } }),
    'spec.egress[0].destination: Required value: services must specify a service name',
  ],
  [
    'global() in a selector',
    'NetworkPolicy',
    { selector: 'global()' },
    'spec: Invalid value: "object": global() can only be used in an EntityRule namespaceSelector',
  ],
  [
    'global() in a rule',
    'NetworkPolicy',
    rule({ source: { selector: 'global()' } }),
    'spec.ingress[0].source: Invalid value: "object": global() can only be used in an EntityRule namespaceSelector',
  ],
  [
    'preDNAT for egress',
    'GlobalNetworkPolicy',
    { preDNAT: true, applyOnForward: true, types: ['Egress'] },
    `spec: Forbidden: preDNAT policy cannot have 'Egress' type`,
  ],
  [
    'both of preDNAT and doNotTrack',
    'GlobalNetworkPolicy',
    { preDNAT: true, doNotTrack: true, applyOnForward: true },
    'spec: Forbidden: preDNAT and doNotTrack cannot both be true',
  ],
  [
    'a staged Kubernetes policy that maybe is',
    'StagedKubernetesNetworkPolicy',
    { stagedAction: 'Maybe', podSelector: {} },
    many(
      'spec.stagedAction: Unsupported value: "Maybe": supported values: "Set", "Delete", "Learn", "Ignore"',
      unchecked,
    ),
  ],
  [
    'a host endpoint of nothing',
    'HostEndpoint',
    { node: 'n' },
    'spec: Invalid value: "object": at least one of interfaceName or expectedIPs must be specified',
  ],
  [
    'an address twice',
    'HostEndpoint',
    { node: 'n', interfaceName: '*', expectedIPs: ['10.0.0.1', '10.0.0.1'] },
    'spec.expectedIPs[1]: Duplicate value: "10.0.0.1"',
  ],
]

/** Answers of the decoder, after `X in version "v3" cannot be handled as a X: `. */
const UNDECODABLE: Case[] = [
  ['a port of text', 'NetworkPolicy', to({ ports: ['99999'] }), 'invalid port format (99999)'],
  ['a range too high', 'NetworkPolicy', to({ ports: ['1:99999'] }), 'invalid maximum port number in range (1:99999)'],
  [
    'a range backwards',
    'NetworkPolicy',
    to({ ports: ['9:1'] }),
    'minimum port number (9) is greater than maximum port number (1) in port range',
  ],
  ['a port with a space', 'NetworkPolicy', to({ ports: ['a b'] }), 'invalid name for named port (a b)'],
  [
    'a port that is an object',
    'NetworkPolicy',
    to({ ports: [{ port: 80 }] }),
    'json: cannot unmarshal object into Go struct field EntityRule.spec.ingress.destination.ports of type uint16',
  ],
  [
    'a port that is a fraction',
    'NetworkPolicy',
    to({ ports: [1.5] }),
    'json: cannot unmarshal number 1.5 into Go struct field EntityRule.spec.ingress.destination.ports of type uint16',
  ],
  [
    'ports without a list',
    'NetworkPolicy',
    to({ ports: 80 }),
    'json: cannot unmarshal number into Go struct field EntityRule.spec.ingress.destination.ports of type []numorstring.Port',
  ],
  [
    'a protocol that is an object',
    'NetworkPolicy',
    rule({ protocol: {} }),
    'json: cannot unmarshal object into Go struct field Rule.spec.ingress.protocol of type uint8',
  ],
  [
    'rules without a list',
    'NetworkPolicy',
    { ingress: { action: 'Allow' } },
    'json: cannot unmarshal object into Go struct field NetworkPolicySpec.spec.ingress of type []v3.Rule',
  ],
  [
    'an order in quotes',
    'Tier',
    { order: '100' },
    'json: cannot unmarshal string into Go struct field TierSpec.spec.order of type float64',
  ],
  [
    'a switch in quotes',
    'GlobalNetworkPolicy',
    { doNotTrack: 'yes' },
    'json: cannot unmarshal string into Go struct field GlobalNetworkPolicySpec.spec.doNotTrack of type bool',
  ],
  [
    'types without a list',
    'NetworkPolicy',
    { types: 'Ingress' },
    'json: cannot unmarshal string into Go struct field NetworkPolicySpec.spec.types of type []v3.PolicyType',
  ],
  [
    'networks without a list',
    'GlobalNetworkSet',
    { nets: '10.0.0.0/8' },
    'json: cannot unmarshal string into Go struct field GlobalNetworkSetSpec.spec.nets of type []string',
  ],
  [
    'a port of a host endpoint too high',
    'HostEndpoint',
    { node: 'n', ports: [{ name: 'a', protocol: 'TCP', port: 70000 }] },
    'json: cannot unmarshal number 70000 into Go struct field EndpointPort.spec.ports.port of type uint16',
  ],
  [
    'two fields nobody knows',
    'NetworkPolicy',
    { selectors: 'all()', ingress: [{ action: 'Allow', from: [] }] },
    'strict decoding error: unknown field "spec.selectors", unknown field "spec.ingress[0].from"',
  ],
  [
    'a Kubernetes selector',
    'NetworkPolicy',
    { podSelector: {} },
    'strict decoding error: unknown field "spec.podSelector"',
  ],
]

describe("Calico's API server", () => {
  let world: SequenceWorld
  beforeAll(async () => {
    world = await SequenceWorld.open('aggregated')
  })
  afterAll(() => world?.close())

  it.each(REFUSED)('refuses %s', async (_title, kind, spec, said, metadata) => {
    const { status, body } = await world.post(kind, { name: 'x', ...metadata }, spec)
    const text = `${kind}.projectcalico.org "${metadata?.name ?? 'x'}" is invalid: ${said}`
    expect({ status, message: body.message }).toEqual({ status: 422, message: text })
  })

  it.each(REFUSED_BEHIND)('lets the CRD behind refuse %s', async (_title, kind, spec, said) => {
    const { status, body } = await world.post(kind, { name: 'x' }, spec)
    const text = `${kind}.crd.projectcalico.org "x" is invalid: ${said}`
    expect({ status, message: body.message }).toEqual({ status: 422, message: text })
  })

  it.each(UNDECODABLE)('cannot decode %s', async (_title, kind, spec, said) => {
    const { status, body } = await world.post(kind, { name: 'x' }, spec)
    const text = `${kind} in version "v3" cannot be handled as a ${kind}: ${said}`
    expect({ status, message: body.message }).toEqual({ status: 400, message: text })
  })

  it.each<[string, string, object, object?]>([
    ['a policy without anything', 'NetworkPolicy', {}],
    [
      'a protocol number in quotes',
      'NetworkPolicy',
      { ingress: [{ action: 'Allow', protocol: '6', destination: { ports: [80] } }] },
    ],
    ['a name of 63 characters for a tier', 'Tier', {}, { name: 'a'.repeat(63) }],
    ['a name of Kubernetes policies', 'NetworkPolicy', {}, { name: 'knp.default.a.b.c' }],
    [
      'named ports without protocol',
      'NetworkPolicy',
      { ingress: [{ action: 'Allow', destination: { ports: ['http'] } }] },
    ],
    ['bare addresses in a set', 'GlobalNetworkSet', { nets: ['192.0.2.1', '192.0.2.5/24', 'fe80::1'] }],
    [
      'a service without namespace',
      'NetworkPolicy',
      { egress: [{ action: 'Allow', destination: { services: { name: 's' } } }] },
    ],
    ['Pass in the default tier', 'NetworkPolicy', { ingress: [{ action: 'Pass' }] }],
    ['a host endpoint of all interfaces', 'HostEndpoint', { node: 'n', interfaceName: '*' }],
    ['a deletion that names types', 'StagedNetworkPolicy', { stagedAction: 'Delete', types: ['Ingress'] }],
  ])('takes %s', async (_title, kind, spec, metadata) => {
    const name = { name: 'taken', ...metadata } as { name: string }
    const { status, body } = await world.post(kind, name, spec)
    expect({ status, message: body.message }).toEqual({ status: 201, message: undefined })
    await world.remove(kind, name.name)
  })

  it('keeps a protocol number as a number, and no types with a deletion', async () => {
    const { body } = await world.post('NetworkPolicy', { name: 'n' }, rule({ protocol: '6' }))
    expect(body.spec.ingress).toEqual([{ action: 'Allow', protocol: 6 }])
    const staged = await world.post(
      'StagedNetworkPolicy',
      { name: 'n' },
      { stagedAction: 'Delete', types: ['Ingress'] },
    )
    expect(staged.body.spec).toEqual({ stagedAction: 'Delete', tier: 'default' })
  })

  it('looks for the tier before anything else of a new policy, and not at all of an old one', async () => {
    const { status, body } = await world.post('NetworkPolicy', { name: 'a.b.c' }, { tier: 'nosuch', selector: 'a b' })
    expect([status, body.message]).toEqual([500, missingTier('networkpolicies/apicheck/a.b.c')])
    await world.post('NetworkPolicy', { name: 'mover' }, {})
    const moved = await world.send('PATCH', world.path('NetworkPolicy', 'mover'), { spec: { tier: 'nosuch' } })
    expect([moved.status, moved.body.metadata.labels]).toEqual([200, { 'projectcalico.org/tier': 'nosuch' }])
  })

  it('leaves everything but decoding and metadata out of a dry run', async () => {
    const dry = (spec: object, metadata: object = {}) =>
      world.post('NetworkPolicy', { name: 'dry', ...metadata }, spec, 'dryRun=All&fieldValidation=Strict')
    expect((await dry({ tier: 'nosuch', selector: 'a b' })).status).toBe(201)
    expect((await dry({ selectors: '' })).status).toBe(400)
    expect((await dry({}, { labels: { 'a b': 'c' } })).status).toBe(422)
    await world.post('NetworkPolicy', { name: 'kept' }, {})
    const patched = await world.send('PATCH', `${world.path('NetworkPolicy', 'kept')}?dryRun=All`, {
      spec: { selector: 'a b' },
    })
    expect([patched.status, patched.body.spec.selector]).toEqual([200, 'a b'])
    expect((await world.send('DELETE', `${world.path('Tier', 'default')}?dryRun=All`)).status).toBe(200)
  })

  it('knows a status of tiers alone', async () => {
    const send = (kind: string) =>
      world.send('POST', `${world.path(kind, '').replace(/\/$/, '')}?fieldValidation=Strict`, {
        apiVersion: 'projectcalico.org/v3',
        kind,
        metadata: { name: 'with-status' },
        spec: {},
        status: { conditions: [] },
      })
    expect((await send('GlobalNetworkPolicy')).body.message).toContain('strict decoding error: unknown field "status"')
    expect((await send('Tier')).status).toBe(201)
    await world.remove('Tier', 'with-status')
  })

  it('takes finalizers without a domain, but none with a blank', async () => {
    expect((await world.post('NetworkPolicy', { name: 'f', finalizers: ['a b'] }, {})).body.message).toMatch(
      /^NetworkPolicy.projectcalico.org "f" is invalid: metadata.finalizers: Invalid value: "a b": name part must/,
    )
    expect((await world.post('NetworkPolicy', { name: 'f', finalizers: ['plain'] }, {})).status).toBe(201)
  })

  it('decodes settings of Felix by their types', async () => {
    const path = '/apis/projectcalico.org/v3/felixconfigurations'
    const felix = (name: string, spec: object) =>
      world.send('POST', path, {
        apiVersion: 'projectcalico.org/v3',
        kind: 'FelixConfiguration',
        metadata: { name },
        spec,
      })
    const prefix =
      'FelixConfiguration in version "v3" cannot be handled as a FelixConfiguration: json: cannot unmarshal '
    for (const [spec, said] of [
      [
        { logSeverityScreen: 7 },
        'number into Go struct field FelixConfigurationSpec.spec.logSeverityScreen of type string',
      ],
      [{ bpfEnabled: 'yes' }, 'string into Go struct field FelixConfigurationSpec.spec.bpfEnabled of type bool'],
      [
        { routeTableRange: 'all' },
        'string into Go struct field FelixConfigurationSpec.spec.routeTableRange of type v3.RouteTableRange',
      ],
    ] as const) {
      const { status, body } = await felix('node.a', spec)
      expect([status, body.message]).toEqual([400, prefix + said])
    }
    expect((await felix('node.a', { bpfEnabled: true, logSeverityScreen: 'Debug' })).status).toBe(201)
  })

  it('asks about metadata first', async () => {
    const { body } = await world.post('NetworkPolicy', { name: 'a.b.c', labels: { a: 'b c' } }, { selector: 'a b' })
    expect(body.details.causes.map((cause: any) => cause.field)).toEqual(['metadata.labels'])
  })

  it('answers for cluster information and profiles', async () => {
    const cluster = world.path('ClusterInformation', 'default')
    const refused = 'is not supported on resources of kind "clusterinformations.projectcalico.org"'
    for (const [method, operation] of [
      ['PATCH', 'Update'],
      ['DELETE', 'Delete'],
    ] as const) {
      const { status, body } = await world.send(method, cluster, method === 'PATCH' ? { spec: {} } : undefined)
      expect([status, body.reason, body.message]).toEqual([405, 'MethodNotAllowed', `${operation} ${refused}`])
    }
    expect((await world.post('ClusterInformation', { name: 'x' }, {})).body.message).toBe(`Create ${refused}`)
    const said = async (method: string, name: string) =>
      (await world.send(method, world.path('Profile', name), method === 'PATCH' ? { spec: {} } : undefined)).body
        .message
    expect(await said('GET', 'p1')).toBe('Invalid name p1')
    expect(await said('GET', 'kns.nosuch')).toBe('profiles.projectcalico.org "kns.nosuch" not found')
    expect(await said('DELETE', 'kns.apicheck')).toBe('operation Delete is not supported on Profile(kns.apicheck)')
    expect(await said('PATCH', 'projectcalico-default-allow')).toContain(
      'is a default provided by Calico and cannot be updated',
    )
  })
})

describe('native CRDs', () => {
  let world: SequenceWorld
  beforeAll(async () => {
    world = await SequenceWorld.open('native')
  })
  afterAll(() => world?.close())

  it.each(REFUSED_BEHIND)('refuse %s by themselves', async (_title, kind, spec, said) => {
    const { status, body } = await world.post(kind, { name: 'x' }, spec)
    expect({ status, message: body.message }).toEqual({
      status: 422,
      message: `${kind}.projectcalico.org "x" is invalid: ${said}`,
    })
  })

  it.each<Case>([
    [
      'a rule without action',
      'NetworkPolicy',
      { ingress: [{}] },
      many('spec.ingress[0].action: Required value', unchecked),
    ],
    [
      'an empty list of types',
      'NetworkPolicy',
      { types: [] },
      'spec.types: Invalid value: 0: spec.types in body should have at least 1 items',
    ],
    [
      'a port of a host endpoint without name',
      'HostEndpoint',
      { node: 'n', interfaceName: 'eth0', ports: [{ protocol: 'TCP', port: 1 }] },
      many('spec.ports[0].name: Required value', unchecked),
    ],
    [
      'a port of a host endpoint of 0',
      'HostEndpoint',
      { node: 'n', interfaceName: 'eth0', ports: [{ name: 'a', protocol: 'TCP', port: 0 }] },
      'spec.ports[0].port: Invalid value: 0: spec.ports[0].port in body should be greater than or equal to 1',
    ],
    [
      'an order in quotes',
      'Tier',
      { order: '1' },
      many('spec.order: Invalid value: "string": spec.order in body must be of type number: "string"', unchecked),
    ],
  ])('refuse %s', async (_title, kind, spec, said) => {
    const { status, body } = await world.post(kind, { name: 'x' }, spec)
    expect({ status, message: body.message }).toEqual({
      status: 422,
      message: `${kind}.projectcalico.org "x" is invalid: ${said}`,
    })
  })

  it.each([
    ['a bad selector', { selector: 'a b' }],
    ['a network that is none', rule({ source: { nets: ['nowhere'] } })],
    ['a protocol nobody knows', { ingress: [{ action: 'Allow', protocol: 'tcp' }] }],
    ['ports without protocol', { ingress: [{ action: 'Allow', destination: { ports: [80] } }] }],
  ])('take %s, which nobody looks at', async (_title, spec) => {
    expect((await world.post('NetworkPolicy', { name: 'x' }, spec)).status).toBe(201)
    await world.remove('NetworkPolicy', 'x')
  })

  it('keep cluster information and built-in tiers as they are', async () => {
    const cluster = await world.send('PATCH', world.path('ClusterInformation', 'default'), { spec: { variant: 'x' } })
    expect([cluster.status, cluster.body.reason, cluster.body.message]).toEqual([
      400,
      'MethodNotAllowed',
      'admission webhook "cluster-info.api.projectcalico.org" denied the request: ClusterInformation is a read-only resource (user: kubernetes-admin)',
    ])
  })
})
