import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SandboxOptions } from '../../../src/sandbox/contracts.ts'
import { condition, deployment, namespace, pod, startWorld, type World } from './start-world.ts'

let world: World
afterEach(() => world.close())

const names = (resource: string, ns?: string) => world.store.list(resource, ns).map(({ metadata }) => metadata.name)

describe('a fresh cluster', () => {
  it('has nodes, DNS and Calico running before anybody typed anything', async () => {
    world = await startWorld()
    expect(names('nodes')).toEqual(['hipster-control-plane', 'hipster-worker', 'hipster-worker2'])
    expect(names('namespaces')).toEqual(['calico-system', 'default', 'kube-node-lease', 'kube-public', 'kube-system'])
    for (const each of world.store.list('pods')) {
      expect([each.metadata.name, condition(each, 'Ready').status]).toEqual([each.metadata.name, 'True'])
    }
    const dns = world.store
      .list('pods', 'kube-system')
      .filter(({ metadata }) => metadata.labels?.['k8s-app'] === 'kube-dns')
    expect(dns).toHaveLength(2)
    expect(world.store.get('services', 'kube-system', 'kube-dns')!.spec.clusterIP).toBe('10.96.0.10')
    expect(world.store.get('endpoints', 'kube-system', 'kube-dns')!.subsets[0].addresses).toHaveLength(2)
    const agents = world.store
      .list('pods', 'calico-system')
      .filter(({ metadata }) => metadata.labels?.['k8s-app'] === 'calico-node')
    expect(agents.map(({ status }) => status.podIP).sort()).toEqual(['172.18.0.2', '172.18.0.3', '172.18.0.4'])
    for (const ns of names('namespaces')) {
      expect(names('serviceaccounts', ns)).toContain('default')
      expect(names('configmaps', ns)).toContain('kube-root-ca.crt')
      expect(world.store.get('profiles.projectcalico.org', undefined, `kns.${ns}`)!.spec.labelsToApply).toMatchObject({
        'pcns.projectcalico.org/name': ns,
      })
    }
  })

  it('takes profiles away whose namespace or account went while nobody looked (a crash in between)', async () => {
    world = await startWorld('3.32', (store) => {
      for (const name of ['kns.gone', 'ksa.gone.some.account', 'ksa.default.gone'])
        store.create('profiles.projectcalico.org', {
          apiVersion: 'projectcalico.org/v3',
          kind: 'Profile',
          metadata: { name },
          spec: {},
        })
    })
    expect(names('profiles.projectcalico.org').filter((name) => name.includes('gone'))).toEqual([])
    expect(names('profiles.projectcalico.org')).toContain('ksa.default.default')
  })

  const tiers: [SandboxOptions['calico'], string[]][] = [
    ['3.29', ['adminnetworkpolicy', 'default']],
    ['3.31', ['adminnetworkpolicy', 'baselineadminnetworkpolicy', 'default']],
    ['3.32', ['default', 'kube-admin', 'kube-baseline']],
    ['native', ['default', 'kube-admin', 'kube-baseline']],
    ['none', []],
  ]
  it.each(tiers)('has the built-in tiers of Calico %s', async (calico, expected) => {
    world = await startWorld(calico)
    expect(names('tiers.projectcalico.org')).toEqual(expected)
    expect(names('namespaces').includes('calico-system')).toBe(calico !== 'none')
  })
})

describe('services', () => {
  beforeEach(async () => {
    world = await startWorld()
    world.add('namespaces', namespace('lab'))
  })

  const service = (name: string, spec: Record<string, any>) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'lab', labels: { app: name } },
    spec,
  })
  const slices = (name: string) =>
    world.store
      .list('endpointslices.discovery.k8s.io', 'lab')
      .filter(({ metadata }) => metadata.labels!['kubernetes.io/service-name'] === name)

  it('list ready pods, by number and by port name', async () => {
    world.add(
      'services',
      service('web', {
        selector: { app: 'web' },
        ports: [
          { name: 'http', port: 80, targetPort: 'www' },
          { name: 'raw', port: 81, targetPort: 8080 },
        ],
      }),
    )
    world.add(
      'deployments.apps',
      deployment(
        'web',
        'lab',
        { replicas: 2 },
        { containers: [{ name: 'server', image: 'nginx', ports: [{ name: 'www', containerPort: 80 }] }] },
      ),
    )
    await world.settled()
    const [slice, ...others] = slices('web')
    expect(others).toEqual([])
    expect(slice!.ports).toEqual([
      { name: 'http', protocol: 'TCP', port: 80 },
      { name: 'raw', protocol: 'TCP', port: 8080 },
    ])
    expect(slice!.endpoints.map(({ conditions }: any) => conditions)).toEqual([
      { ready: true, serving: true, terminating: false },
      { ready: true, serving: true, terminating: false },
    ])
    expect(slice!.metadata.ownerReferences![0]!.kind).toBe('Service')
    const [subset] = world.store.get('endpoints', 'lab', 'web')!.subsets
    expect(subset.addresses.map(({ ip }: any) => ip).sort()).toEqual(
      world
        .pods('lab')
        .map(({ status }) => status.podIP)
        .sort(),
    )
  })

  it('keep a pod that is not ready apart, and drop one whose label went', async () => {
    world.add('services', service('app', { selector: { run: 'app' }, ports: [{ port: 80 }] }))
    world.add('pods', pod('app', 'lab', { image: 'nginx', readinessProbe: { tcpSocket: { port: 81 } } }))
    await world.settled()
    expect(slices('app')[0]!.endpoints[0].conditions).toEqual({ ready: false, serving: false, terminating: false })
    expect(world.store.get('endpoints', 'lab', 'app')!.subsets[0]).not.toHaveProperty('addresses')
    world.store.modify('pods', 'lab', 'app', (draft) => {
      draft.metadata.labels = { run: 'other' }
    })
    await world.settled()
    expect(slices('app')[0]!.endpoints).toEqual([])
    expect(world.store.get('endpoints', 'lab', 'app')).not.toHaveProperty('subsets')
  })

  it('go with their endpoints', async () => {
    world.add('services', service('app', { selector: { run: 'app' }, ports: [{ port: 80 }] }))
    await world.settled()
    world.store.remove('services', 'lab', 'app')
    await world.settled()
    expect(slices('app')).toEqual([])
    expect(world.store.get('endpoints', 'lab', 'app')).toBeUndefined()
  })
})

