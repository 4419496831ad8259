import { afterEach, beforeEach, expect, it } from 'vitest'
import { namespace, startWorld, type World } from './start-world.ts'

const NS = 'lab'
let world: World

beforeEach(async () => {
  world = await startWorld('none')
  world.add('namespaces', namespace(NS))
})
afterEach(() => world.close())

const slices = () => world.store.list('endpointslices.discovery.k8s.io', NS)
const addService = (spec: object) =>
  world.add('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'outside', namespace: NS },
    spec: { ports: [{ port: 80 }], ...spec },
  })
const addEndpoints = (labels: Record<string, string> = {}) =>
  world.add('endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'outside', namespace: NS, labels },
    subsets: [{ addresses: [{ ip: '10.9.9.9' }], notReadyAddresses: [{ ip: '10.9.9.8' }], ports: [{ port: 8080 }] }],
  })

it('copies endpoints made by hand to a slice, follows them and goes with them', async () => {
  addEndpoints()
  await world.settled()
  expect(slices()).toEqual([])
  addService({})
  await world.settled()
  expect(slices()).toMatchObject([
    {
      metadata: {
        labels: {
          'kubernetes.io/service-name': 'outside',
          'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
        },
      },
      endpoints: [
        { addresses: ['10.9.9.9'], conditions: { ready: true } },
        { addresses: ['10.9.9.8'], conditions: { ready: false } },
      ],
      ports: [{ name: '', protocol: 'TCP', port: 8080 }],
    },
  ])
  world.store.modify('endpoints', NS, 'outside', (draft) => {
    draft.subsets = [{ addresses: [{ ip: '10.9.9.7' }], ports: [{ port: 8080 }] }]
  })
  await world.settled()
  expect(slices().map(({ endpoints }) => endpoints[0].addresses)).toEqual([['10.9.9.7']])
  world.store.remove('endpoints', NS, 'outside')
  await world.settled()
  expect(slices()).toEqual([])
})

it('leaves those alone that ask for it, and those the endpoints controller writes', async () => {
  addService({})
  addEndpoints({ 'endpointslice.kubernetes.io/skip-mirror': 'true' })
  await world.settled()
  expect(slices()).toEqual([])
  world.store.modify('services', NS, 'outside', (draft) => {
    draft.spec.selector = { app: 'x' }
  })
  world.store.modify('endpoints', NS, 'outside', (draft) => {
    draft.metadata.labels = {}
  })
  await world.settled()
  expect(slices().map(({ metadata }) => metadata.ownerReferences![0]!.kind)).toEqual(['Service'])
})
