import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/sandbox/contracts.ts'
import { isReady } from '../../../src/sandbox/life/pods/pod-actions.ts'
import { namespace, startWorld, type World } from './start-world.ts'

const NS = 'lab'
const RESOURCE = 'statefulsets.apps'
let world: World

beforeEach(async () => {
  world = await startWorld('none')
  world.add('namespaces', namespace(NS))
  world.add('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'db', namespace: NS },
    spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 6379 }] },
  })
})
afterEach(() => world.close())

const names = () => world.pods(NS).map(({ metadata }) => metadata.name)
const set = () => world.store.get(RESOURCE, NS, 'db')!
const change = async (spec: Record<string, unknown>) => {
  world.store.modify(RESOURCE, NS, 'db', (draft) => Object.assign(draft.spec, spec))
  await world.settled()
}
async function addSet(spec: Record<string, unknown> = {}): Promise<void> {
  world.add(RESOURCE, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: NS },
    spec: {
      serviceName: 'db',
      replicas: 3,
      selector: { matchLabels: { app: 'db' } },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'c', image: 'redis:alpine' }] } },
      ...spec,
    },
  })
  await world.settled()
}
/** Which pods were ready when each pod of that name appeared. */
function readyWhenAdded(): Record<string, string[]> {
  const ready = new Map<string, boolean>()
  const found: Record<string, string[]> = {}
  for (const { type, resource, object } of world.changes) {
    if (resource !== 'pods' || object.metadata.namespace !== NS) continue
    const { name } = object.metadata
    if (type === 'ADDED') found[name] = [...ready].filter(([, is]) => is).map(([other]) => other)
    ready.set(name, type !== 'DELETED' && isReady(object))
  }
  return found
}

describe('a stateful set', () => {
  it('starts its pods by number, each when the one before is ready, with names in DNS', async () => {
    await addSet()
    expect(names()).toEqual(['db-0', 'db-1', 'db-2'])
    expect(readyWhenAdded()).toEqual({ 'db-0': [], 'db-1': ['db-0'], 'db-2': ['db-0', 'db-1'] })
    expect(set().status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 3 })
    const [slice] = world.store.list('endpointslices.discovery.k8s.io', NS)
    expect(slice!.endpoints.map(({ hostname }: any) => hostname)).toEqual(['db-0', 'db-1', 'db-2'])
    const [first] = world.pods(NS)
    expect(first!.metadata.labels).toMatchObject({
      'statefulset.kubernetes.io/pod-name': 'db-0',
      'apps.kubernetes.io/pod-index': '0',
    })
  })

  it('all at once where it may', async () => {
    await addSet({ podManagementPolicy: 'Parallel' })
    expect(readyWhenAdded()).toEqual({ 'db-0': [], 'db-1': [], 'db-2': [] })
  })

  it('gives a deleted pod its name back, and ends the highest first when it shrinks', async () => {
    await addSet()
    const before = world.pods(NS)[1]!.metadata.uid
    world.store.remove('pods', NS, 'db-1')
    await world.settled()
    expect(names()).toEqual(['db-0', 'db-1', 'db-2'])
    expect(world.pods(NS)[1]!.metadata.uid).not.toBe(before)
    world.changes.length = 0
    await change({ replicas: 1 })
    const deleted = world.changes.filter(({ type, resource }) => type === 'DELETED' && resource === 'pods')
    expect(deleted.map(({ object }) => object.metadata.name)).toEqual(['db-2', 'db-1'])
    expect(names()).toEqual(['db-0'])
  })

  it('moves to a new template from the highest down to the partition, one at a time', async () => {
    await addSet()
    const revision = set().status.currentRevision
    const template = structuredClone(set().spec.template)
    template.spec.containers[0].image = 'redis:7-alpine'
    let least = 3
    world.store.subscribe(() => {
      least = Math.min(least, world.pods(NS).filter(isReady).length)
    })
    const images = () => world.pods(NS).map((pod: KubeObject) => pod.spec.containers[0].image)
    await change({ template, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } })
    expect(images()).toEqual(['redis:alpine', 'redis:alpine', 'redis:7-alpine'])
    expect(set().status).toMatchObject({ currentRevision: revision, currentReplicas: 2, updatedReplicas: 1 })
    await change({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } })
    expect(images()).toEqual(['redis:7-alpine', 'redis:7-alpine', 'redis:7-alpine'])
    expect(set().status.currentRevision).toBe(set().status.updateRevision)
    expect(set().status.currentRevision).not.toBe(revision)
    expect(least).toBe(2)
  })
})
