import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { podManifest } from './send.ts'
import { startApi, type TestApi } from './start-api.ts'

let api: TestApi
let config: KubeConfig
let core: CoreV1Api

beforeAll(async () => {
  api = await startApi()
  config = new KubeConfig()
  config.loadFromString(api.kubeconfig)
  core = config.makeApiClient(CoreV1Api)
})
afterAll(() => api.close())

describe('client-node', () => {
  it('creates, lists with selectors, reads and gets typed errors', async () => {
    await core.createNamespacedPod({ namespace: 'default', body: podManifest('a') })
    const list = await core.listNamespacedPod({ namespace: 'default', labelSelector: 'app in (a,b)' })
    expect(list.items.map((item) => item.metadata?.name)).toEqual(['a'])
    await expect(core.readNamespacedPod({ namespace: 'default', name: 'zz' })).rejects.toMatchObject({ code: 404 })
  })

  it('patches with every strategy', async () => {
    const name = { namespace: 'default', name: 'a' }
    const as = (strategy: string) => setHeaderOptions('Content-Type', strategy)
    await core.patchNamespacedPod({ ...name, body: [{ op: 'add', path: '/metadata/labels/json', value: '1' }] })
    await core.patchNamespacedPod(
      { ...name, body: { metadata: { labels: { merge: '1' } } } },
      as(PatchStrategy.MergePatch),
    )
    await core.patchNamespacedPod(
      { ...name, body: { metadata: { labels: { smp: '1' } } } },
      as(PatchStrategy.StrategicMergePatch),
    )
    await core.patchNamespacedPod(
      {
        ...name,
        fieldManager: 'me',
        body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', labels: { ssa: '1' } } },
      },
      as(PatchStrategy.ServerSideApply),
    )
    expect(api.store.get('pods', 'default', 'a')?.metadata.labels).toEqual({
      app: 'a',
      json: '1',
      merge: '1',
      smp: '1',
      ssa: '1',
    })
  })

  it('handles Calico kinds as custom objects and through discovery', async () => {
    const custom = config.makeApiClient(CustomObjectsApi)
    const tier = { apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name: 'custom' }, spec: { order: 3 } }
    await custom.createClusterCustomObject({ group: 'projectcalico.org', version: 'v3', plural: 'tiers', body: tier })
    const objects = KubernetesObjectApi.makeApiClient(config)
    const read: any = await objects.read({
      apiVersion: 'projectcalico.org/v3',
      kind: 'Tier',
      metadata: { name: 'custom' },
    })
    expect(read.spec).toMatchObject({ order: 3, defaultAction: 'Deny' })
    const patched: any = await objects.patch({ ...tier, spec: { order: 4 } })
    expect(patched.spec.order).toBe(4)
    await objects.delete(tier)
  })

  it('scales', async () => {
    const apps = config.makeApiClient(AppsV1Api)
    const labels = { app: 'd' }
    await apps.createNamespacedDeployment({
      namespace: 'default',
      body: {
        metadata: { name: 'd' },
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'x' }] } },
        },
      },
    })
    const scale = await apps.readNamespacedDeploymentScale({ namespace: 'default', name: 'd' })
    await apps.replaceNamespacedDeploymentScale({
      namespace: 'default',
      name: 'd',
      body: { ...scale, spec: { replicas: 4 } },
    })
    expect(api.store.get('deployments.apps', 'default', 'd')?.spec.replicas).toBe(4)
  })

  it('watches from a revision', async () => {
    const seen: string[] = []
    const watcher = new Watch(config)
    const done = new Promise<void>((resolve) => {
      void watcher
        .watch(
          '/api/v1/namespaces/default/pods',
          { resourceVersion: String(api.store.revision) },
          (type, object) => {
            seen.push(`${type} ${object.metadata.name}`)
            if (seen.length === 2) resolve()
          },
          () => {},
        )
        .then((controller) => {
          void core
            .createNamespacedPod({ namespace: 'default', body: podManifest('w') })
            .then(() => core.deleteNamespacedPod({ namespace: 'default', name: 'w' }))
          void done.then(() => controller.abort())
        })
    })
    await done
    expect(seen).toEqual(['ADDED w', 'DELETED w'])
  })

  it('keeps an informer up to date, also after a dropped connection', async () => {
    const informer = makeInformer(config, '/api/v1/namespaces/default/configmaps', () =>
      core.listNamespacedConfigMap({ namespace: 'default' }),
    )
    const names = new Set<string>()
    const heard = (name: string) =>
      new Promise<void>((resolve) => {
        informer.on('add', (object) => {
          names.add(object.metadata!.name!)
          if (object.metadata!.name === name) resolve()
        })
      })
    const restart = () => void informer.start()
    informer.on('error', restart)
    const first = heard('i1')
    await informer.start()
    await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'i1' } } })
    await first
    const second = heard('i2')
    api.dropConnections()
    await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'i2' } } })
    await second
    expect([...names].sort()).toEqual(['i1', 'i2'])
    // To stop cuts the request, which is an error as well.
    informer.off('error', restart)
    await informer.stop()
  })

  it('keeps an informer of Calico policies, whose server sends changes as additions', async () => {
    const custom = config.makeApiClient(CustomObjectsApi)
    const kind = { group: 'projectcalico.org', version: 'v3', plural: 'globalnetworkpolicies' }
    const list = async () => (await custom.listClusterCustomObject(kind)) as any
    const informer = makeInformer<any>(config, '/apis/projectcalico.org/v3/globalnetworkpolicies', list)
    const seen: string[] = []
    for (const verb of ['add', 'update', 'delete'] as const)
      informer.on(verb, (object) => seen.push(`${verb} ${object.metadata.name} ${object.spec.order}`))
    const restart = () => void informer.start()
    informer.on('error', restart)
    await informer.start()
    const body = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'g' },
      spec: { order: 1 },
    }
    await custom.createClusterCustomObject({ ...kind, body })
    await custom.patchClusterCustomObject(
      { ...kind, name: 'g', body: { spec: { order: 2 } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    )
    await vi.waitFor(() => expect(seen).toEqual(['add g 1', 'update g 2']))
    await custom.deleteClusterCustomObject({ ...kind, name: 'g' })
    await vi.waitFor(() => expect(seen.at(-1)).toBe('delete g 2'))
    informer.off('error', restart)
    await informer.stop()
  })

  it('lists anew when the watch has missed too much, and tells what went meanwhile', async () => {
    const path = '/api/v1/namespaces/default/configmaps'
    const informer = makeInformer(config, path, () => core.listNamespacedConfigMap({ namespace: 'default' }))
    const seen: string[] = []
    for (const verb of ['add', 'delete'] as const)
      informer.on(verb, ({ metadata }) => seen.push(`${verb} ${metadata!.name}`))
    await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'goes' } } })
    await informer.start()
    await vi.waitFor(() => expect(seen).toContain('add goes'))
    const lost = new Promise((resolve) => informer.on('error', resolve))
    api.dropConnections()
    await lost
    // More changes than the server remembers.
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'churn', namespace: 'default' } }
    api.store.create('configmaps', settings)
    for (let index = 0; index < 6000; index++) {
      api.store.modify('configmaps', 'default', 'churn', (draft) => {
        draft.data = { index: String(index) }
      })
    }
    api.store.remove('configmaps', 'default', 'goes')
    const old = await new Promise<any>((resolve) => {
      void new Watch(config).watch(
        path,
        { resourceVersion: '1' },
        (type, object) => resolve({ type, object }),
        () => {},
      )
    })
    expect([old.type, old.object.code, old.object.reason]).toEqual(['ERROR', 410, 'Expired'])
    await informer.start()
    await vi.waitFor(() => expect(seen).toEqual(expect.arrayContaining(['delete goes', 'add churn'])))
    expect(informer.get('churn', 'default')?.data).toEqual({ index: '5999' })
    await informer.stop()
  })
})
