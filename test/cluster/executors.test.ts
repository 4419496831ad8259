import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterPort, KubeObject, ObjectRef, Operation } from '../../src/cluster/port.ts'
import { noKubectl, places, titled } from './places.ts'

const v3 = 'projectcalico.org/v3'
const namespace = 'hw-test-executors'
const image = 'wbitt/network-multitool'
const folder = mkdtempSync(join(tmpdir(), 'hw-executors-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function manifest(name: string, text: string): Operation {
  const path = join(folder, name)
  writeFileSync(path, text)
  return { kind: 'apply', path }
}

const core = (extra: { env: string; port: number; data: string }) => `
apiVersion: v1
kind: Namespace
metadata: { name: ${namespace} }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: ${namespace}, labels: { app: web } }
data:
  kept: "yes & <no>"
${extra.data}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${namespace} }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: server
          image: ${image}
          command: [sleep, "86400"]
          ports: [{ containerPort: ${extra.port} }]
          env:
            - { name: KEPT, value: "1" }
${extra.env}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: ${namespace} }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress:
    - ports: [{ port: ${extra.port}, protocol: TCP }]
`
const calico = (order: number, rules: string) => `
apiVersion: ${v3}
kind: Tier
metadata: { name: hw-test-tier }
spec: { order: ${order} }
---
apiVersion: ${v3}
kind: GlobalNetworkPolicy
metadata: { name: hw-test-tier.nothing }
spec:
  tier: hw-test-tier
  order: 112.5
  selector: app == "hw-test-nobody"
  types: [Ingress]
${rules}
`

const first = { ...{ env: '            - { name: DROPPED, value: "2" }', port: 8080, data: '  dropped: "1"' } }
const second = { env: '            - { name: ADDED, value: "3" }', port: 8081, data: '  added: "1"' }
const refs: ObjectRef[] = [
  { apiVersion: 'v1', kind: 'Namespace', name: namespace },
  { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' },
  { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace, name: 'web' },
  { apiVersion: v3, kind: 'Tier', name: 'hw-test-tier' },
  { apiVersion: v3, kind: 'GlobalNetworkPolicy', name: 'hw-test-tier.nothing' },
  { apiVersion: 'v1', kind: 'Pod', namespace, name: 'runner' },
]

/** Without what differs from run to run. */
function comparable(object: KubeObject | null): unknown {
  if (!object) return null
  const { status: _status, ...rest } = object
  const { uid, resourceVersion, generation, creationTimestamp, managedFields, ownerReferences, ...metadata } =
    object.metadata
  const text = JSON.stringify({ ...rest, metadata }, (key, value) => {
    if (key.startsWith('cni.projectcalico.org/')) return undefined
    if (key === 'nodeName' || key === 'deployment.kubernetes.io/revision') return undefined
    if (typeof value === 'string' && /^kube-api-access-/.test(value)) return 'kube-api-access'
    return value
  })
  const plain = JSON.parse(text)
  if (Object.keys(plain.metadata.annotations ?? {}).length === 0) delete plain.metadata.annotations
  return plain
}

describe.each(places)('both executors on $name', (place) => {
  const why = place.skipped ?? noKubectl
  it.runIf(why)(`${titled(place, noKubectl)}`, (context) => context.skip(why!))
  if (why) return

  const ports: Record<'api' | 'kubectl', ClusterPort> = {} as never
  const lines: string[] = []
  const run = async (via: 'api' | 'kubectl', operation: Operation) => {
    lines.length = 0
    return ports[via].executor.run(operation, { onOutput: (chunk) => lines.push(chunk.text.trimEnd()) })
  }
  const dump = async () => Promise.all(refs.map(async (ref) => comparable(await ports.api.get(ref))))
  const a = manifest('a.yaml', core(first))
  const b = manifest('b.yaml', core(second))
  const tierA = manifest('tier-a.yaml', calico(900, '  ingress: [{ action: Pass }]'))
  const tierB = manifest(
    'tier-b.yaml',
    calico(901, '  ingress: [{ action: Deny, source: { selector: "x == \'<y>\'" } }, { action: Pass }]'),
  )

  async function clean() {
    // A policy before its tier: a tier that holds one is not deleted.
    for (const ref of [...refs].reverse())
      await ports.api.executor.run({ kind: 'delete-object', ref, resource: ref.kind.toLowerCase() })
  }

  beforeAll(async () => {
    ports.api = await place.connect('api')
    ports.kubectl = await place.connect('kubectl')
    await clean()
  }, 120_000)
  afterAll(async () => {
    await clean()
    await ports.api.close()
    await ports.kubectl.close()
  }, 120_000)

  async function story(via: 'api' | 'kubectl') {
    const dumps: unknown[] = []
    const said: string[][] = []
    const operations: Operation[] = [
      { kind: 'create-namespace', name: namespace },
      a,
      tierA,
      a,
      tierA,
      { kind: 'label', resource: 'namespace', name: namespace, labels: { team: 'x' } },
      { kind: 'label', resource: 'configmaps', namespace, selector: 'app=web', labels: { pci: 'true' } },
      {
        kind: 'label',
        resource: 'configmaps',
        namespace,
        selector: 'app=web',
        labels: { pci: 'false' },
        overwrite: true,
      },
      b,
      tierB,
      { kind: 'label', resource: 'namespace', name: namespace, labels: { team: null } },
      { kind: 'run-pod', name: 'runner', namespace, image },
      { kind: 'run-pod', name: 'runner', namespace, image },
      { kind: 'wait', resource: 'pods', namespace, all: true, condition: 'Ready', timeoutSeconds: 60 },
      { kind: 'restart', namespace, selector: 'app=web' },
      { kind: 'wait', resource: 'deployment', namespace, name: 'web', condition: 'Available', timeoutSeconds: 60 },
    ]
    for (const operation of operations) {
      const result = await run(via, operation)
      expect(result.message, JSON.stringify(operation)).toBeUndefined()
      expect(result).toMatchObject({ ok: true, exitCode: 0 })
      said.push(
        lines.map((line) => line.replace(/web-[a-z0-9]+-[a-z0-9]+/g, 'web-POD').replace(/ from \S+ namespace$/, '')),
      )
      dumps.push(await dump())
    }
    return { dumps, said }
  }

  it('leave the same objects behind and say the same', async () => {
    const byKubectl = await story('kubectl')
    await clean()
    const byApi = await story('api')
    expect(byApi.dumps).toEqual(byKubectl.dumps)
    // Order of pods in a restart and of waits is the server's.
    const sorted = (said: string[][]) =>
      said.map((entry) => [...new Set(entry)].sort().filter((line) => !line.startsWith('Warning: resource')))
    expect(sorted(byApi.said)).toEqual(sorted(byKubectl.said))
  }, 240_000)

  describe.each(['api', 'kubectl'] as const)('failures by %s', (via) => {
    it.each<[string, Operation, RegExp, RegExp]>([
      [
        'an unknown kind',
        manifest('kind.yaml', `apiVersion: projectcalico.org/v3\nkind: Nosuch\nmetadata: { name: x }\n`),
        /no matches for kind "Nosuch" in version "projectcalico.org\/v3"|failed to download openapi/,
        /does not serve this kind/,
      ],
      [
        'an unknown field',
        manifest(
          'field.yaml',
          `apiVersion: ${v3}\nkind: Tier\nmetadata: { name: hw-test-field }\nspec: { order: 1, colour: red }\n`,
        ),
        /unknown field "spec.colour"/,
        /does not know that field/,
      ],
      [
        'a missing namespace',
        manifest('ns.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: hw-test-nosuch }\n`),
        /namespaces "hw-test-nosuch" not found/,
        /namespace is not there/,
      ],
      [
        'something to label that is not there',
        { kind: 'label', resource: 'pods', namespace, name: 'nosuch', labels: { a: 'b' } },
        /pods "nosuch" not found/,
        /not there/,
      ],
    ])('%s', async (_name, operation, message, hint) => {
      const result = await run(via, operation)
      expect(result).toMatchObject({
        ok: false,
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      })
      expect(lines.join('\n')).toMatch(message)
    })

    it('a label that has another value', async () => {
      await run(via, {
        kind: 'label',
        resource: 'configmaps',
        namespace,
        all: true,
        labels: { owner: 'me' },
        overwrite: true,
      })
      const result = await run(via, {
        kind: 'label',
        resource: 'configmaps',
        namespace,
        all: true,
        labels: { owner: 'you' },
      })
      expect(result).toMatchObject({
        ok: false,
        message: expect.stringContaining(`'owner' already has a value (me), and --overwrite is false`),
      })
    })

    it('a wait that is not met', async () => {
      const result = await run(via, {
        kind: 'wait',
        resource: 'pod',
        namespace,
        name: 'runner',
        condition: 'condition=Nosuch',
        timeoutSeconds: 1,
      })
      expect(result).toMatchObject({
        ok: false,
        message: expect.stringContaining('timed out waiting for the condition'),
      })
    })
  })

  it('shows a table without kubectl', async () => {
    expect(await run('api', { kind: 'show', args: ['get', 'pods', '-n', namespace, '--show-labels'] })).toMatchObject({
      ok: true,
    })
    const byApi = [...lines]
    await run('kubectl', { kind: 'show', args: ['get', 'pods', '-n', namespace, '--show-labels'] })
    const age = (line: string) => line.replace(/ +\d+[smh]\S* +/, ' AGE ')
    expect(byApi.map(age)).toEqual(lines.map(age))
  })
})
