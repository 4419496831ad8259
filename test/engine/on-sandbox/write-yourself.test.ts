// The learner writes the policies: what counts are the flows, whatever the policies are called and however they are written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gotoStep } from '../../../src/engine/goto.ts'
import { carryOut, readResetPlan } from '../../../src/engine/reset/carry-out.ts'
import { runStep } from '../../../src/engine/run-step.ts'
import { runTrack } from '../../../src/engine/run-track.ts'
import { createSession } from '../../../src/engine/session.ts'
import type { Session, SessionState } from '../../../src/engine/session.types.ts'
import { readStatus } from '../../../src/engine/status.ts'
import { loadWritten, takeOver, withWriting } from '../../../src/engine/write-yourself.ts'
import { type Lab, openLab } from '../helpers/on-sandbox.ts'
import { collect } from '../helpers/small-shop.ts'

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

/** All ten stages in two policies per receiver or fewer, named and written unlike ours. */
const callers: Record<string, [number, string[]]> = {
  productcatalogservice: [3550, ['frontend', 'checkoutservice', 'recommendationservice']],
  currencyservice: [7000, ['frontend', 'checkoutservice']],
  cartservice: [7070, ['frontend', 'checkoutservice']],
  'redis-cart': [6379, ['cartservice']],
  checkoutservice: [5050, ['frontend']],
  paymentservice: [50051, ['checkoutservice']],
  emailservice: [8080, ['checkoutservice']],
  recommendationservice: [8080, ['frontend']],
  adservice: [9555, ['frontend']],
}

function policy(receiver: string): string {
  const [port, from] = callers[receiver]!
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: mine-${receiver}, namespace: hipstershop}
spec:
  podSelector: {matchExpressions: [{key: app, operator: In, values: [${receiver}]}]}
  ingress:
    - from: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [${from.join(', ')}]}]}}]
      ports: [{port: ${port}}]
`
}

const window = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop-window, namespace: hipstershop}
spec:
  podSelector: {matchLabels: {app: frontend}}
  ingress: [{ports: [{port: 8080}]}]
`

