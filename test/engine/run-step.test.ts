import { describe, expect, it } from 'vitest'
import { runStep } from '../../src/engine/run-step.ts'
import { runTrack } from '../../src/engine/run-track.ts'
import type { Proof } from '../../src/workshop/step.ts'
import { createFakeCluster } from './helpers/fake-cluster.ts'
import { at, brief, collect, shopObjects, step, track, workOn } from './helpers/small-shop.ts'

const everyPair = ['mail', 'tool']
  .map((from) => ({ from, to: 'cart' }))
  .concat(['cart', 'tool'].map((from) => ({ from, to: 'mail' })))
const matrix = (open = everyPair): Proof => ({ kind: 'matrix', id: 'pairs', title: 'pairs', set: 'all', open, at })
const apply = { kind: 'apply' as const, id: 'a', title: 'apply it', manifest: 'x.yaml', at }

describe('a step', () => {
  it('tells its actions, its proofs and its end in order', async () => {
    const cluster = createFakeCluster({ objects: shopObjects(), probe: () => 'open' })
    const one = step(1, [apply], [matrix()])
    const { events, result } = await collect(runStep(workOn(cluster, track(one)), one))
    expect(result).toEqual({ outcome: 'passed', probes: { total: 4, ok: 4 } })
    expect(events.map((event) => event.type)).toEqual([
      'step-started',
      'stage-started',
      'action-started',
      'action-output',
      'action-finished',
      'proof-started',
      ...Array(4).fill('probe-started'),
      ...Array(4).fill('probe-settled'),
      'proof-finished',
      'stage-finished',
      'step-finished',
    ])
    expect(events.every((event) => event.v === 1 && event.track === 'small' && event.step === 1)).toBe(true)
    expect(cluster.operations).toEqual([{ kind: 'apply', path: '/m/x.yaml', objects: [] }])
  })

  it('runs all probes of a pod in one exec', async () => {
    const cluster = createFakeCluster({ objects: shopObjects(), probe: () => 'open' })
    const one = step(1, [], [matrix()])
    await collect(runStep(workOn(cluster, track(one)), one))
    const execs = cluster.batches.filter((batch) => batch.probes[0]?.key !== 'own')
    expect(execs.map((batch) => [batch.pod, batch.probes.length])).toEqual([
      ['cart', 1],
      ['mail', 1],
      ['tool', 2],
    ])
  })

  it('a run that ends with a line that failed says where things stand', async () => {
    let calls = 0
    const cluster = createFakeCluster({
      objects: shopObjects(),
      probe: () => 'open',
      operate: () => (++calls < 3 ? { ok: true, exitCode: 0 } : { ok: false, exitCode: 1, message: 'the line is cut' }),
    })
    const first = step(1, [apply], [matrix()])
    const second = step(2, [apply, { ...apply, id: 'b', title: 'apply the other' }], [matrix()])
    const { events, result } = await collect(runTrack(workOn(cluster, track(first, second))))
    expect(result.ok).toBe(false)
    expect(events.filter((event) => event.type === 'notice')).toMatchObject([
      {
        text: 'Stopped at step 2: "apply the other" failed and may be done in part; 1 of 2 lines were done before. Proved before that: step 1. Nothing was undone. Run again: it goes on at step 2, and what is done does no harm twice.',
      },
    ])
  })

  it('a run that ends with a step that is not proved says where things stand', async () => {
    const cluster = createFakeCluster({ objects: shopObjects(), probe: () => 'open' })
    const one = step(1, [apply], [matrix([])])
    const { events } = await collect(runTrack(workOn(cluster, track(one, step(2, [], [])))))
    expect(events.findLast((event) => event.type === 'notice')).toMatchObject({
      text: expect.stringMatching(
        /^Stopped at step 1: its lines are done, and not all of it could be proved\. Nothing/,
      ),
    })
  })

  it('waits once for what cannot come true, not once for each proof of it', async () => {
    const missing = (name: string): Proof => ({
      kind: 'objects',
      id: name,
      title: name,
      objects: [{ apiVersion: 'v1', object: 'Namespace', name }],
      at,
    })
    const one = step(1, [], ['a', 'b', 'c', 'd'].map(missing))
    const work = workOn(createFakeCluster({ objects: shopObjects() }), track(one))
    const { events } = await collect(runStep(work, one))
    expect(events.filter((event) => event.type === 'proof-finished').map(({ ok }) => ok)).toEqual(Array(4).fill(false))
    expect(work.time.clock.monotonic()).toBeLessThan(2 * 5_000)
  })

  it('stops at an action that fails, with what the server said', async () => {
    const cluster = createFakeCluster({
      objects: shopObjects(),
      operate: () => ({ ok: false, exitCode: 1, message: 'no such kind', hint: 'install it' }),
    })
    const one = step(1, [apply, { ...apply, id: 'b' }], [matrix()])
    const { events, result } = await collect(runStep(workOn(cluster, track(one)), one))
    expect(result.outcome).toBe('failed')
    expect(events.filter((event) => event.type === 'action-finished')).toMatchObject([
      { ok: false, message: 'no such kind', hint: 'install it' },
    ])
    expect(cluster.operations).toHaveLength(1)
  })

  it('says why an action or proof is left out', async () => {
    const cluster = createFakeCluster({ objects: shopObjects(), features: { staged: false } })
    const when = { feature: 'staged' as const }
    const one = step(1, [{ ...apply, when }], [{ ...matrix(), when }])
    const { events, result } = await collect(runStep(workOn(cluster, track(one)), one))
    expect(result.outcome).toBe('passed')
    const skipped = 'left out: this cluster does not have staged policies'
    expect(events.find((event) => event.type === 'action-finished')).toMatchObject({ ok: true, skipped })
    expect(events.find((event) => event.type === 'proof-finished')).toMatchObject({ skipped })
    expect(cluster.operations).toEqual([])
  })

  it('ends as cancelled when the person stops it', async () => {
    const cluster = createFakeCluster({ objects: shopObjects() })
    const one = step(1, [apply], [])
    const { result } = await collect(runStep(workOn(cluster, track(one)), one, { confirm: async () => 'stop' }))
    expect(result.outcome).toBe('cancelled')
    expect(cluster.operations).toEqual([])
  })
})

describe('a track', () => {
  const steps = [step(0, [], [matrix()]), step(1, [], [matrix([])]), step(2, [], [matrix()])]
  const run = async (keepGoing: boolean) => {
    const cluster = createFakeCluster({ objects: shopObjects(), probe: () => 'open' })
    return collect(runTrack(workOn(cluster, track(...steps)), { keepGoing }))
  }

  it('stops at the first step that is not proved', async () => {
    const { events, result } = await run(false)
    expect(result.ok).toBe(false)
    expect(events.at(-1)).toMatchObject({
      type: 'run-finished',
      ok: false,
      steps: [
        { step: 0, ok: true, probes: { total: 4, ok: 4 } },
        { step: 1, ok: false, probes: { total: 4, ok: 0 } },
      ],
    })
  })

  it('goes on when told to', async () => {
    const { events } = await run(true)
    expect(events.at(-1)).toMatchObject({ ok: false, steps: [{ ok: true }, { ok: false }, { ok: true }] })
    expect(brief(events).filter((line) => line.includes('blocked'))).toHaveLength(4)
  })
})
