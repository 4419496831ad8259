import { describe, expect, it } from 'vitest'
import type { WorkshopEvent } from '../../src/engine/events.ts'
import { emptyRunState, probeRowKey, reduce } from '../../src/engine/reduce.ts'
import type { EventFields } from '../../src/engine/scope.ts'

const stamp = (fields: EventFields, step = 1) =>
  ({ v: 1, at: '2026-01-01T00:00:00.000Z', track: 't', step, ...fields }) as WorkshopEvent
const run = (...fields: EventFields[]) => fields.map((one) => stamp(one)).reduce(reduce, emptyRunState('here'))
const probe = {
  id: 'a->b',
  from: { namespace: 'n', pod: 'a-1', workload: 'a' },
  to: { service: 'b', port: 80, protocol: 'TCP' as const },
  tool: 'nc' as const,
}
const evidence = { command: 'kubectl exec', exitCode: 0, output: '' }
const place = { stage: '1', set: 'matrix', probe, expected: 'open' as const }
const action = { stage: '1', action: 'x', title: 'Apply', command: 'kubectl apply' }

describe('reduce', () => {
  it('leaves nothing on when a step ends in the middle', () => {
    const begun: EventFields[] = [
      { type: 'step-started', title: 'One', stages: ['1'] },
      { type: 'action-started', ...action },
      { type: 'proof-started', stage: '1', proof: 'p', title: 'P', probes: 2 },
      { type: 'probe-started', ...place },
      { type: 'probe-started', ...place, probe: { ...probe, id: 'a->c' } },
      {
        type: 'probe-settled',
        ...place,
        actual: 'open',
        ok: true,
        attempts: 1,
        convergedMs: 1,
        evidence,
        decidedBy: null,
      },
    ]
    const end = (outcome: 'cancelled' | 'failed'): EventFields => ({
      type: 'step-finished',
      outcome,
      probes: { total: 0, ok: 0 },
      ms: 0,
    })
    const cancelled = run(...begun, end('cancelled')).steps.get(1)!
    expect(cancelled.actions.map(({ status }) => status)).toEqual(['waiting'])
    expect(cancelled.proofs.map(({ status }) => status)).toEqual(['waiting'])
    expect([...cancelled.probes.values()].map((row) => row.probe.id)).toEqual(['a->b'])
    expect(
      run(...begun, end('failed'))
        .steps.get(1)!
        .actions.map(({ status }) => status),
    ).toEqual(['failed'])
  })

  it('follows an action from its start to its end', () => {
    const state = run(
      { type: 'step-started', title: 'One', stages: ['1'] },
      { type: 'action-started', ...action },
      { type: 'action-output', stage: '1', action: 'x', stream: 'stdout', text: 'made\n' },
      { type: 'action-finished', stage: '1', action: 'x', ok: false, message: 'refused', hint: 'ask', ms: 3 },
    )
    expect(state.current).toBe(1)
    expect(state.steps.get(1)?.actions).toEqual([
      {
        stage: '1',
        id: 'x',
        title: 'Apply',
        command: 'kubectl apply',
        status: 'failed',
        output: [{ stream: 'stdout', text: 'made\n' }],
        message: 'refused',
        hint: 'ask',
      },
    ])
  })

  it('fills a probe row in and keeps its place', () => {
    const state = run(
      { type: 'probe-started', ...place },
      { type: 'probe-started', ...place, probe: { ...probe, id: 'a->c' } },
      { type: 'probe-attempted', stage: '1', set: 'matrix', probe, attempt: 1, actual: 'timed-out', evidence },
      {
        type: 'probe-settled',
        ...place,
        actual: 'open',
        ok: true,
        attempts: 2,
        convergedMs: 20,
        evidence,
        decidedBy: null,
      },
    )
    const rows = state.steps.get(1)!.probes
    expect([...rows.keys()]).toEqual([probeRowKey('1', 'matrix', 'a->b'), probeRowKey('1', 'matrix', 'a->c')])
    expect(rows.get('1/matrix/a->b')).toMatchObject({ actual: 'open', ok: true, attempts: 2, convergedMs: 20 })
    expect(rows.get('1/matrix/a->c')).toMatchObject({ actual: null, ok: null })
  })

  it('forgets an old result when the probe starts again', () => {
    const state = run(
      {
        type: 'probe-settled',
        ...place,
        actual: 'refused',
        ok: false,
        attempts: 1,
        convergedMs: 1,
        evidence,
        decidedBy: null,
        remedy: 'look',
      },
      { type: 'probe-started', ...place },
      {
        type: 'probe-settled',
        ...place,
        actual: 'open',
        ok: true,
        attempts: 1,
        convergedMs: 1,
        evidence,
        decidedBy: null,
      },
    )
    expect(state.steps.get(1)?.probes.get('1/matrix/a->b')).not.toHaveProperty('remedy')
  })

  it('shows a skipped proof with its reason', () => {
    const state = run({
      type: 'proof-finished',
      stage: '1',
      proof: 'p',
      title: 'P',
      ok: true,
      skipped: 'left out',
      details: [],
    })
    expect(state.steps.get(1)?.proofs).toEqual([
      { stage: '1', id: 'p', title: 'P', status: 'skipped', details: ['left out'] },
    ])
  })

  it('never changes the state it was given', () => {
    const before = run({ type: 'step-started', title: 'One', stages: ['1'] }, { type: 'action-started', ...action })
    const copy = structuredClone(before)
    reduce(before, stamp({ type: 'action-finished', stage: '1', action: 'x', ok: true, ms: 1 }))
    reduce(before, stamp({ type: 'probe-started', ...place }))
    expect(before).toEqual(copy)
  })
})
