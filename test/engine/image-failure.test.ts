import { describe, expect, it } from 'vitest'
import type { KubeObject, Operation, OperationResult } from '../../src/cluster/port.ts'
import { runStep } from '../../src/engine/run-step.ts'
import { createFakeCluster, type FakeOptions } from './helpers/fake-cluster.ts'
import { at, collect, pod, shopObjects, step, track, workOn } from './helpers/small-shop.ts'

const image = 'registry.example/multitool:1'
const waitForPods = {
  kind: 'wait' as const,
  id: 'w',
  title: 'Wait',
  resource: 'pods',
  namespace: 'shop',
  all: true,
  condition: 'Ready',
  timeoutSeconds: 600,
  at,
}

/** `kubectl wait`, which ends only when somebody ends it. */
const patient = (cluster: ReturnType<typeof createFakeCluster>) => ({
  ...cluster,
  executor: {
    via: 'api' as const,
    run: (_operation: Operation, options: { signal?: AbortSignal } = {}) =>
      new Promise<OperationResult>((_, reject) =>
        options.signal!.addEventListener('abort', () => reject(options.signal!.reason)),
      ),
  },
})

const pulling = (reason: string, name = 'tool'): KubeObject =>
  pod(name, { app: name }, {
    spec: { containers: [{ name: 'main', image }] },
    status: {
      phase: 'Pending',
      containerStatuses: [
        { name: 'main', image: '', state: { waiting: { reason, message: `Back-off pulling image "${image}"` } } },
      ],
    },
  } as Partial<KubeObject>)

describe('waiting for pods whose image cannot be pulled', () => {
  it('ends within 20 s of simulated time, with the image and the lines that help', async () => {
    const cluster = createFakeCluster({ objects: [...shopObjects(), pulling('ImagePullBackOff')] })
    const one = step(0, [waitForPods], [])
    const work = workOn(patient(cluster), track(one))
    work.deps.options = { ...work.deps.options, probeImage: image }
    const { events, result } = await collect(runStep(work, one))
    expect(result.outcome).toBe('failed')
    const ended = events.find((event) => event.type === 'action-finished')
    expect(ended).toMatchObject({
      ok: false,
      message: `pod tool in namespace shop cannot pull ${image}: Back-off pulling image "${image}"`,
      hint: expect.stringMatching(/crictl pull registry.*docker push REGISTRY.*--probe-image REGISTRY/),
    })
    expect(work.time.clock.monotonic()).toBeLessThanOrEqual(20_000)
    expect(work.time.clock.monotonic()).toBeGreaterThanOrEqual(10_000)
  })

  it('an image of the shop is named without --probe-image, which would not help', async () => {
    const cluster = createFakeCluster({ objects: [...shopObjects(), pulling('ErrImagePull')] })
    const one = step(0, [waitForPods], [])
    const { events } = await collect(runStep(workOn(patient(cluster), track(one)), one))
    const ended = events.find((event) => event.type === 'action-finished')
    expect(ended).toMatchObject({ hint: expect.stringContaining(`crictl pull ${image}`) })
    expect(JSON.stringify(ended)).not.toContain('--probe-image')
  })

  it('a registry that was busy for a moment is no failure', async () => {
    const cluster = createFakeCluster({ objects: [...shopObjects(), pulling('ErrImagePull')] })
    const one = step(0, [waitForPods], [])
    let looks = 0
    const list: typeof cluster.list = async (...args) => {
      if (++looks === 4) cluster.add(pod('tool'))
      return cluster.list(...args)
    }
    let finish = (_: OperationResult) => {}
    const executor = {
      via: 'api' as const,
      run: () =>
        new Promise<OperationResult>((resolve) => {
          finish = resolve
        }),
    }
    const work = workOn({ ...cluster, list, executor }, track(one))
    const sleep = work.deps.sleep
    work.deps.sleep = async (ms, signal) => {
      await sleep(ms, signal)
      if (work.time.clock.monotonic() > 60_000) finish({ ok: true, exitCode: 0 })
    }
    expect((await collect(runStep(work, one))).result.outcome).toBe('passed')
  })
})

describe('pods that the cluster does not let in', () => {
  const runPod = { kind: 'run-pod' as const, id: 'p', title: 'Tool', name: 'extra', namespace: 'shop', image: 'x', at }
  const apply = { kind: 'apply' as const, id: 'a', title: 'Apply', manifest: 'x.yaml', at }
  const refusing = (words: string): FakeOptions => ({
    objects: shopObjects(),
    refuse: ({ kind }) => (kind === 'Pod' ? words : undefined),
  })

  it('are found out before the first change of the step, with the line that helps', async () => {
    const cluster = createFakeCluster(
      refusing('pods "extra" is forbidden: violates PodSecurity "restricted:latest": x'),
    )
    const one = step(0, [apply, runPod], [])
    await expect(collect(runStep(workOn(cluster, track(one)), one))).rejects.toMatchObject({
      code: 'PODS_REFUSED',
      message: expect.stringMatching(/shop does not let in.*nothing of it was changed.*violates PodSecurity/),
      hint: expect.stringMatching(/for the time of the workshop:\nkubectl label\n$/),
    })
    expect(cluster.operations).toEqual([])
  })

  it('by a webhook: the words of the webhook, and no line that would not help', async () => {
    const cluster = createFakeCluster(refusing('admission webhook "images" denied the request: only our registry'))
    const one = step(0, [apply, runPod], [])
    await expect(collect(runStep(workOn(cluster, track(one)), one))).rejects.toMatchObject({
      code: 'PODS_REFUSED',
      message: expect.stringContaining('only our registry'),
      hint: expect.not.stringContaining('kubectl label'),
    })
  })

  it('probe containers are tried with the settings that restricted asks for', async () => {
    const profiles: string[] = []
    const cluster = createFakeCluster({
      objects: shopObjects(),
      probe: (line, batch) => (line.key === 'own' && batch.pod === 'cart' ? 'cannot-run' : 'open'),
      ephemeral(_pod, { profile, name }) {
        profiles.push(profile)
        if (profile === 'restricted') return { kind: 'running', container: name }
        return { kind: 'failed', reason: 'admission', message: 'violates PodSecurity' }
      },
    })
    const proof = { kind: 'matrix' as const, id: 'm', title: 'm', set: 'all', open: [{ from: 'cart', to: 'mail' }], at }
    const one = step(1, [], [proof])
    const { result } = await collect(runStep(workOn(cluster, track(one)), one))
    expect(profiles).toEqual(['baseline', 'restricted'])
    expect(result.probes.total).toBeGreaterThan(0)
  })
})
