// Undo on the sandbox through the real adapters: the start state is hostile, and comes back exactly.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/cluster/port.ts'
import { gotoStep } from '../../../src/engine/goto.ts'
import { probeFlow } from '../../../src/engine/probe-flow.ts'
import { carryOut, readResetPlan } from '../../../src/engine/reset/carry-out.ts'
import { createMemory, type Work } from '../../../src/engine/scope.ts'
import { readSnapshot } from '../../../src/engine/snapshot.ts'
import { readStatus, statusKinds } from '../../../src/engine/status.ts'
import { type Lab, openLab } from '../helpers/on-sandbox.ts'
import { collect, settled } from '../helpers/small-shop.ts'

const calico = (kind: string, name: string, spec: Record<string, unknown>): KubeObject => ({
  apiVersion: 'projectcalico.org/v3',
  kind,
  metadata: { name },
  spec,
})

/** Somebody was here before: our names with other contents, a label with another value, an annotated namespace. */
const hostile: KubeObject[] = [
  calico('Tier', 'security', { order: 500, defaultAction: 'Pass' }),
  calico('GlobalNetworkPolicy', 'security.theirs', {
    tier: 'security',
    order: 1,
    selector: 'team == "x"',
    types: ['Ingress'],
    ingress: [{ action: 'Allow' }],
  }),
  calico('GlobalNetworkPolicy', 'security.pci-allowlist', {
    tier: 'security',
    order: 9,
    selector: 'team == "x"',
    types: ['Ingress'],
    ingress: [{ action: 'Deny' }],
  }),
  calico('GlobalNetworkSet', 'global-trusted-domains', { nets: ['198.51.100.0/24'] }),
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'hipstershop', annotations: { owner: 'them' }, labels: { team: 'x' } },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'guest', namespace: 'hipstershop', labels: { pci: 'false' } },
    spec: { containers: [{ name: 'main', image: 'redis:alpine' }] },
  },
]

async function dump(lab: Lab): Promise<string[]> {
  const { objects } = await readSnapshot(lab.cluster, statusKinds(lab.work.track, lab.work.deps.files))
  return objects
    .filter((object) => !['EndpointSlice'].includes(object.kind))
    .map(({ apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec, data }) =>
      JSON.stringify({
        apiVersion,
        kind,
        name,
        namespace,
        labels,
        annotations,
        spec: kind === 'Pod' ? undefined : spec,
        data,
      }),
    )
    .sort()
}

describe('reset on the sandbox', () => {
  let lab: Lab
  let before: string[]
  beforeAll(async () => {
    lab = await openLab()
    for (const object of hostile) await lab.cluster.create(object)
    const ready = {
      kind: 'wait' as const,
      resource: 'pods',
      namespace: 'hipstershop',
      name: 'guest',
      condition: 'Ready',
      timeoutSeconds: 30,
    }
    expect(await lab.cluster.executor.run(ready)).toMatchObject({ ok: true })
    before = await dump(lab)
  }, 60_000)
  afterAll(() => lab?.close())

  const stepAt = (number: number) => lab.work.track.steps.find((step) => step.number === number)!
  const reset = async (to: number | null) =>
    (await collect(carryOut(lab.work, await readResetPlan(lab.work, to)))).result

  it('goes to step 7 and proves it', async () => {
    const { events, result } = await collect(gotoStep(lab.work, stepAt(7)))
    const wrong = settled(events).filter((event) => !event.ok)
    expect(wrong.map(({ probe, actual }) => `${probe.id} ${actual}`)).toEqual([])
    expect(events.filter((event) => event.type === 'proof-finished' && !event.ok)).toEqual([])
    expect(result.ok).toBe(true)
    expect(await readStatus(lab.work.deps, lab.work.track)).toMatchObject({ step: 7 })
  }, 60_000)

  it.each([5, 3])(
    'is exactly at step %d after a reset to it',
    async (to) => {
      expect(await reset(to)).toMatchObject({ ok: true, failed: [] })
      expect(await readStatus(lab.work.deps, lab.work.track)).toMatchObject({ step: to, findings: [] })
    },
    60_000,
  )

  const tryFlow = async (from: string, to: string, port?: number | string, work: Work = lab.work) => {
    const { result } = await collect(probeFlow(work, { from, to, ...(port === undefined ? {} : { port }) }))
    return `${result.actual}${result.remedy ? `: ${result.remedy}` : ''}`
  }

  it('tells an open port, a closed one, an unknown name and a missing Service port apart', async () => {
    expect(await tryFlow('cartservice', 'redis-cart')).toBe('open')
    expect(await tryFlow('multitool.default', 'pod:multitool.hipstershop', 8099)).toMatch(/^refused: /)
    expect(await tryFlow('hipstershop/multitool', 'nosuch.hipstershop', 80)).toMatch(/^name-not-resolved: /)
    expect(await tryFlow('app=cartservice', 'redis-cart', 6380)).toMatch(
      /^not-probed: Service redis-cart has no port 6380/,
    )
    await expect(tryFlow('nobody', 'redis-cart')).rejects.toMatchObject({ code: 'UNKNOWN_SOURCE' })
  }, 60_000)

  it('tries pods by name, Deployment and label, and ports by their names', async () => {
    const [pod] = await lab.cluster.list(
      { apiVersion: 'v1', kind: 'Pod' },
      { namespace: 'hipstershop', labelSelector: 'app=redis-cart' },
    )
    for (const to of [`hipstershop/${pod!.metadata.name}`, 'deploy/redis-cart', 'app=redis-cart']) {
      expect(await tryFlow('cartservice', to), to).toBe('open')
      expect(await tryFlow('cartservice', to, 6379), to).toBe('open')
    }
    expect(await tryFlow('cartservice', 'redis-cart', 'tcp-redis')).toBe('open')
    const secure = await collect(probeFlow(lab.work, { from: 'frontend', to: 'github.com', port: 443, tool: 'curl' }))
    expect(secure.result).toMatchObject({
      actual: 'open',
      evidence: { command: expect.stringMatching(/ https:..github/) },
    })
    await expect(tryFlow('cartservice', 'redis-cart', 'https')).rejects.toMatchObject({ code: 'UNKNOWN_PORT' })
    await expect(tryFlow('cartservice', 'deploy/nosuch', 80)).rejects.toMatchObject({ code: 'UNKNOWN_TARGET' })
  }, 60_000)

  it('says cannot run, and nothing else, of a pod without a shell when probe containers are off', async () => {
    await lab.cluster.executor.run({ kind: 'restart', namespace: 'hipstershop', selector: 'app=checkoutservice' })
    const options = { ...lab.work.deps.options, allowProbeContainers: false }
    const work = { ...lab.work, memory: createMemory(), deps: { ...lab.work.deps, options } }
    expect(await tryFlow('checkoutservice', 'redis-cart', undefined, work)).toMatch(/^cannot-run: no shell with nc/)
  }, 60_000)

  it('goes forwards again, the lost label included', async () => {
    expect(await reset(6)).toMatchObject({ ok: true, failed: [] })
    expect(await readStatus(lab.work.deps, lab.work.track)).toMatchObject({ step: 6, findings: [] })
    expect(await tryFlow('checkoutservice', 'redis-cart')).toBe('timed-out')
  }, 60_000)

  it('leaves the cluster as it was before the workshop', async () => {
    expect(await reset(null)).toMatchObject({ ok: true, failed: [] })
    expect(await dump(lab)).toEqual(before)
    expect((await readResetPlan(lab.work, null)).entries).toEqual([])
  }, 60_000)

  it('goes forwards from nothing: new pods get their labels, and the later version of a policy is the one that stays', async () => {
    expect(await reset(8)).toMatchObject({ ok: true, failed: [] })
    expect(await readStatus(lab.work.deps, lab.work.track)).toMatchObject({ step: 8, findings: [] })
  }, 60_000)

  it('puts a lost policy back without undoing what later steps made of its file', async () => {
    for (const [kind, name] of [
      ['NetworkPolicy', 'app-hipstershop.frontend'],
      ['GlobalNetworkPolicy', 'platform.allow-dns'],
    ] as const) {
      const namespace = kind === 'NetworkPolicy' ? { namespace: 'hipstershop' } : {}
      expect(await lab.cluster.delete({ apiVersion: 'projectcalico.org/v3', kind, name, ...namespace })).toBe(true)
    }
    expect(await reset(8)).toMatchObject({ ok: true, failed: [] })
    expect(await readStatus(lab.work.deps, lab.work.track)).toMatchObject({ step: 8, findings: [] })
    expect(await reset(null)).toMatchObject({ ok: true, failed: [] })
    expect(await dump(lab)).toEqual(before)
  }, 60_000)
})

