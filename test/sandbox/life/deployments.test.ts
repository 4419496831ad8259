import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deletePod } from '../../../src/sandbox/life/pods/pod-actions.ts'
import { createSimClock } from '../../../src/sandbox/sim-clock.ts'
import { condition, deployment, namespace, startWorld, type World } from './start-world.ts'

const NS = 'lab'
let world: World

beforeEach(async () => {
  world = await startWorld()
  world.add('namespaces', namespace(NS))
})
afterEach(() => world.close())

const sets = () => world.store.list('replicasets.apps', NS)
const web = () => world.store.get('deployments.apps', NS, 'web')!

describe('a deployment', () => {
  it('makes a ReplicaSet named by the template hash, and pods that carry it', async () => {
    world.add('deployments.apps', deployment('web', NS, { replicas: 2 }))
    await world.settled()
    const [set] = sets()
    const hash = set!.metadata.labels!['pod-template-hash']
    expect(set!.metadata.name).toBe(`web-${hash}`)
    expect(world.pods(NS)).toHaveLength(2)
    for (const each of world.pods(NS)) {
      expect(each.metadata.name).toMatch(new RegExp(`^web-${hash}-[bcdfghjklmnpqrstvwxz2456789]{5}$`))
      expect(each.metadata.labels).toEqual({ app: 'web', 'pod-template-hash': hash })
      expect(each.status).toMatchObject({ phase: 'Running', qosClass: 'BestEffort' })
      expect(each.metadata.generation).toBe(1)
    }
    expect(web().status).toMatchObject({ replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 })
    expect(web().status.observedGeneration).toBe(web().metadata.generation)
    expect(condition(web(), 'Available').status).toBe('True')
    expect(condition(web(), 'Progressing').reason).toBe('NewReplicaSetAvailable')
    expect(web().metadata.annotations!['deployment.kubernetes.io/revision']).toBe('1')
  })

  it('replaces a deleted pod by one with another name, another address and none of its hand-put labels', async () => {
    world.add('deployments.apps', deployment('web', NS))
    await world.settled()
    const [before] = world.pods(NS)
    world.store.modify('pods', NS, before!.metadata.name, (draft) => {
      draft.metadata.labels = { ...draft.metadata.labels, pci: 'true' }
    })
    deletePod({ store: world.store, clock: createSimClock(0) }, world.pods(NS)[0]!)
    await world.settled()
    const [after, ...others] = world.pods(NS)
    expect(others).toEqual([])
    expect(after!.metadata.name).not.toBe(before!.metadata.name)
    expect(after!.status.podIP).not.toBe(before!.status.podIP)
    expect(after!.metadata.labels).not.toHaveProperty('pci')
    expect(after!.status.phase).toBe('Running')
  })

  it('moves to a new template without ever going below the available minimum, and back by undo', async () => {
    world.add('deployments.apps', deployment('web', NS, { replicas: 4 }))
    await world.settled()
    const [first] = sets()
    world.changes.length = 0
    let least = 4
    let most = 4
    world.store.subscribe(() => {
      const pods = world.pods(NS).filter((each) => !each.metadata.deletionTimestamp)
      least = Math.min(least, pods.filter((each) => condition(each, 'Ready')?.status === 'True').length)
      most = Math.max(most, pods.length)
    })
    world.store.modify('deployments.apps', NS, 'web', (draft) => {
      draft.spec.template = structuredClone(draft.spec.template)
      draft.spec.template.metadata.annotations = { 'kubectl.kubernetes.io/restartedAt': 'now' }
    })
    await world.settled()
    expect(least).toBeGreaterThanOrEqual(3)
    expect(most).toBe(5)
    expect(
      sets()
        .map((set) => [set.spec.replicas, set.metadata.annotations!['deployment.kubernetes.io/revision']])
        .sort(),
    ).toEqual([
      [0, '1'],
      [4, '2'],
    ])
    world.store.modify('deployments.apps', NS, 'web', (draft) => {
      draft.spec.template = structuredClone(first!.spec.template)
      delete draft.spec.template.metadata.labels['pod-template-hash']
    })
    await world.settled()
    expect(sets()).toHaveLength(2)
    const again = world.store.get('replicasets.apps', NS, first!.metadata.name)!
    expect(again.spec.replicas).toBe(4)
    expect(again.metadata.annotations!['deployment.kubernetes.io/revision']).toBe('3')
  })

  it('keeps the old pods when the new image cannot be pulled', async () => {
    world.add('deployments.apps', deployment('web', NS, { replicas: 2 }))
    await world.settled()
    world.store.modify('deployments.apps', NS, 'web', (draft) => {
      draft.spec.template = structuredClone(draft.spec.template)
      draft.spec.template.spec.containers[0].image = 'nosuch/image:1'
    })
    await world.settled()
    expect(web().status).toMatchObject({
      replicas: 3,
      updatedReplicas: 1,
      availableReplicas: 2,
      unavailableReplicas: 1,
    })
    expect(condition(web(), 'Progressing').reason).toBe('ReplicaSetUpdated')
    const stuck = world.pods(NS).find((each) => each.status.phase === 'Pending')!
    expect(stuck.status.containerStatuses[0].state.waiting.reason).toBe('ImagePullBackOff')
    expect(world.events(NS, stuck.metadata.name)).toEqual([
      'Scheduled',
      'Pulling',
      'Failed',
      'Failed',
      'BackOff',
      'Failed',
    ])
  })

  it('scales down the newest pods first and says so', async () => {
    world.add('deployments.apps', deployment('web', NS, { replicas: 3 }))
    await world.settled()
    world.store.modify('deployments.apps', NS, 'web', (draft) => {
      draft.spec.replicas = 1
    })
    await world.settled()
    expect(world.pods(NS)).toHaveLength(1)
    expect(world.events(NS, 'web')).toEqual(['ScalingReplicaSet', 'ScalingReplicaSet'])
    expect(world.events(NS, sets()[0]!.metadata.name).filter((reason) => reason === 'SuccessfulDelete')).toHaveLength(2)
  })

  it('takes its ReplicaSets and pods along when it is deleted', async () => {
    world.add('deployments.apps', deployment('web', NS, { replicas: 2 }))
    await world.settled()
    world.store.remove('deployments.apps', NS, 'web')
    await world.settled()
    expect(sets()).toEqual([])
    expect(world.pods(NS)).toEqual([])
  })

  it('leaves them behind when it is deleted with orphans, and a new one adopts them', async () => {
    world.add('deployments.apps', deployment('web', NS))
    await world.settled()
    const [running] = world.pods(NS)
    world.store.modify('deployments.apps', NS, 'web', (draft) => {
      draft.metadata.finalizers = ['orphan']
      draft.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'
    })
    await world.settled()
    expect(world.store.get('deployments.apps', NS, 'web')).toBeUndefined()
    expect(sets()[0]!.metadata.ownerReferences).toBeUndefined()
    world.add('deployments.apps', deployment('web', NS))
    await world.settled()
    expect(sets()).toHaveLength(1)
    expect(sets()[0]!.metadata.ownerReferences![0]!.uid).toBe(web().metadata.uid)
    expect(world.pods(NS).map(({ metadata }) => metadata.name)).toEqual([running!.metadata.name])
  })

  it('is refused its pods where Pod Security forbids them, and says why', async () => {
    world.add('namespaces', namespace('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' }))
    world.add('deployments.apps', deployment('web', 'strict'))
    await world.settled()
    expect(world.pods('strict')).toEqual([])
    const stored = world.store.get('deployments.apps', 'strict', 'web')!
    expect(condition(stored, 'ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate' })
    expect(condition(stored, 'ReplicaFailure').message).toContain('violates PodSecurity "restricted:latest"')
    expect(condition(stored, 'ReplicaFailure').message).toContain(
      'container "server" must set securityContext.allowPrivilegeEscalation=false',
    )
  })
})
