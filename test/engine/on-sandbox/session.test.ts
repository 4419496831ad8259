// The session on the sandbox: what the screen sends and sees, and what happens when somebody works elsewhere.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeLock } from '../../../src/engine/lock.ts'
import { createSession } from '../../../src/engine/session.ts'
import type { Session, SessionState } from '../../../src/engine/session.types.ts'
import { type Lab, openLab } from '../helpers/on-sandbox.ts'

/** Resolves when the state is as wanted; the test's own time-out is the limit. */
function until(session: Session, wanted: (state: SessionState) => boolean): Promise<SessionState> {
  return new Promise((resolve) => {
    const look = () => {
      if (!wanted(session.get())) return
      unsubscribe()
      resolve(session.get())
    }
    const unsubscribe = session.subscribe(look)
    look()
  })
}

const idle = (state: SessionState) => state.mode === 'idle'

describe('a session on the sandbox', () => {
  let lab: Lab
  let session: Session
  const open = (): Promise<Session> => {
    const { memory: _, ...work } = lab.work
    const place = {
      name: 'sandbox',
      edition: 'open-source',
      version: '3.32',
      via: 'api' as const,
      kubeconfig: lab.kubeconfig,
      isSandbox: true,
    }
    return createSession({ work, place })
  }
  beforeAll(async () => {
    lab = await openLab()
    session = await open()
  }, 60_000)
  afterAll(async () => {
    await session?.close()
    await lab?.close()
  })

  it('starts before the first step, with the line of its first action', () => {
    const state = session.get()
    expect(state).toMatchObject({ current: 0, selected: 0, mode: 'idle', drift: [] })
    expect(state.nextAction?.command).toContain('apply -f manifests/shop/namespace.yaml')
    expect(state.plannedActions).toHaveLength(session.step(0).stages[0]!.actions.length)
  })

  it('does one action at a time', async () => {
    session.send({ type: 'next' })
    const state = await until(session, (now) => idle(now) && now.run.steps.get(0)?.actions[0]?.status === 'done')
    expect(state.run.steps.get(0)?.actions).toHaveLength(1)
    expect(state.nextAction?.command).toContain('apply -f manifests/shop/hipstershop.yaml')
  })

  it('misses nothing the step in progress has not made yet, only what it made and is gone', async () => {
    session.send({ type: 'next' })
    const made = (now: SessionState) => idle(now) && now.run.steps.get(0)?.actions[1]?.status === 'done'
    await until(session, made)
    const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'hipstershop', name: 'cartservice' }
    // Until the watch has seen the shop; no change need come after that.
    const hasSeenShop = () => session.views.flows().rows.some(({ declared }) => declared !== null)
    expect((await until(session, hasSeenShop)).drift).toEqual([])
    await lab.cluster.delete(ref)
    const { drift } = await until(session, (now) => now.drift.length > 0)
    expect(drift.map(({ text }) => text)).toEqual(['Service hipstershop/cartservice of step 0 is missing'])
    const { path } = lab.work.deps.files.manifest('shop/hipstershop.yaml')
    await lab.cluster.executor.run({ kind: 'apply', path })
    await until(session, (now) => now.drift.length === 0)
  })

  it('does the rest of the step and proves it', async () => {
    session.send({ type: 'run-step' })
    const state = await until(session, (now) => idle(now) && now.run.steps.get(0)?.status === 'passed')
    expect(state).toMatchObject({ current: 1, selected: 0, nextAction: null })
    expect([...state.run.steps.get(0)!.probes.values()].every((row) => row.ok)).toBe(true)
    expect(await lab.work.deps.progress?.passed()).toEqual([0])
  })

  it('predicts what the next policy closes', () => {
    session.send({ type: 'select-step', step: 1 })
    expect(session.views.predict?.()).toMatchObject({ opens: [], closes: [], titles: ['Put the shop into PCI scope'] })
    expect(session.views.matrix().rows.filter((row) => row.predicted === 'open')).toHaveLength(143)
  })

  it('lists what nobody declared and is open, after what the workloads declare', () => {
    const { rows } = session.views.flows()
    expect(rows.filter((row) => row.declared !== null)).toHaveLength(16)
    expect(rows.filter((row) => row.declared === null)).toHaveLength(143 - 16)
    const surplus = rows.find((row) => row.from === 'checkoutservice' && row.to === 'adservice')
    expect(surplus).toMatchObject({ declared: null, allowed: 'open', seen: 'open' })
    expect(session.views.explain(surplus!.refs!.from, surplus!.refs!.to, surplus!.port).verdict).toBe('allow')
  })

  it('turns a step green by itself when its actions are done elsewhere', async () => {
    const label = {
      kind: 'label' as const,
      resource: 'pods',
      namespace: 'hipstershop',
      all: true,
      labels: { pci: 'true' },
    }
    expect(await lab.cluster.executor.run(label)).toMatchObject({ ok: true })
    await until(session, (now) => now.run.steps.get(1)?.status === 'passed' && idle(now))
    const { path } = lab.work.deps.files.manifest('calico/02-tiers.yaml')
    expect(await lab.cluster.executor.run({ kind: 'apply', path })).toMatchObject({ ok: true })
    const state = await until(session, (now) => now.run.steps.get(2)?.status === 'passed' && idle(now))
    expect(state.current).toBe(3)
    session.send({ type: 'select-step', step: 6 })
    expect(session.get().plannedActions?.map(({ changesPolicy }) => changesPolicy)).toEqual([false, false, true, true])
    expect(session.get().missingSteps).toEqual([3, 4, 5])
    session.send({ type: 'select-step', step: 2 })
    expect(session.get().plannedActions?.map(({ isDone }) => isDone)).toEqual([true, true, true])
    session.send({ type: 'select-step', step: 3 })
  })

  it('runs all the rest', async () => {
    session.send({ type: 'run-all' })
    const state = await until(
      session,
      (now) => idle(now) && (now.run.steps.get(8)?.status === 'passed' || now.run.failure !== null),
    )
    expect(state.run.failure).toBeNull()
    const steps = [...state.run.steps.values()].map((step) => `${step.number} ${step.status}`).sort()
    expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((number) => `${number} passed`))
  }, 60_000)

  it('tries one flow and says who decides', async () => {
    session.send({ type: 'try-flow', from: 'checkoutservice', to: 'redis-cart' })
    const { tried } = await until(session, (now) => idle(now) && now.tried !== null)
    expect(tried).toMatchObject({ type: 'probe-settled', expected: 'blocked', actual: 'timed-out', ok: true })
  })

  it('says of a name nobody knows just that, and fails nothing', async () => {
    session.send({ type: 'try-flow', from: 'nobody', to: 'redis-cart' })
    const { tried, run } = await until(session, (now) => idle(now) && now.tried?.type === 'run-failed')
    expect(tried).toMatchObject({ message: expect.stringContaining('nobody') })
    expect(run.failure).toBeNull()
  })

  it('explains and shows the board from the same objects', () => {
    expect(session.views.explain('checkoutservice', 'redis-cart').verdict).toBe('deny')
    const policies = session.views.board().tiers.flatMap((tier) => tier.policies)
    expect(policies.find((policy) => policy.name === 'app-hipstershop.redis-cart')?.step).toBe(6)
    expect(policies.find((policy) => policy.name === 'security.pci-restrict')?.step).toBe(4)
    const changed = policies.filter((policy) => policy.changedIn).map(({ name, changedIn }) => `${name} ${changedIn}`)
    expect(changed.sort()).toEqual([
      'app-hipstershop.adservice 8',
      'app-hipstershop.checkoutservice 8',
      'security.pci-restrict 6',
    ])
    expect(session.views.board().removed).toEqual([
      {
        tier: 'default',
        kind: 'StagedGlobalNetworkPolicy',
        name: 'default.default-deny',
        namespace: null,
        step: 7,
      },
    ])
    expect(
      session.views.flows().rows.find((row) => row.from === 'cartservice' && row.to === 'redis-cart'),
    ).toMatchObject({ allowed: 'open', seen: 'open' })
  })

  it('notices what somebody deletes, with the line that repairs it', async () => {
    const ref = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'NetworkPolicy',
      namespace: 'hipstershop',
      name: 'app-hipstershop.redis-cart',
    }
    await lab.cluster.delete(ref)
    const { drift } = await until(session, (now) => now.drift.length > 0)
    expect(drift[0]?.text).toContain('app-hipstershop.redis-cart of step 6 is missing')
    expect(drift[0]?.repair).toContain('apply -f manifests/calico/06-app.yaml')
    expect(
      await lab.cluster.executor.run({ kind: 'apply', path: lab.work.deps.files.manifest('calico/06-app.yaml').path }),
    ).toMatchObject({ ok: true })
    expect(
      await lab.cluster.executor.run({
        kind: 'apply',
        path: lab.work.deps.files.manifest('calico/08-tighten.yaml').path,
      }),
    ).toMatchObject({ ok: true })
    await until(session, (now) => now.drift.length === 0)
  })

  it('is where it was when opened again', async () => {
    const again = await open()
    expect(again.get()).toMatchObject({ current: 8, mode: 'idle' })
    expect([...again.get().run.steps.values()].every((step) => step.status === 'passed')).toBe(true)
    await again.close()
  })

  it('keeps the first answer of a question for whoever comes back', async () => {
    session.send({ type: 'select-step', step: 6 })
    session.send({ type: 'keep-answer', question: 'predict 6', right: 3, total: 5 })
    session.send({ type: 'keep-answer', question: 'predict 6', right: 5, total: 5 })
    session.send({ type: 'select-step', step: 3 })
    session.send({ type: 'keep-answer', question: 'ask a', right: 1, total: 1 })
    const answers = {
      'predict 6': { step: 6, right: 3, total: 5 },
      'ask a': { step: 3, right: 1, total: 1 },
    }
    expect(session.get().answers).toEqual(answers)
    const again = await open()
    expect(again.get().answers).toEqual(answers)
    await again.close()
  })

  it('plans a reset, shows it as lines, and carries it out', async () => {
    session.send({ type: 'plan-reset', to: 4 })
    const { resetPlan } = await until(session, (now) => idle(now) && now.resetPlan !== null)
    expect(resetPlan?.lines[0]?.command).toContain('default.default-deny')
    session.send({ type: 'confirm-reset' })
    const state = await until(session, (now) => idle(now) && now.resetPlan === null)
    expect(state).toMatchObject({ current: 5, selected: 5 })
    expect([...state.run.steps.keys()].sort()).toEqual([0, 1, 2, 3, 4])
    expect(await lab.work.deps.progress?.passed()).toEqual([0, 1, 2, 3, 4])
    expect(state.answers).toEqual({ 'ask a': { step: 3, right: 1, total: 1 } })
    expect(await lab.work.deps.progress?.answers?.()).toEqual(state.answers)
  })

  it('only watches while another process works here, and goes on when that is done', async () => {
    const other = { host: 'elsewhere', pid: 4711, isAlive: () => true }
    const lock = await takeLock(lab.work.deps, lab.work.track, other)
    session.send({ type: 'run-step' })
    const state = await until(session, (now) => idle(now) && now.holder !== null)
    expect(state.holder).toMatchObject({ host: 'elsewhere', pid: 4711 })
    expect(state.run.failure).toBeNull()
    expect(state.nextAction?.command).toContain('05-default-egress.yaml')
    await lock.release()
    await until(session, (now) => now.holder === null)
  })

  it('takes back a step that was taken further than was proved, and proves each stage', async () => {
    await session.close()
    const { executor } = lab.cluster
    const { path } = lab.work.deps.files.manifest('calico/05-default-egress.yaml')
    expect(await executor.run({ kind: 'apply', path })).toMatchObject({ ok: true })
    const pod = { resource: 'pods', namespace: 'default', name: 'multitool', labels: { pci: 'true' } }
    expect(await executor.run({ kind: 'label', ...pod })).toMatchObject({ ok: true })
    session = await open()
    expect(session.get()).toMatchObject({ current: 5, mode: 'idle' })
    session.send({ type: 'next' })
    const taken = await until(session, (now) => idle(now) && (now.run.steps.get(5)?.notices.length ?? 0) > 0)
    expect(taken.run.steps.get(5)?.notices[0]).toContain('it is taken back first')
    expect(taken.nextAction?.command).toContain('05-default-egress.yaml')
    session.send({ type: 'run-step' })
    const state = await until(session, (now) => idle(now) && now.run.steps.get(5)?.status === 'passed')
    const stages = new Set([...state.run.steps.get(5)!.probes.values()].map((row) => row.stage))
    expect([...stages]).toEqual(['5a', '5b'])
  })

  it('makes again what earlier steps made and is gone, before the first line', async () => {
    await session.close()
    await lab.cluster.delete({
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      name: 'platform.allow-dns',
    })
    session = await open()
    // The first lines only look and ask: the prediction is about the policies that follow them, and those only together.
    const titles = session
      .step(6)
      .stages[0]!.actions.slice(2)
      .map(({ title }) => title)
    expect(session.views.predict?.()?.titles).toEqual(titles)
    expect(session.views.predict?.()?.closes).toHaveLength(117)
    session.send({ type: 'run-step' })
    const state = await until(session, (now) => idle(now) && now.run.steps.get(6)?.status === 'passed')
    expect(state.drift).toEqual([])
  })

  it('ends what it does when cancelled', async () => {
    session.send({ type: 'run-all' })
    await until(session, (now) => now.mode === 'proving')
    session.send({ type: 'cancel' })
    const state = await until(session, idle)
    expect([...state.run.steps.values()].some((step) => step.status === 'cancelled')).toBe(true)
    expect(state.run.failure).toBeNull()
  })
})

