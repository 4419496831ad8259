import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deletePod } from '../../../src/sandbox/life/pods/pod-actions.ts'
import { createSimClock } from '../../../src/sandbox/sim-clock.ts'
import { condition, namespace, pod, startWorld, type World } from './start-world.ts'

const NS = 'lab'
const MULTITOOL = 'wbitt/network-multitool'
let world: World

beforeEach(async () => {
  world = await startWorld()
  world.add('namespaces', namespace(NS))
})
afterEach(() => world.close())

const stored = (name: string) => world.store.get('pods', NS, name)
const remove = (name: string) => deletePod({ store: world.store, clock: createSimClock(0) }, stored(name)!)
const versionsOf = (name: string) =>
  world.changes.filter(({ resource, object }) => resource === 'pods' && object.metadata.name === name)

describe('a pod', () => {
  it('passes through every state a watcher of a real one sees', async () => {
    world.add('pods', pod('tool', NS, { image: MULTITOOL }))
    await world.settled()
    const seen = versionsOf('tool').map(({ type, object }) => [
      type,
      object.spec.nodeName !== undefined,
      object.status.phase,
      object.status.containerStatuses?.[0].state.waiting?.reason ?? (object.status.containerStatuses ? 'running' : '-'),
      object.metadata.annotations?.['cni.projectcalico.org/podIP'] !== undefined,
      condition(object, 'Ready')?.status ?? '-',
    ])
    expect(seen).toEqual([
      ['ADDED', false, 'Pending', '-', false, '-'],
      ['MODIFIED', true, 'Pending', '-', false, '-'],
      ['MODIFIED', true, 'Pending', 'ContainerCreating', false, 'False'],
      // Calico's CNI plugin writes first, then the kubelet says that the network is there.
      ['MODIFIED', true, 'Pending', 'ContainerCreating', true, 'False'],
      ['MODIFIED', true, 'Pending', 'ContainerCreating', true, 'False'],
      ['MODIFIED', true, 'Running', 'running', true, 'True'],
    ])
    expect(world.events(NS, 'tool')).toEqual(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started'])
  })

  it('has the fields of a real running one', async () => {
    world.add('pods', pod('tool', NS, { image: MULTITOOL }))
    await world.settled()
    const { metadata, status } = stored('tool')!
    expect(Object.keys(status)).toEqual(
      'observedGeneration phase conditions hostIP hostIPs podIP podIPs startTime containerStatuses qosClass'.split(' '),
    )
    expect(status.conditions.map(({ type }: any) => type)).toEqual([
      'PodReadyToStartContainers',
      'Initialized',
      'Ready',
      'ContainersReady',
      'PodScheduled',
    ])
    expect(status.containerStatuses[0]).toMatchObject({
      name: 'tool',
      lastState: {},
      ready: true,
      restartCount: 0,
      started: true,
      image: 'docker.io/wbitt/network-multitool:latest',
      imageID: expect.stringMatching(/^docker\.io\/wbitt\/network-multitool@sha256:[0-9a-f]{64}$/),
      containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
      resources: {},
    })
    expect(metadata.annotations).toMatchObject({
      'cni.projectcalico.org/podIP': `${status.podIP}/32`,
      'cni.projectcalico.org/podIPs': `${status.podIP}/32`,
    })
  })

  it('ends gracefully: Running, then Succeeded or Failed, then gone', async () => {
    world.add('pods', pod('tool', NS, { image: MULTITOOL }))
    await world.settled()
    world.changes.length = 0
    remove('tool')
    await world.settled()
    expect(
      versionsOf('tool').map(({ type, object }) => [
        type,
        object.status.phase,
        object.metadata.deletionGracePeriodSeconds,
      ]),
    ).toEqual([
      ['MODIFIED', 'Running', 30],
      ['MODIFIED', 'Running', 30],
      ['MODIFIED', 'Running', 30],
      ['MODIFIED', 'Succeeded', 30],
      ['MODIFIED', 'Succeeded', 0],
      ['DELETED', 'Succeeded', 0],
    ])
    expect(versionsOf('tool').at(-1)!.object.metadata.generation).toBe(2)
    expect(world.events(NS, 'tool')).toContain('Killing')
  })

  it('runs its own command: output in the log, exit code in the status', async () => {
    world.add(
      'pods',
      pod('job', NS, { image: 'busybox', args: ['sh', '-c', 'echo to the log; exit 3'] }, { restartPolicy: 'Never' }),
    )
    await world.settled()
    expect(stored('job')!.status.phase).toBe('Failed')
    expect(stored('job')!.status.containerStatuses[0].state.terminated).toMatchObject({ exitCode: 3, reason: 'Error' })
    expect(
      world.life
        .container(NS, 'job', 'job')!
        .log.lines(Date.now())
        .map(({ text }) => text),
    ).toEqual(['to the log'])
  })

  it('is restarted once at once, then backs off, and keeps the log of the run before', async () => {
    world.add('pods', pod('crash', NS, { image: 'busybox', args: ['sh', '-c', 'echo again; exit 1'] }))
    await world.settled()
    const [status] = stored('crash')!.status.containerStatuses
    expect(status.state.waiting.reason).toBe('CrashLoopBackOff')
    expect(status.lastState.terminated.exitCode).toBe(1)
    expect(status.restartCount).toBe(1)
    expect(stored('crash')!.status.phase).toBe('Running')
    expect(world.life.container(NS, 'crash', 'crash')!.previousLog!.lines(Date.now())).toHaveLength(1)
    expect(world.events(NS, 'crash')).toContain('BackOff')
  })

  it('that only sleeps stays up even when no time passes', async () => {
    world.add('pods', pod('sleeper', NS, { image: 'busybox', command: ['sh', '-c', 'sleep 3600'] }))
    await world.settled()
    expect(stored('sleeper')!.status.phase).toBe('Running')
    remove('sleeper')
    await world.settled()
    expect(versionsOf('sleeper').at(-1)!.object.status.containerStatuses[0].state.terminated.exitCode).toBe(137)
  })

  it('waits unready while nothing listens on the port its probe asks', async () => {
    const probe = { readinessProbe: { tcpSocket: { port: 9999 } } }
    world.add('pods', pod('deaf', NS, { image: MULTITOOL, ...probe }))
    world.add(
      'pods',
      pod('hears', NS, { image: MULTITOOL, readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 5 } }),
    )
    await world.settled()
    expect(condition(stored('deaf'), 'Ready')).toMatchObject({ status: 'False', reason: 'ContainersNotReady' })
    expect(world.events(NS, 'deaf')).toContain('Unhealthy')
    expect(condition(stored('hears'), 'Ready').status).toBe('True')
  })

  it('with a readiness gate is ready only once somebody sets the condition', async () => {
    world.add('pods', pod('gated', NS, { image: MULTITOOL }, { readinessGates: [{ conditionType: 'lab/go' }] }))
    await world.settled()
    expect(condition(stored('gated'), 'ContainersReady').status).toBe('True')
    expect(condition(stored('gated'), 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' })
    world.store.modify('pods', NS, 'gated', (draft) => {
      draft.status.conditions = [...draft.status.conditions, { type: 'lab/go', status: 'True' }]
    })
    await world.settled()
    expect(condition(stored('gated'), 'Ready').status).toBe('True')
  })

  it('runs its init containers first, and not at all when one fails for good', async () => {
    const init = (script: string) => [{ name: 'first', image: 'busybox', command: ['sh', '-c', script] }]
    world.add('pods', pod('fine', NS, { image: MULTITOOL }, { initContainers: init('true') }))
    world.add(
      'pods',
      pod('stuck', NS, { image: MULTITOOL }, { initContainers: init('exit 2'), restartPolicy: 'Never' }),
    )
    await world.settled()
    expect(stored('fine')!.status.phase).toBe('Running')
    expect(stored('fine')!.status.initContainerStatuses[0].state.terminated.exitCode).toBe(0)
    expect(stored('stuck')!.status.phase).toBe('Failed')
    expect(stored('stuck')!.status.containerStatuses[0].state.waiting.reason).toBe('PodInitializing')
  })

  it('finds no node that fits its selector, and starts when one does', async () => {
    world.add('pods', pod('picky', NS, { image: MULTITOOL }, { nodeSelector: { disk: 'fast' } }))
    await world.settled()
    expect(condition(stored('picky'), 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable' })
    expect(world.events(NS, 'picky')).toEqual(['FailedScheduling'])
    world.store.modify('nodes', undefined, 'hipster-worker', (draft) => {
      draft.metadata.labels = { ...draft.metadata.labels, disk: 'fast' }
    })
    await world.settled()
    expect(stored('picky')!.spec.nodeName).toBe('hipster-worker')
    expect(stored('picky')!.status.phase).toBe('Running')
  })

  it('never shares its address, and gives none back soon', async () => {
    const seen = new Set<string>()
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 5; i++) world.add('pods', pod(`p${i}`, NS, { image: MULTITOOL }))
      await world.settled()
      for (const each of world.pods(NS)) {
        expect(seen).not.toContain(each.status.podIP)
        seen.add(each.status.podIP)
      }
      for (let i = 0; i < 5; i++) remove(`p${i}`)
      await world.settled()
    }
    expect(seen.size).toBe(15)
  })
})

describe('an ephemeral container', () => {
  const restricted = { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  const debug = (name: string, container: Record<string, any>) =>
    world.store.modify('pods', NS, name, (draft) => {
      draft.spec.ephemeralContainers = [...(draft.spec.ephemeralContainers ?? []), container]
    })
  const status = (name: string) => stored(name)!.status.ephemeralContainerStatuses?.[0]

  it('starts in a running pod, without `started` and never ready', async () => {
    world.add('pods', pod('app', NS, { image: MULTITOOL }))
    await world.settled()
    debug('app', { name: 'probe', image: MULTITOOL, command: ['sleep', 'infinity'] })
    await world.settled()
    expect(status('app')).toMatchObject({ name: 'probe', ready: false, restartCount: 0, lastState: {} })
    expect(status('app').state.running.startedAt).toBeDefined()
    expect(status('app')).not.toHaveProperty('started')
    expect(condition(stored('app'), 'Ready').status).toBe('True')
  })

  it('that was on its way when the sandbox was killed starts with the next one', async () => {
    world.add('pods', pod('app', NS, { image: MULTITOOL }))
    await world.settled()
    const left = structuredClone(stored('app')!)
    left.spec.ephemeralContainers = [{ name: 'probe', image: MULTITOOL, command: ['sleep', 'infinity'] }]
    const waiting = {
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: {},
      ready: false,
      restartCount: 0,
    }
    left.status.ephemeralContainerStatuses = [{ name: 'probe', image: MULTITOOL, imageID: '', ...waiting }]
    world.close()
    world = await startWorld('3.32', (store) => {
      store.create('namespaces', namespace(NS))
      store.create('pods', left)
    })
    expect(status('app').state.running.startedAt).toBeDefined()
  })

  it('that must not run as root does not start from a root image, and only an event says so', async () => {
    world.add('pods', pod('root', NS, { image: MULTITOOL }))
    world.add('pods', pod('user', NS, { image: MULTITOOL }, { securityContext: { runAsUser: 1000 } }))
    await world.settled()
    for (const name of ['root', 'user']) {
      debug(name, { name: 'probe', image: 'busybox', command: ['sleep', '100'], securityContext: restricted })
    }
    await world.settled()
    expect(status('root').state).toEqual({ waiting: { reason: 'ContainerCreating' } })
    expect(world.events(NS, 'root')).toContain('Failed')
    expect(status('user').state.running).toBeDefined()
  })
})