describe('step 5 of the NetworkPolicy track, written by the learner', () => {
  let lab: Lab
  let session: Session
  let file: string
  const kubectlApply = (path: string) => lab.cluster.executor.run({ kind: 'apply', path })
  beforeAll(async () => {
    lab = await openLab({ track: 'netpol' })
    lab.work.deps.options.deadlineMs = 2_000
    file = join(lab.home, 'workshop', 'my-policies.yaml')
    const { result } = await collect(gotoStep(lab.work, lab.work.track.steps[4]!))
    expect(result.ok).toBe(true)
    const { memory: _, ...work } = lab.work
    const place = {
      name: 'sandbox',
      edition: 'open-source',
      version: '3.32',
      via: 'api' as const,
      kubeconfig: lab.kubeconfig,
      isSandbox: true,
    }
    session = await createSession({ work, place })
  }, 60_000)
  afterAll(async () => {
    await session?.close()
    await lab?.close()
  })

  it('puts the skeleton into the working folder and waits for the file instead of running our action', async () => {
    session.send({ type: 'select-step', step: 5 })
    session.send({ type: 'write-yourself' })
    const state = await until(session, (now) => idle(now) && now.nextAction?.action === 'write')
    expect(state.nextAction?.command).toMatch(/apply -f .*my-policies\.yaml/)
    expect(readFileSync(file, 'utf8')).toBe(
      readFileSync(join(lab.home, 'workshop', 'manifests', 'netpol', 'skeleton.yaml'), 'utf8'),
    )
    expect(state.plannedActions?.filter(({ action }) => action === 'write')).toHaveLength(10)
    expect((await loadWritten(lab.work.deps, lab.work.track)).size).toBe(10)
  })

  it('tells what the file would do, beside what the stage wants', () => {
    const { wanted, closes } = session.views.predict!()!
    expect(wanted).toMatchObject({ right: 4, total: 6 })
    expect(wanted?.wrong.map(({ from, expected }) => `${from} ${expected}`).sort()).toEqual([
      'checkoutservice open',
      'recommendationservice open',
    ])
    expect(closes).toHaveLength(12)
  })

  it('is not done by a file whose flows are wrong, and the proof says which', async () => {
    session.send({ type: 'run-step' })
    const state = await until(session, (now) => idle(now) && now.run.steps.get(5)?.status === 'failed')
    expect(state.nextAction).toMatchObject({ stage: '5a', action: 'write' })
    const wrong = [...state.run.steps.get(5)!.probes.values()].filter((row) => row.ok === false)
    expect(wrong.map((row) => row.probe.from.workload)).toContain('recommendationservice')
    const output = state.run.steps.get(5)!.actions.flatMap((row) => row.output.map(({ text }) => text))
    expect(output.join('')).toContain('With it, 4 of 6 would be as this stage wants them')
  })

  it('says what is wrong with a file that is no YAML, and goes on afterwards', async () => {
    writeFileSync(file, 'kind: [NetworkPolicy\n')
    expect(() => session.views.predict!()).toThrow(/my-policies\.yaml/)
    session.send({ type: 'next' })
    const state = await until(
      session,
      (now) => idle(now) && now.run.steps.get(5)!.actions.some((a) => a.status === 'failed'),
    )
    expect(state.nextAction?.action).toBe('write')
    expect(state.run.failure).toBeNull()
  })

  it('turns green by itself when the flows are right, applied from another file by other means', async () => {
    const other = join(lab.home, 'elsewhere.yaml')
    writeFileSync(other, policy('productcatalogservice'))
    await lab.cluster.delete({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      namespace: 'hipstershop',
      name: 'productcatalog-allow-frontend',
    })
    expect(await kubectlApply(other)).toMatchObject({ ok: true })
    const state = await until(session, (now) => idle(now) && now.nextAction?.stage === '5b')
    expect([...state.run.steps.get(5)!.probes.values()].filter((row) => row.stage === '5a' && !row.ok)).toEqual([])
  }, 20_000)

  it('finishes the step with policies of other names and form, ours not applied', async () => {
    writeFileSync(file, [...Object.keys(callers).map(policy), window].join('---\n'))
    session.send({ type: 'run-step' })
    await until(session, (now) => idle(now) && now.run.steps.get(5)?.status === 'passed')
    const names = (await lab.cluster.list({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' })).map(
      (object) => object.metadata.name,
    )
    expect(names).toContain('shop-window')
    expect(names).not.toContain('payment-allow-checkout')
    const track = withWriting(lab.work.track, await loadWritten(lab.work.deps, lab.work.track))
    expect(await readStatus(lab.work.deps, track)).toMatchObject({ step: 5, ok: true })
  }, 40_000)

  it('is taken back by reset: what the file names goes, what else appeared is asked about', async () => {
    const foreign = join(lab.home, 'foreign.yaml')
    writeFileSync(foreign, window.replace('shop-window', 'somebody-elses'))
    await kubectlApply(foreign)
    session.send({ type: 'plan-reset', to: 4 })
    const { resetPlan } = await until(session, (now) => idle(now) && now.resetPlan !== null)
    const commands = resetPlan!.lines.map(({ command, reason }) => `${command} # ${reason}`)
    expect(commands.filter((line) => line.includes('mine-'))).toHaveLength(9)
    expect(commands.some((line) => line.includes('somebody-elses'))).toBe(false)
    expect(resetPlan?.questions).toEqual([expect.stringContaining('somebody-elses appeared')])
    session.send({ type: 'confirm-reset', include: true })
    const state = await until(session, (now) => idle(now) && now.resetPlan === null)
    expect(state).toMatchObject({ current: 5 })
    expect(state.nextAction?.action).not.toBe('write')
    const left = await lab.cluster.list({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' })
    expect(left.map((object) => object.metadata.name).sort()).toEqual([
      'shipping-allow-checkout',
      'shipping-allow-frontend',
    ])
    expect(existsSync(file)).toBe(true)
  }, 20_000)

  it('names the file that names a policy, also when the step was not taken over', async () => {
    await kubectlApply(file)
    const plan = await readResetPlan(lab.work, 4)
    expect(plan.entries.map(({ reason }) => reason)).toContain('named in my-policies.yaml of the working folder')
    expect((await collect(carryOut(lab.work, plan))).result.ok).toBe(true)
  })
})

describe('a run that was killed in a step the learner writes', () => {
  it('goes on with what is there: nothing of the learner is taken away, nothing changed in the cluster is put back', async () => {
    const lab = await openLab({ track: 'netpol' })
    try {
      lab.work.deps.options.deadlineMs = 2_000
      expect((await collect(gotoStep(lab.work, lab.work.track.steps[4]!))).result.ok).toBe(true)
      writeFileSync(
        join(lab.home, 'workshop', 'my-policies.yaml'),
        [...Object.keys(callers).map(policy), window].join('---\n'),
      )
      const stages = lab.work.track.steps[5]!.stages.map(({ id }) => id)
      lab.work.memory.written = new Set(stages)
      lab.work.track = await takeOver(lab.work.deps, lab.work.track, lab.work.memory.written)
      const killed = runTrack(lab.work, { from: 5 })
      for await (const event of killed) if (event.type === 'action-finished' && event.stage === '5d') break
      const uids = async () =>
        new Map(
          (await lab.cluster.list({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' })).map(
            ({ metadata }) => [metadata.name, metadata.uid],
          ),
        )
      const before = await uids()
      expect(before.size).toBe(12)
      const { events, result } = await collect(runTrack(lab.work, { from: 5, resume: true }))
      expect(await uids()).toEqual(before)
      expect(result.ok).toBe(true)
      expect(events.filter((event) => event.type === 'action-started' && event.stage === 'reset')).toEqual([])

      const ref = {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        namespace: 'hipstershop',
        name: 'mine-redis-cart',
      }
      await lab.cluster.patch(ref, { spec: { ingress: [] } })
      const again = await collect(runTrack(lab.work, { from: 5, resume: true }))
      expect(again.result.ok).toBe(false)
      expect((await lab.cluster.get(ref))?.spec?.ingress ?? []).toEqual([])
      expect(again.events).toContainEqual(
        expect.objectContaining({ type: 'action-finished', message: expect.stringContaining('mine-redis-cart') }),
      )
    } finally {
      await lab.close()
    }
  }, 60_000)
})

describe('step 6 of the Calico track, written by the learner', () => {
  it('is proved with one policy per workload of any name, and the wall is updated as it is', async () => {
    const lab = await openLab({ track: 'calico' })
    try {
      const step = lab.work.track.steps[6]!
      expect((await collect(gotoStep(lab.work, lab.work.track.steps[5]!))).result.ok).toBe(true)
      const file = join(lab.home, 'workshop', 'my-app-policies.yaml')
      const ours = readFileSync(join(lab.home, 'workshop', 'manifests', 'calico', '06-app.yaml'), 'utf8')
      writeFileSync(file, ours.replaceAll('name: app-hipstershop.', 'name: app-hipstershop.mine-'))
      const confirm = async (_scope: unknown, _stage: unknown, action: { id: string }) =>
        action.id === 'app' ? ('write' as const) : ('run' as const)
      const { result, events } = await collect(runStep(lab.work, step, { confirm }))
      expect(result.outcome).toBe('passed')
      const commands = events.flatMap((event) => (event.type === 'action-started' ? [event.command] : []))
      expect(commands.some((line) => line.includes('my-app-policies.yaml'))).toBe(true)
      expect(commands.some((line) => line.includes('06-app.yaml'))).toBe(false)
      expect(commands.at(-1)).toContain('06-pci-update.yaml')
      const skipped = events.filter((event) => event.type === 'proof-finished' && event.skipped !== undefined)
      expect(skipped).toHaveLength(1)
    } finally {
      await lab.close()
    }
  }, 60_000)
})