describe('a session beside somebody who types every line', () => {
  it('is where it was when opened again, although this program changed nothing', async () => {
    const lab = await openLab()
    try {
      const { executor } = lab.cluster
      const { memory: _, ...work } = lab.work
      const place = { name: 'sandbox', edition: '', version: '', via: 'api' as const, kubeconfig: '', isSandbox: true }
      const apply = async (manifest: string) =>
        expect(await executor.run({ kind: 'apply', path: lab.work.deps.files.manifest(manifest).path })).toMatchObject({
          ok: true,
        })
      const session = await createSession({ work, place })
      await apply('shop/namespace.yaml')
      await apply('shop/hipstershop.yaml')
      for (const namespace of ['hipstershop', 'default'])
        await executor.run({ kind: 'run-pod', name: 'multitool', namespace, image: 'wbitt/network-multitool' })
      await until(session, (now) => now.run.steps.get(0)?.status === 'passed' && idle(now))
      const pods = { resource: 'pods', namespace: 'hipstershop', all: true, labels: { pci: 'true' } }
      await executor.run({ kind: 'label', ...pods })
      await until(session, (now) => now.run.steps.get(1)?.status === 'passed' && idle(now))
      await session.close()
      const again = await createSession({ work, place })
      expect([...again.get().run.steps.values()].map(({ number, status }) => `${number} ${status}`)).toEqual([
        '0 passed',
        '1 passed',
      ])
      await again.close()
    } finally {
      await lab.close()
    }
  }, 60_000)
})