describe('reset while somebody holds an object of ours', () => {
  it('says who holds it and does not call it done; the next plan says it too, and it goes when let go of', async () => {
    const lab = await openLab()
    lab.work.deps.options.deadlineMs = 1_000
    try {
      expect((await collect(gotoStep(lab.work, lab.work.track.steps[4]!))).result.ok).toBe(true)
      const ref = { apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy', name: 'security.pci-restrict' }
      await lab.cluster.patch(ref, { metadata: { finalizers: ['example.com/hold'] } })
      const plan = await readResetPlan(lab.work, null)
      const { result } = await collect(carryOut(lab.work, plan))
      expect(result.ok).toBe(false)
      expect(result.failed[0]?.message).toBe(
        'GlobalNetworkPolicy security.pci-restrict is being deleted and does not go: held by example.com/hold, which the workshop did not put there.',
      )
      const next = await readResetPlan(lab.work, null)
      expect(next.warnings).toEqual([
        'GlobalNetworkPolicy security.pci-restrict is still being deleted, and counts until it is gone: held by example.com/hold.',
        'Tier security stays: GlobalNetworkPolicy security.pci-restrict in it is still being deleted.',
      ])
      await lab.cluster.patch(ref, { metadata: { finalizers: null } })
      expect((await collect(carryOut(lab.work, await readResetPlan(lab.work, null)))).result.ok).toBe(true)
      expect(await readResetPlan(lab.work, null)).toMatchObject({ entries: [], warnings: [expect.any(String)] })
    } finally {
      await lab.close()
    }
  }, 60_000)
})

describe('reset over what was changed by hand', () => {
  it('keeps it in a file of the working folder, which brings it back', async () => {
    const lab = await openLab()
    try {
      expect((await collect(gotoStep(lab.work, lab.work.track.steps[4]!))).result.ok).toBe(true)
      const ref = { apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy', name: 'security.pci-restrict' }
      await lab.cluster.patch(ref, { spec: { order: 77 } })
      for (const to of [4, 3]) {
        const plan = await readResetPlan(lab.work, to)
        expect(plan.warnings).toEqual([expect.stringContaining('security.pci-restrict was edited by hand since')])
        const { events, result } = await collect(carryOut(lab.work, plan))
        expect(result.ok).toBe(true)
        const told = events.flatMap((event) => (event.type === 'notice' ? [event.text] : [])).at(-1)
        const file = /kept in (edited\/\S+\.yaml) of the working folder/.exec(told ?? '')?.[1] ?? ''
        await lab.cluster.executor.run({ kind: 'apply', path: join(lab.home, 'workshop', file) })
        expect((await lab.cluster.get(ref))?.spec?.order).toBe(77)
      }
    } finally {
      await lab.close()
    }
  }, 60_000)
})
