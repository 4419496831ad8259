import { describe, expect, it } from 'vitest'
import { runStep } from '../../../src/engine/run-step.ts'
import type { ProbeSpec, Proof } from '../../../src/workshop/step.ts'
import { createFakeCluster, type FakeOptions } from '../helpers/fake-cluster.ts'
import {
  at,
  brief,
  collect,
  dnsService,
  namespaces,
  pod,
  service,
  settled,
  shopObjects,
  step,
  track,
  workOn,
} from '../helpers/small-shop.ts'

const probe = (from: string, to: string, expected: 'open' | 'blocked', more: Partial<ProbeSpec> = {}): ProbeSpec => ({
  id: `${from}-${to}`,
  from,
  to,
  tool: 'nc',
  expect: expected,
  ...more,
})

async function prove(specs: ProbeSpec[], fake: FakeOptions, options: { allowProbeContainers?: boolean } = {}) {
  const cluster = createFakeCluster({ objects: shopObjects(), ...fake })
  const proofs: Proof[] = [{ kind: 'probes', id: 'p', title: 'p', probes: specs, at }]
  const one = step(1, [], proofs)
  const work = workOn(cluster, track(one))
  Object.assign(work.deps.options, options)
  const { events, result } = await collect(runStep(work, one))
  return { events, result, cluster, lines: brief(events) }
}

/** mail cannot reach cart, everything else is open. */
const mailShutOut: FakeOptions['probe'] = (line, batch) =>
  batch.pod === 'mail' && line.host === 'cart' ? 'timed-out' : 'open'

describe('a blocked connection', () => {
  it('counts when it was seen twice, the source reaches DNS and somebody else reaches the target', async () => {
    const { lines, events } = await prove([probe('mail', 'cart', 'blocked'), probe('tool', 'cart', 'open')], {
      probe: mailShutOut,
    })
    expect(lines.sort()).toEqual(['mail-cart blocked timed-out ok', 'tool-cart open open ok'])
    expect(settled(events).find((event) => event.expected === 'blocked')?.attempts).toBe(2)
  })

  it('is not probed when the source reaches nothing at all', async () => {
    const { lines, events } = await prove([probe('mail', 'cart', 'blocked'), probe('tool', 'cart', 'open')], {
      probe: (_line, batch) => (batch.pod === 'mail' ? 'timed-out' : 'open'),
    })
    expect(lines).toContain('mail-cart blocked not-probed not ok')
    expect(settled(events).find((event) => !event.ok)?.remedy).toContain('not even the cluster DNS')
  })

  it('is not probed when nobody reached the target in the same run', async () => {
    const { lines } = await prove([probe('mail', 'cart', 'blocked')], { probe: mailShutOut })
    expect(lines).toEqual(['mail-cart blocked not-probed not ok'])
  })

  it('is not probed when the Service has no ready endpoint', async () => {
    const [cart, slice] = service('cart')
    const down = { ...slice!, endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: false } }] }
    const { lines, events } = await prove([probe('mail', 'cart', 'blocked'), probe('tool', 'cart', 'open')], {
      objects: [...namespaces, pod('cart'), pod('mail'), pod('tool'), cart!, down, dnsService],
      probe: mailShutOut,
    })
    expect(lines).toContain('mail-cart blocked not-probed not ok')
    expect(settled(events).find((event) => !event.ok)?.remedy).toContain('no ready endpoint')
  })

  it('is not probed at a port the Service does not have, although it times out there', async () => {
    const { lines, events } = await prove(
      [probe('mail', 'cart', 'blocked', { port: 81 }), probe('tool', 'cart', 'open')],
      {
        probe: mailShutOut,
      },
    )
    expect(lines).toContain('mail-cart blocked not-probed not ok')
    expect(settled(events).find((event) => !event.ok)?.remedy).toContain('no port 81')
  })

  it.each(['refused', 'name-not-resolved', 'cannot-run'] as const)('is never what %s looks like', async (outcome) => {
    const { lines } = await prove([probe('mail', 'cart', 'blocked'), probe('tool', 'cart', 'open')], {
      probe: (line, batch) => (batch.pod === 'mail' && line.host === 'cart' ? outcome : 'open'),
      ephemeral: () => ({ kind: 'running', container: 'hw-probe' }),
    })
    expect(lines).toContain(`mail-cart blocked ${outcome} not ok`)
  })

  it('is polled for until policies have taken effect, and says how long that took', async () => {
    const { events } = await prove([probe('mail', 'cart', 'blocked'), probe('tool', 'cart', 'open')], {
      // The first exec of a pod only finds out whether its shell has nc.
      probe: (line, batch, attempt) =>
        batch.pod === 'mail' && line.host === 'cart' && attempt > 3 ? 'timed-out' : 'open',
    })
    const blocked = settled(events).find((event) => event.expected === 'blocked')
    expect(blocked).toMatchObject({ ok: true, actual: 'timed-out', attempts: 4, convergedMs: 750 })
  })

  it('does not count when a second look finds it open', async () => {
    const { lines } = await prove([probe('mail', 'cart', 'blocked'), probe('tool', 'cart', 'open')], {
      probe: (line, batch, attempt) =>
        batch.pod === 'mail' && line.host === 'cart' && attempt === 2 ? 'timed-out' : 'open',
    })
    expect(lines).toContain('mail-cart blocked open not ok')
  })
})

