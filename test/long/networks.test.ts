// Networks that are not as ours: one that stores policies and enforces none, one that cuts connections a policy forbids.
import { describe, expect, it } from 'vitest'
import type { WorkshopEvent } from '../../src/engine/events.ts'
import { runTrack } from '../../src/engine/run-track.ts'
import { type Lab, openLab } from '../engine/helpers/on-sandbox.ts'
import { collect, settled } from '../engine/helpers/small-shop.ts'

/** Policies that would be in force in eleven days of this sandbox's time. */
const neverEnforced = { enforcementDelayMs: 1e9, timeScale: 0.001 }

async function inLab(options: Parameters<typeof openLab>[0], use: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await openLab(options)
  try {
    await use(lab)
  } finally {
    await lab.close()
  }
}

function notices(events: readonly WorkshopEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'notice' ? [event.text] : []))
}

function steps(events: readonly WorkshopEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'step-finished' ? [`${event.step} ${event.outcome}`] : []))
}

describe('on a cluster whose network enforces no policy', () => {
  it(
    'the NetworkPolicy track says so at its first policy, with what to do, and stops',
    () =>
      inLab({ track: 'netpol', ...neverEnforced }, async (lab) => {
        lab.work.deps.options.deadlineMs = 500
        const { events, result } = await collect(runTrack(lab.work))
        expect(result.ok).toBe(false)
        expect(steps(events)).toEqual(['0 passed', '1 passed', '2 failed'])
        const said = notices(events).filter((text) => text.startsWith('Policy accepted, traffic still flows'))
        expect(said).toEqual([
          expect.stringMatching(
            /^Policy accepted, traffic still flows: 12 connections .* kind enforces them from 0\.24 on/,
          ),
        ])
      }),
    60_000,
  )

  it(
    'the Calico track stops at the first step that blocks; going on, it says it of every pair',
    () =>
      inLab({ track: 'calico', ...neverEnforced }, async (lab) => {
        lab.work.deps.options.deadlineMs = 500
        const { events } = await collect(runTrack(lab.work, { to: 5 }))
        expect(steps(events)).toEqual(['0 passed', '1 passed', '2 passed', '3 passed', '4 failed'])
        expect(notices(events).some((text) => text.startsWith('Policy accepted, traffic still flows'))).toBe(true)
        const onwards = await collect(runTrack(lab.work, { from: 6, to: 6, keepGoing: true }))
        const blocked = settled(onwards.events).filter(
          (event) => event.set === 'matrix' && event.expected === 'blocked',
        )
        expect(blocked).toHaveLength(117)
        for (const { actual, ok, remedy } of blocked) {
          expect({ actual, ok }).toEqual({ actual: 'open', ok: false })
          expect(remedy).toContain('accepted, but traffic still flows')
        }
      }),
    60_000,
  )

  it(
    'says nothing of the kind where a single policy is missing',
    () =>
      inLab({ track: 'netpol' }, async (lab) => {
        await collect(runTrack(lab.work, { to: 2 }))
        lab.work.deps.options.deadlineMs = 500
        await lab.cluster.delete({
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          namespace: 'hipstershop',
          name: 'shipping-allow-checkout',
        })
        const work = {
          ...lab.work,
          track: {
            ...lab.work.track,
            steps: lab.work.track.steps.map((step) => ({
              ...step,
              stages: step.stages.map((stage) => ({ ...stage, actions: [] })),
            })),
          },
        }
        const { events } = await collect(runTrack(work, { from: 2, to: 2 }))
        expect(steps(events)).toEqual(['2 failed'])
        expect(notices(events)).toEqual([expect.stringMatching(/^Stopped at step 2: /)])
      }),
    60_000,
  )
})

describe('on a cluster whose network cuts connections that a new policy forbids', () => {
  it(
    'the broken page shows one step earlier, and the step says why instead of failing',
    () =>
      inLab({ track: 'netpol', keepsConnections: false }, async (lab) => {
        const { events, result } = await collect(runTrack(lab.work, { to: 4 }))
        expect(steps(events)).toEqual(['0 passed', '1 passed', '2 passed', '3 passed', '4 passed'])
        expect(result.ok).toBe(true)
        const said = events.filter((event) => event.type === 'notice' && event.text.includes('cuts connections'))
        expect(said.map((event) => event.step)).toEqual([2])
      }),
    60_000,
  )

  it(
    'is not said of a network that keeps them',
    () =>
      inLab({ track: 'netpol' }, async (lab) => {
        const { events } = await collect(runTrack(lab.work, { to: 2 }))
        expect(notices(events).filter((text) => text.includes('cuts connections'))).toEqual([])
      }),
    60_000,
  )
})
