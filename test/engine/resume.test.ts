// Going on with what was begun: an interrupted reset leaves holes that the steps themselves fill.
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/cluster/port.ts'
import { gotoStep } from '../../src/engine/goto.ts'
import { lostBefore } from '../../src/engine/put-right.ts'
import { stepToResume } from '../../src/engine/resume.ts'
import type { RunStepConfirm } from '../../src/engine/run-step.ts'
import { runTrack } from '../../src/engine/run-track.ts'
import { readFacts, readStatus } from '../../src/engine/status.ts'
import { createFakeCluster, type FakeCluster } from './helpers/fake-cluster.ts'
import { at, collect, memoryFiles, shopObjects, step, track, workOn } from './helpers/small-shop.ts'

const policy = (name: string, rules: unknown[]): KubeObject => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'GlobalNetworkPolicy',
  metadata: { name, labels: { 'part-of': 'test' } },
  spec: { tier: 'default', ingress: rules },
})
const manifests = {
  first: [policy('first', [{ action: 'Pass' }])],
  tightened: [policy('first', [{ action: 'Deny' }])],
  second: [policy('second', [{ action: 'Deny' }])],
  third: [policy('third', [{ action: 'Deny' }])],
}
const apply = (manifest: string) => ({ kind: 'apply' as const, id: manifest, title: manifest, manifest, at })
const label = {
  kind: 'label' as const,
  id: 'label',
  title: 'label',
  resource: 'pods',
  namespace: 'shop',
  all: true,
  labels: { pci: 'true' },
  overwrite: true,
  at,
}
const small = track(
  step(0, [apply('first')], []),
  step(1, [label, apply('second')], []),
  step(2, [apply('third'), apply('tightened')], []),
)

function lab() {
  const cluster: FakeCluster = createFakeCluster({
    objects: shopObjects(),
    operate(operation) {
      if (operation.kind === 'apply') cluster.add(...structuredClone([...(operation.objects ?? [])]))
      if (operation.kind === 'label')
        for (const pod of [...cluster.objects.values()].filter(({ kind }) => kind === 'Pod'))
          cluster.add({ ...pod, metadata: { ...pod.metadata, labels: withPci(pod, operation.labels.pci ?? null) } })
      return undefined
    },
  })
  const passed = new Set<number>()
  const progress = {
    passed: async () => [...passed],
    record: async (number: number, ok: boolean) => void (ok ? passed.add(number) : passed.delete(number)),
    forget: async () => passed.clear(),
  }
  const work = workOn(cluster, small, { files: memoryFiles(manifests), progress })
  const policies = () =>
    [...cluster.objects.values()]
      .filter(({ kind }) => kind === 'GlobalNetworkPolicy')
      .map(({ metadata, spec }) => `${metadata.name} ${spec?.ingress[0].action}`)
      .sort()
  const lose = (name: string) => {
    for (const [key, object] of cluster.objects) if (object.metadata.name === name) cluster.objects.delete(key)
  }
  return { cluster, work, policies, lose }
}

function withPci({ metadata }: KubeObject, value: string | null): Record<string, string> {
  const { pci: _, ...rest } = metadata.labels ?? {}
  return value === null ? rest : { ...rest, pci: value }
}

async function goOn({ work }: ReturnType<typeof lab>) {
  const from = await stepToResume(work.deps, small)
  return { from, ...(await collect(runTrack(work, { from, resume: true }))) }
}

