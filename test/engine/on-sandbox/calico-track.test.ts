// The whole Calico track, applied and proved on the sandbox; every service pair of every stage is compared with the
// verdicts measured on a real cluster (test/data/expected-verdicts.json, see its meta.ourPath).
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WorkshopEvent } from '../../../src/engine/events.ts'
import { runTrack } from '../../../src/engine/run-track.ts'
import { verifyStep } from '../../../src/engine/verify.ts'
import { type Lab, openLab } from '../helpers/on-sandbox.ts'
import { collect, settled } from '../helpers/small-shop.ts'

interface ExpectedProbe {
  src: string
  dst: string
  kind: string
  expect: string | Record<string, string>
}

const data = JSON.parse(readFileSync(new URL('../../data/expected-verdicts.json', import.meta.url), 'utf8')) as {
  meta: { ourPath: { steps: Record<string, [string, string]>; openServicePairsOf143: Record<string, number> } }
  stages: { id: string; probes: ExpectedProbe[] }[]
}

/** Stage of the track -> the name its verdicts have in the data. */
const stages: Record<string, string> = {
  0: '0',
  1: '1',
  2: '2',
  3: '3',
  4: '4',
  '5a': '5 after default-egress',
  '5b': '5 after the label',
  6: '6',
  7: '7 open source',
  8: '8 open source',
}

function expectedPairs(stage: string): Map<string, string> {
  const [id, variant] = data.meta.ourPath.steps[stages[stage]!]!
  const { probes } = data.stages.find((candidate) => candidate.id === id)!
  return new Map(
    probes
      .filter((probe) => probe.kind === 'service')
      .map(({ src, dst, expect: verdict }) => [
        `${src} ${dst}`,
        typeof verdict === 'string' ? verdict : verdict[variant]!,
      ]),
  )
}

function measuredPairs(events: readonly WorkshopEvent[], stage: string): Map<string, string> {
  return new Map(
    settled(events)
      .filter((event) => event.set === 'matrix' && event.stage === stage)
      .map(({ probe, actual }) => [
        `${probe.from.workload} ${probe.to.service}`,
        actual === 'timed-out' ? 'blocked' : actual,
      ]),
  )
}

describe('the Calico track on the sandbox', () => {
  let lab: Lab
  let events: WorkshopEvent[]
  beforeAll(async () => {
    lab = await openLab()
    events = (await collect(runTrack(lab.work))).events
  }, 120_000)
  afterAll(() => lab?.close())

  it('is proved from the first step to the last', () => {
    expect(
      events.filter(
        (event) => 'ok' in event && !event.ok && event.type !== 'run-finished' && event.type !== 'stage-finished',
      ),
    ).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', ok: true })
  })

  it.each(Object.keys(stages))('measures the 143 pairs of stage %s as a real cluster does', (stage) => {
    const expected = expectedPairs(stage)
    expect(expected.size).toBe(143)
    const measured = measuredPairs(events, stage)
    expect([...measured].sort()).toEqual([...expected].sort())
    expect([...measured.values()].filter((actual) => actual === 'open')).toHaveLength(
      data.meta.ourPath.openServicePairsOf143[stages[stage]!]!,
    )
  })

  it('names the rule that decided each pair, in agreement with what was measured', () => {
    for (const event of settled(events).filter(({ set }) => set === 'matrix')) {
      const sides = [event.decidedBy?.egress.verdict, event.decidedBy?.ingress.verdict]
      expect(sides.every((side) => side === 'allow')).toBe(event.actual === 'open')
    }
  })

  it('believes no time-out that was seen only once', () => {
    const blocked = settled(events).filter((event) => event.expected === 'blocked')
    expect(blocked.length).toBeGreaterThan(300)
    expect(blocked.filter((event) => event.attempts < 2)).toEqual([])
  })

  it('is not proved any more once a policy is gone, and says which flows and why', async () => {
    const ref = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'NetworkPolicy',
      namespace: 'hipstershop',
      name: 'app-hipstershop.redis-cart',
    }
    await lab.cluster.delete(ref)
    const options = { ...lab.work.deps.options, deadlineMs: 200 }
    const work = { ...lab.work, deps: { ...lab.work.deps, options } }
    const { events: seen, result } = await collect(verifyStep(work, work.track.steps.at(-1)!))
    expect(result.ok).toBe(false)
    const wrong = settled(seen).filter((event) => event.set === 'matrix' && !event.ok)
    expect(wrong.find((event) => event.expected === 'open')).toMatchObject({
      probe: { id: 'cartservice->redis-cart' },
      actual: 'timed-out',
      decidedBy: { ingress: { verdict: 'deny' } },
      remedy: expect.stringContaining('A policy drops this flow'),
    })
    // Nobody reaches the database any more, so that the others do not either proves nothing.
    const others = wrong.filter((event) => event.expected === 'blocked')
    expect(others).toHaveLength(12)
    expect(new Set(others.map(({ probe, actual }) => `${probe.to.service} ${actual}`))).toEqual(
      new Set(['redis-cart not-probed']),
    )
    expect(seen.some((event) => event.type === 'action-started')).toBe(false)
  })
})
