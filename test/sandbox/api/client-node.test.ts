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
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
    informer.on('error', () => void informer.start())
    const first = heard('i1')
    await informer.start()
    await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'i1' } } })
    await first
    const second = heard('i2')
    api.dropConnections()
    await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'i2' } } })
    await second
    expect([...names].sort()).toEqual(['i1', 'i2'])
    await informer.stop()
  })
})