describe('a run that goes on', () => {
  it('makes again what earlier steps made and an interrupted reset has taken away', async () => {
    const here = lab()
    await collect(runTrack(here.work))
    here.lose('first')
    here.lose('second')
    const { from, result, events } = await goOn(here)
    expect(from).toBe(2)
    expect(result.ok).toBe(true)
    expect(here.policies()).toEqual(['first Deny', 'second Deny', 'third Deny'])
    expect(events.find((event) => event.type === 'notice')).toMatchObject({ step: 2, text: /steps? 0, 1/ })
  })

  it('labels pods that came back without their label', async () => {
    const here = lab()
    await collect(runTrack(here.work, { to: 1 }))
    const mail = [...here.cluster.objects.values()].find(({ metadata }) => metadata.name === 'mail')!
    here.cluster.add({ ...mail, metadata: { ...mail.metadata, labels: { app: 'mail' } } })
    await goOn(here)
    const after = [...here.cluster.objects.values()].find(({ metadata }) => metadata.name === 'mail')!
    expect(after.metadata.labels).toEqual({ app: 'mail', pci: 'true' })
  })

  it('repeats nothing that is in place, nor what the step itself has changed already', async () => {
    const here = lab()
    await collect(runTrack(here.work))
    expect(lostBefore(await readFacts(here.work.deps, small), small.steps[2]!)).toEqual([])
    here.cluster.operations.length = 0
    await goOn(here)
    expect(here.cluster.operations.map((operation) => (operation.kind === 'apply' ? operation.path : ''))).toEqual([
      '/m/third',
      '/m/tightened',
    ])
  })

  it('counts nothing as proved when another machine has reset the cluster since', async () => {
    const here = lab()
    await collect(runTrack(here.work))
    here.lose('hipster-workshop')
    for (const name of ['second', 'third', 'first']) here.lose(name)
    // Somebody's pods carry the label of step 1; that step is next, not the one after it.
    expect(await stepToResume(here.work.deps, small)).toBe(1)
    expect(await readStatus(here.work.deps, small)).toMatchObject({ recorded: null })
  })

  it('asks before each of those lines, where each line is asked for', async () => {
    const here = lab()
    await collect(runTrack(here.work))
    here.lose('first')
    const asked: string[] = []
    const confirm = async (_scope: unknown, _stage: unknown, action: { id: string }) => {
      asked.push(action.id)
      return 'stop' as const
    }
    await collect(runTrack(here.work, { from: 2, resume: true, confirm }))
    expect(asked).toEqual(['first'])
    expect(here.policies()).toEqual(['second Deny', 'third Deny'])
  })

  it('takes a step back that was interrupted in its second stage, so that its first can be proved', async () => {
    const here = lab()
    const begun = small.steps.slice(0, 1)
    const staged = track(...begun, {
      ...step(1, [], []),
      stages: [
        { id: '1a', actions: [apply('second')], proofs: [] },
        { id: '1b', actions: [label], proofs: [] },
      ],
    })
    const work = { ...here.work, track: staged }
    const stop = new Error('killed')
    const stream = runTrack(work)
    await expect(async () => {
      for (let next = await stream.next(); !next.done; next = await stream.next())
        if (next.value.type === 'action-finished' && next.value.action === 'label') await stream.throw(stop)
    }).rejects.toBe(stop)
    here.cluster.operations.length = 0
    const from = await stepToResume(work.deps, staged)
    expect(from).toBe(1)
    const { result } = await collect(runTrack(work, { from, resume: true }))
    expect(result.ok).toBe(true)
    // The label comes off before the first stage is done again.
    expect(here.cluster.operations.map((operation) => operation.kind)).toEqual([
      'delete-object',
      'label',
      'apply',
      'label',
    ])
  })

  describe('with what somebody changed by hand', () => {
    const edited = policy('second', [{ action: 'Allow' }])
    const staged = track(...small.steps.slice(0, 1), {
      ...step(1, [], []),
      stages: [
        { id: '1a', actions: [apply('second')], proofs: [] },
        { id: '1b', actions: [label], proofs: [] },
      ],
    })
    const ran = async () => {
      const here = lab()
      const work = { ...here.work, track: staged }
      await collect(runTrack(work))
      here.cluster.add(structuredClone(edited))
      here.cluster.operations.length = 0
      return { ...here, work }
    }

    it('takes no step back, and puts nothing in its place unasked', async () => {
      const { work, cluster, policies } = await ran()
      const { events, result } = await collect(runTrack(work, { from: 1, resume: true }))
      expect(cluster.operations).toEqual([])
      expect(policies()).toContain('second Allow')
      expect(result.ok).toBe(false)
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'notice', text: expect.stringContaining('reset --to 0') }),
      )
      expect(events).toContainEqual(
        expect.objectContaining({
          type: 'action-finished',
          action: 'second',
          ok: false,
          message: expect.stringContaining('GlobalNetworkPolicy second'),
        }),
      )
    })

    it('says what a line would replace where each line is asked for, and does it when agreed to', async () => {
      const { work, policies } = await ran()
      const told: (readonly string[])[] = []
      const confirm: RunStepConfirm = async (_scope, _stage, _action, byHand) => {
        told.push(byHand)
        return 'run'
      }
      const { result } = await collect(runTrack(work, { from: 1, resume: true, confirm }))
      expect(told).toEqual([['GlobalNetworkPolicy second'], []])
      expect(result.ok).toBe(true)
      expect(policies()).toContain('second Deny')
    })

    it('leaves it as it is when an earlier step made the object, and says so', async () => {
      const here = lab()
      await collect(runTrack(here.work))
      here.cluster.add(structuredClone(edited))
      const { events } = await goOn(here)
      expect(here.policies()).toContain('second Allow')
      expect(events.find((event) => event.type === 'notice' && /left as it is/.test(event.text))).toBeDefined()
    })

    it('goes to no earlier step by taking it away', async () => {
      const { work, cluster } = await ran()
      await expect(collect(gotoStep(work, staged.steps[0]!))).rejects.toMatchObject({ code: 'BY_HAND_WOULD_GO' })
      expect(cluster.operations).toEqual([])
    })
  })

  it('repairs nothing when a step is named: then only that step is asked for', async () => {
    const here = lab()
    await collect(runTrack(here.work))
    here.lose('second')
    await collect(runTrack(here.work, { from: 2 }))
    expect(here.policies()).toEqual(['first Deny', 'third Deny'])
  })
})

describe('a run that stops with an error', () => {
  it('says what was done and what was not', async () => {
    const here = lab()
    const gone = Object.assign(new Error('away'), { status: 503 })
    const { WorkshopError } = await import('../../src/errors/workshop-error.ts')
    const list = here.cluster.list
    let broken = false
    here.cluster.list = async (...args) => {
      if (broken) throw new WorkshopError({ code: 'AWAY', message: 'The API is away.', exitCode: 5, cause: gone })
      return list(...args)
    }
    const events: string[] = []
    const stream = runTrack(here.work, { from: 0 })
    await expect(async () => {
      for (let next = await stream.next(); !next.done; next = await stream.next()) {
        const event = next.value
        if (event.type === 'run-failed') events.push(event.message)
        if (event.type === 'action-finished' && event.action === 'label') broken = true
      }
    }).rejects.toMatchObject({ code: 'AWAY' })
    expect(events).toEqual([
      'The API is away.\nProved before that: step 0. Step 1: 2 of 2 lines are done. Nothing was undone.',
    ])
  })
})
