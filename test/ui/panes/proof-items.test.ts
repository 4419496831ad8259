import { describe, expect, it } from 'vitest'
import type { ProbeActual, WorkshopEvent } from '../../../src/engine/events.ts'
import { emptyRunState, reduce } from '../../../src/engine/reduce.ts'
import type { Trace } from '../../../src/policy/model.ts'
import { createLogBook } from '../../../src/ui/panes/log-entries.ts'
import { proofItems } from '../../../src/ui/panes/proof-items.ts'
import { decidingText } from '../../../src/ui/words.ts'
import { trackOf } from '../../helpers/screen.ts'

const step = trackOf().steps[4]!
const stage = step.stages[0]!.id
const base = { v: 1 as const, at: '2026-01-01T10:00:00.000Z', track: 'calico', step: 4, stage }

function settled(from: string, to: string, actual: ProbeActual, ok: boolean): WorkshopEvent {
  return {
    ...base,
    type: 'probe-settled',
    set: 'matrix',
    probe: {
      id: `${from}->${to}`,
      from: { namespace: 'hipstershop', pod: `${from}-1`, workload: from },
      to: { service: to, port: 80, protocol: 'TCP' },
      tool: 'nc',
    },
    expected: 'open',
    actual,
    ok,
    attempts: 1,
    convergedMs: 5,
    evidence: { command: 'kubectl exec', exitCode: 0, output: 'text\u001b[2J' },
    decidedBy: null,
  }
}

const events = [settled('a', 'b', 'open', true), settled('c', 'd', 'timed-out', false), settled('e', 'f', 'open', true)]
const state = events.reduce(reduce, emptyRunState()).steps.get(4)!

describe('proof table', () => {
  it('lists every proof before anything has run', () => {
    const items = proofItems(step, null)
    expect(items.filter((item) => item.kind === 'proof')).toHaveLength(step.stages[0]!.proofs.length)
    expect(items.every((item) => item.kind === 'proof' && item.status === 'waiting')).toBe(true)
  })

  it('puts wrong rows first under their proof and counts the others', () => {
    const items = proofItems(step, state)
    const at = items.findIndex((item) => item.kind === 'proof' && item.progress !== '')
    expect(items[at]).toMatchObject({ progress: '2 of 3 as expected, 1 not' })
    expect(items.slice(at + 1, at + 4).map((item) => (item.kind === 'probe' ? item.row.probe.id : ''))).toEqual([
      'c->d',
      'a->b',
      'e->f',
    ])
  })
})

describe('the lines of a failed proof', () => {
  const proof = step.stages[0]!.proofs[0]!
  const finished: WorkshopEvent = {
    ...base,
    type: 'proof-finished',
    proof: proof.id,
    title: proof.title,
    ok: false,
    details: ['Tier a is there', 'Tier b is missing', 'what else changed is not known'],
    marks: ['ok', 'wrong', 'note'],
  }
  const failed = reduce(emptyRunState(), finished).steps.get(4)!

  it('are wrong only where something fails', () => {
    const items = proofItems(step, failed)
    expect(items.flatMap((item) => (item.kind === 'detail' ? [item.mark] : []))).toEqual(['ok', 'wrong', 'note'])
  })

  it('are red in the log only where something fails', () => {
    const [head, there, missing, unknown] = createLogBook().entries([finished])
    expect(head).toMatchObject({ tone: 'wrong' })
    expect(there).not.toHaveProperty('tone')
    expect(missing).toMatchObject({ tone: 'wrong' })
    expect(unknown).not.toHaveProperty('tone')
  })
})

describe('log', () => {
  it('grows with the events and shows escapes as text', () => {
    const book = createLogBook()
    expect(book.entries(events.slice(0, 1)).map((entry) => entry.text)).toEqual(['✓ a → b:80: open'])
    const all = book.entries(events)
    expect(all).toHaveLength(3)
    expect(all[1]).toMatchObject({ text: '✗ c → d:80: timed out, expected open', command: 'kubectl exec' })
    expect(book.entries(events)).toBe(all)
  })
})

describe('the deciding rule', () => {
  const trace = (verdict: Trace['verdict'], tier: string, policy: string, rule: number): Trace => ({
    verdict,
    enforced: [{ tier, policy, action: verdict === 'deny' ? 'Deny' : 'Allow', rule }],
    pending: [],
  })
  const profile = trace('allow', '__PROFILE__', '', 0)

  it('is counted from 1 and named without its namespace', () => {
    expect(
      decidingText({ egress: profile, ingress: trace('allow', 'app', 'np:hipstershop/app-hipstershop.redis-cart', 0) }),
    ).toBe('app-hipstershop.redis-cart #1')
  })

  it('is that of the side that says no', () => {
    expect(decidingText({ egress: trace('deny', 'app', 'np:a/app.x', -1), ingress: profile })).toBe(
      'end of tier app (egress)',
    )
    expect(decidingText({ egress: profile, ingress: trace('deny', 'security', 'gnp:security.pci-restrict', 1) })).toBe(
      'security.pci-restrict #2',
    )
  })
})
