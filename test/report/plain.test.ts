import { describe, expect, it } from 'vitest'
import type { WorkshopEvent } from '../../src/engine/events.ts'
import type { EventFields } from '../../src/engine/scope.ts'
import { createJsonReporter } from '../../src/report/json.ts'
import { createPlainReporter } from '../../src/report/plain.ts'

const stamp = (fields: EventFields) =>
  ({ v: 1, at: '2026-01-01T00:00:00.000Z', track: 'calico', step: 6, ...fields }) as WorkshopEvent

function plain(...fields: EventFields[]): string {
  let text = ''
  const report = createPlainReporter((part) => {
    text += part
  })
  for (const one of fields) report(stamp(one))
  return text
}

const probe = {
  id: 'p',
  from: { namespace: 'hipstershop', pod: 'checkoutservice-1', workload: 'checkoutservice' },
  to: { namespace: 'hipstershop', service: 'redis-cart', port: 6379, podPort: 6379, protocol: 'TCP' as const },
  tool: 'nc' as const,
}
const deny = {
  verdict: 'deny' as const,
  enforced: [
    {
      tier: 'app-hipstershop',
      policy: 'np:hipstershop/app-hipstershop.checkoutservice',
      action: 'Deny' as const,
      rule: -1,
    },
  ],
  pending: [],
}
const allow = { verdict: 'allow' as const, enforced: [], pending: [] }
const settled = (more: object = {}): EventFields =>
  ({
    type: 'probe-settled',
    stage: '6',
    set: 'seed',
    probe,
    expected: 'blocked',
    actual: 'timed-out',
    ok: true,
    attempts: 2,
    convergedMs: 12,
    evidence: { command: 'kubectl exec -- nc', exitCode: 1, output: 'nc: timed out' },
    decidedBy: { egress: deny, ingress: allow },
    ...more,
  }) as EventFields

describe('the plain reporter', () => {
  it('says each result as a sentence with the rule that decided', () => {
    expect(plain(settled())).toBe(
      '    ok: checkoutservice to redis-cart:6379 by nc: expected blocked, got timed out (end of tier app-hipstershop)\n',
    )
  })

  it('adds remedy and evidence to a wrong result', () => {
    const text = plain(settled({ ok: false, actual: 'open', remedy: 'Look at the policy.' }))
    expect(text).toContain('WRONG: checkoutservice to redis-cart:6379')
    expect(text).toContain('Look at the policy.')
    expect(text).toContain('$ kubectl exec -- nc')
    expect(text).toContain('nc: timed out')
  })

  it('leaves pairs of a matrix out that are as expected, and only those', () => {
    expect(plain(settled({ set: 'matrix' }))).toBe('')
    expect(plain(settled({ set: 'matrix', ok: false }))).toContain('WRONG')
  })

  it('prints streamed output in whole lines', () => {
    const output = (text: string): EventFields => ({
      type: 'action-output',
      stage: '6',
      action: 'a',
      stream: 'stdout',
      text,
    })
    expect(
      plain(output('policy/a cre'), output('ated\npolicy/b'), {
        type: 'action-finished',
        stage: '6',
        action: 'a',
        ok: true,
        ms: 1,
      }),
    ).toBe('    policy/a created\n    policy/b\n')
  })

  it('lets no control character of the cluster through', () => {
    const text = plain({
      type: 'action-output',
      stage: '6',
      action: 'a',
      stream: 'stdout',
      text: 'pod/\u001b[2Jx\r\n\u009b1m\n',
    })
    expect(text).toBe('    pod/\\u001b[2Jx\n    \\u009b1m\n')
  })

  it('says that a step was not proved', () => {
    expect(plain({ type: 'step-finished', outcome: 'failed', probes: { total: 143, ok: 142 }, ms: 3200 })).toBe(
      'Step 6 NOT PROVED, 142 of 143 connections as expected, 3.2 s.\n',
    )
  })
})

describe('the JSON reporter', () => {
  it('writes one event per line as it is', () => {
    let text = ''
    const report = createJsonReporter((part) => {
      text += part
    })
    const events = [
      stamp(settled()),
      stamp({ type: 'run-finished', ok: true, steps: [{ step: 6, ok: true, probes: { total: 1, ok: 1 } }], ms: 5 }),
    ]
    for (const event of events) report(event)
    expect(text.endsWith('\n')).toBe(true)
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(events)
  })

  it('escapes what a terminal would act on', () => {
    let text = ''
    createJsonReporter((part) => {
      text += part
    })(stamp({ type: 'notice', text: 'a\u009bb\u202ec' }))
    expect(text).toContain('a\\u009bb\\u202ec')
  })
})