describe('an exec that was cut', () => {
  const cut = { kind: 'failed' as const, reason: 'cut' as const, message: 'connection reset' }

  it('is no result: it is tried again', async () => {
    const { lines } = await prove([probe('mail', 'cart', 'open')], {
      probe: () => 'open',
      exec: (_batch, attempt) => (attempt === 2 || attempt === 3 ? cut : undefined),
    })
    expect(lines).toEqual(['mail-cart open open ok'])
  })

  it('cannot run when it never comes through', async () => {
    const { lines, events } = await prove([probe('mail', 'cart', 'blocked')], {
      exec: (_batch, attempt) => (attempt > 1 ? cut : undefined),
      probe: () => 'open',
    })
    expect(lines).toEqual(['mail-cart blocked cannot-run not ok'])
    expect(settled(events)[0]?.remedy).toContain('cut each time')
  })
})

describe('a pod without a shell', () => {
  const noShell: FakeOptions['exec'] = (batch) =>
    batch.pod === 'cart' && batch.container === 'main'
      ? { kind: 'failed', reason: 'no-shell', message: 'no sh' }
      : undefined

  it('gets a probe container, announced before it is added', async () => {
    const { lines, events, cluster } = await prove([probe('cart', 'mail', 'open')], {
      probe: () => 'open',
      exec: noShell,
    })
    expect(lines).toEqual(['cart-mail open open ok'])
    expect(cluster.ephemerals).toEqual(['cart'])
    expect(events.find((event) => event.type === 'notice')).toMatchObject({
      text: expect.stringContaining('cart: no shell with nc'),
    })
    expect(settled(events)[0]?.evidence.command).toBe('kubectl exec -n shop cart -c hw-probe -- nc mail')
  })

  it('cannot run, and never counts as blocked, when neither container nor twin is allowed', async () => {
    const { lines, events } = await prove([probe('cart', 'mail', 'blocked'), probe('tool', 'mail', 'open')], {
      probe: () => 'open',
      exec: noShell,
      ephemeral: () => ({ kind: 'failed', reason: 'forbidden', message: 'may not patch pods/ephemeralcontainers' }),
    })
    expect(lines).toContain('cart-mail blocked cannot-run not ok')
    expect(settled(events).find((event) => !event.ok)?.remedy).toContain('doctor --rbac')
  })

  it('is left alone with --no-ephemeral', async () => {
    const { lines, cluster } = await prove(
      [probe('cart', 'mail', 'open')],
      { probe: () => 'open', exec: noShell },
      { allowProbeContainers: false },
    )
    expect(lines).toEqual(['cart-mail open cannot-run not ok'])
    expect(cluster.ephemerals).toEqual([])
  })
})