describe('a deleted namespace', () => {
  it('is Terminating until everything in it has gone, and leaves nothing', async () => {
    world = await startWorld()
    world.add('namespaces', namespace('lab'))
    world.add('deployments.apps', deployment('web', 'lab', { replicas: 2 }))
    world.add('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: 'lab' },
      data: {},
    })
    await world.settled()
    world.changes.length = 0
    world.store.modify('namespaces', undefined, 'lab', (draft) => {
      draft.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'
      draft.status.phase = 'Terminating'
    })
    const gone = new Promise<void>((resolve) => {
      world.store.subscribe(({ type, resource, object }) => {
        if (type === 'DELETED' && resource === 'namespaces' && object.metadata.name === 'lab') resolve()
      })
    })
    await gone
    await world.settled()
    for (const resource of world.store.resources()) expect([resource, names(resource, 'lab')]).toEqual([resource, []])
    expect(world.store.get('profiles.projectcalico.org', undefined, 'kns.lab')).toBeUndefined()
    const last = world.changes.filter(({ resource, type }) => resource === 'namespaces' && type === 'MODIFIED').at(-1)!
    expect(condition(last.object, 'NamespaceContentRemaining')).toMatchObject({
      status: 'False',
      reason: 'ContentRemoved',
    })
  })
})

describe('a namespace that cannot be emptied', () => {
  it('says what is left and what holds it, and goes once that goes', async () => {
    world = await startWorld('none')
    world.add('namespaces', namespace('lab'))
    for (const name of ['a', 'b'])
      world.add('configmaps', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'lab', finalizers: ['lab.io/hold'] },
      })
    world.store.modify('namespaces', undefined, 'lab', (draft) => {
      draft.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'
      draft.status = { phase: 'Terminating' }
    })
    await world.settled()
    await waitFor(() => condition(world.store.get('namespaces', undefined, 'lab'), 'NamespaceContentRemaining'))
    const lab = () => world.store.get('namespaces', undefined, 'lab')
    expect(condition(lab(), 'NamespaceContentRemaining')).toMatchObject({
      status: 'True',
      reason: 'SomeResourcesRemain',
      message: 'Some resources are remaining: configmaps. has 2 resource instances',
    })
    expect(condition(lab(), 'NamespaceFinalizersRemaining')).toMatchObject({
      status: 'True',
      message: 'Some content in the namespace has finalizers remaining: lab.io/hold in 2 resource instances',
    })
    for (const name of ['a', 'b']) world.store.remove('configmaps', 'lab', name)
    await world.settled()
    await waitFor(() => !lab())
  })
})

async function waitFor(holds: () => unknown): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

describe('jobs and daemon sets', () => {
  it('a job runs to completion', async () => {
    world = await startWorld()
    world.add('jobs.batch', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'sum', namespace: 'default' },
      spec: {
        template: {
          spec: { restartPolicy: 'Never', containers: [{ name: 'sum', image: 'busybox', command: ['true'] }] },
        },
      },
    })
    await world.settled()
    expect(condition(world.store.get('jobs.batch', 'default', 'sum'), 'Complete')?.status).toBe('True')
    expect(world.store.get('jobs.batch', 'default', 'sum')!.status).toMatchObject({ succeeded: 1 })
  })

  it('a daemon set replaces its pods when the template changes, one at a time', async () => {
    world = await startWorld()
    let least = 3
    world.store.subscribe(() => {
      const up = world.store
        .list('pods', 'kube-system')
        .filter((each) => each.metadata.name.startsWith('kube-proxy-') && condition(each, 'Ready')?.status === 'True')
      least = Math.min(least, up.length)
    })
    const before = names('pods', 'kube-system').filter((name) => name.startsWith('kube-proxy-'))
    world.store.modify('daemonsets.apps', 'kube-system', 'kube-proxy', (draft) => {
      draft.spec.template = structuredClone(draft.spec.template)
      draft.spec.template.metadata.annotations = { changed: 'yes' }
    })
    await world.settled()
    const after = names('pods', 'kube-system').filter((name) => name.startsWith('kube-proxy-'))
    expect(after).toHaveLength(3)
    expect(after.filter((name) => before.includes(name))).toEqual([])
    expect(least).toBe(2)
  })
})