describe('a name outside', () => {
  it('is blocked only if the control reaches it in the same run', async () => {
    const { lines } = await prove([probe('mail', 'example.com', 'blocked', { tool: 'curl' })], {
      probe: (line, batch) => (line.host === 'example.com' && batch.pod === 'mail' ? 'timed-out' : 'open'),
    })
    expect(lines).toEqual(['mail-example.com blocked timed-out ok'])
  })

  it('is not probed in a lab without a way out', async () => {
    const { lines, events } = await prove([probe('mail', 'example.com', 'blocked', { tool: 'curl' })], {
      probe: (line) => (line.host === 'example.com' ? 'timed-out' : 'open'),
    })
    expect(lines).toEqual(['mail-example.com blocked not-probed not ok'])
    expect(settled(events)[0]?.remedy).toContain('tool does not reach example.com either')
  })

  it('counts with its control where that succeeds', async () => {
    const specs = [probe('mail', 'example.com', 'open', { tool: 'ping', ifControl: true })]
    const { lines, cluster } = await prove(specs, { probe: () => 'open' })
    expect(lines).toEqual(['mail-example.com open open ok'])
    expect(
      cluster.batches
        .filter((batch) => batch.probes.some((line) => line.tool === 'ping'))
        .map((batch) => batch.pod)
        .sort(),
    ).toEqual(['mail', 'tool'])
  })

  it('is told and left out where the container may not use the tool, though its control may', async () => {
    const specs = [
      probe('mail', 'example.com', 'blocked', { tool: 'ping', ifControl: true }),
      probe('mail', 'cart', 'open'),
    ]
    const { lines, events, result } = await prove(specs, {
      probe: (line, { pod }) =>
        line.tool === 'ping' && pod === 'mail' ? { outcome: 'cannot-run', detail: 'ping is not permitted' } : 'open',
    })
    expect(lines).toEqual(['mail-cart open open ok'])
    expect(result.outcome).toBe('passed')
    expect(events.findLast((event) => event.type === 'notice')).toMatchObject({
      text: 'not probed, ping: mail to example.com. ping is not permitted.',
    })
  })

  it('is told and left out when the probe counts only with its control', async () => {
    const specs = [
      probe('mail', 'example.com', 'open', { tool: 'ping', ifControl: true }),
      probe('mail', 'cart', 'open'),
    ]
    const { lines, events, result } = await prove(specs, {
      probe: (line) => (line.tool === 'ping' ? 'timed-out' : 'open'),
    })
    expect(lines).toEqual(['mail-cart open open ok'])
    expect(result.outcome).toBe('passed')
    expect(events.find((event) => event.type === 'notice')).toMatchObject({
      text: expect.stringContaining('not probed, ping'),
    })
  })
})

describe('a page', () => {
  it('must answer with the expected status', async () => {
    const cluster = createFakeCluster({ objects: shopObjects(), probe: () => ({ outcome: 'open', httpStatus: 500 }) })
    const one = step(
      1,
      [],
      [{ kind: 'http', id: 'page', title: 'page', from: 'tool', url: 'http://cart/x', status: 200, at }],
    )
    const { events, result } = await collect(runStep(workOn(cluster, track(one)), one))
    expect(result.outcome).toBe('failed')
    expect(brief(events)).toEqual(['page open open not ok'])
    expect(cluster.batches.at(-1)?.probes[0]).toMatchObject({ tool: 'curl', host: 'cart', path: '/x', get: true })
    expect(events.find(({ type }) => type === 'proof-finished')).toMatchObject({
      details: ['0 of 1 as expected (0 open, 0 blocked)', 'tool to cart:80: expected HTTP 200, got HTTP 500'],
    })
  })

  it.each([
    ['a stand-in answers in a few bytes: the claim is not asked, and not ticked', 12, true],
    ['the page of the shop itself does not count as one', 8_000, false],
    ['nor does a page of unknown size', undefined, false],
  ])('%s', async (_name, pageBytes, ok) => {
    const reading = { outcome: 'open' as const, httpStatus: 200, ...(pageBytes === undefined ? {} : { pageBytes }) }
    const cluster = createFakeCluster({ objects: shopObjects(), probe: () => reading })
    const or = { status: 200, under: 1000, say: 'A stand-in.' }
    const url = 'http://cart/x'
    const one = step(1, [], [{ kind: 'http', id: 'page', title: 'page', from: 'tool', url, status: 500, or, at }])
    const { events, result } = await collect(runStep(workOn(cluster, track(one)), one))
    expect(result.outcome).toBe(ok ? 'passed' : 'failed')
    const finished = events.find(({ type }) => type === 'proof-finished')
    expect(finished).toMatchObject(ok ? { ok: true, skipped: 'A stand-in.', details: [] } : { ok: false })
    if (!ok) expect(finished).not.toHaveProperty('skipped')
  })
})
