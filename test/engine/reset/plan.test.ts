import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/cluster/port.ts'
import { ensureBaseline, loadBaseline } from '../../../src/engine/reset/baseline.ts'
import { carryOut, readResetPlan } from '../../../src/engine/reset/carry-out.ts'
import { runTrack } from '../../../src/engine/run-track.ts'
import { readStatus } from '../../../src/engine/status.ts'
import { createFakeCluster, type FakeCluster } from '../helpers/fake-cluster.ts'
import { at, collect, memoryFiles, pod, shopObjects, step, track, workOn } from '../helpers/small-shop.ts'

const calico = (
  kind: string,
  name: string,
  spec: KubeObject['spec'],
  labels: Record<string, string> = { 'part-of': 'test' },
): KubeObject => ({
  apiVersion: 'projectcalico.org/v3',
  kind,
  metadata: { name, labels },
  spec: spec ?? {},
})
const tier = calico('Tier', 'security', { order: 200 })
const passes = calico('GlobalNetworkPolicy', 'security.pass', { tier: 'security', ingress: [{ action: 'Pass' }] })
const wall = calico('GlobalNetworkPolicy', 'security.wall', {
  tier: 'security',
  ingress: [{ action: 'Allow', source: { selector: 'pci == "true"' } }],
})
const wallPassing = calico('GlobalNetworkPolicy', 'security.wall', {
  tier: 'security',
  ingress: [{ action: 'Pass', source: { selector: 'pci == "true"' } }],
})
const deny = calico('GlobalNetworkPolicy', 'default.deny', { tier: 'default', types: ['Ingress'] })

const manifests = { tier: [tier], pass: [passes], wall: [wall], update: [wallPassing], deny: [deny] }
const apply = (manifest: string) => ({ kind: 'apply' as const, id: manifest, title: manifest, manifest, at })
const label = {
  kind: 'label' as const,
  id: 'label',
  title: 'label',
  resource: 'pods',
  namespace: 'shop',
  all: true,
  labels: { pci: 'true' },
  overwrite: true,
  at,
}
const small = track(
  step(0, [label], []),
  step(1, [apply('tier'), apply('pass')], []),
  step(2, [apply('wall')], []),
  step(3, [apply('update'), apply('deny')], []),
)

/** Carries operations out on the objects, as the adapters would. */
function lab(objects: KubeObject[] = shopObjects()) {
  const files = memoryFiles(manifests)
  const cluster: FakeCluster = createFakeCluster({
    objects,
    operate(operation) {
      if (operation.kind === 'apply') {
        for (const object of manifests[operation.path.slice(3) as keyof typeof manifests]) {
          const live = [...cluster.objects.values()].find(
            (other) => other.kind === object.kind && other.metadata.name === object.metadata.name,
          )
          cluster.add({
            ...object,
            metadata: {
              ...live?.metadata,
              ...object.metadata,
              labels: { ...live?.metadata.labels, ...object.metadata.labels },
            },
          })
        }
      }
      if (operation.kind === 'label') {
        for (const object of [...cluster.objects.values()].filter(
          (one) =>
            one.kind === 'Pod' &&
            one.metadata.namespace === operation.namespace &&
            (operation.all || one.metadata.name === operation.name),
        )) {
          const labels = { ...object.metadata.labels }
          for (const [key, value] of Object.entries(operation.labels)) {
            if (value === null) delete labels[key]
            else labels[key] = value
          }
          cluster.add({ ...object, metadata: { ...object.metadata, labels } })
        }
      }
      return undefined
    },
  })
  return { cluster, work: workOn(cluster, small, { files }), files }
}

function dump(cluster: FakeCluster): unknown[] {
  return [...cluster.objects.values()]
    .map(({ metadata: { resourceVersion: _, uid: __, ...metadata }, ...rest }) => ({ ...rest, metadata }))
    .sort((a, b) => `${a.kind}${a.metadata.name}`.localeCompare(`${b.kind}${b.metadata.name}`))
}

async function reset(work: ReturnType<typeof lab>['work'], to: number | null) {
  const plan = await readResetPlan(work, to)
  const { result } = await collect(carryOut(work, plan))
  return { plan, result }
}

describe('a reset to before the workshop', () => {
  it('leaves the cluster as it was', async () => {
    const { cluster, work } = lab()
    const before = dump(cluster)
    await collect(runTrack(work))
    expect(dump(cluster)).not.toEqual(before)
    const { result } = await reset(work, null)
    expect(result).toMatchObject({ ok: true, failed: [] })
    expect(dump(cluster)).toEqual(before)
  })

  it('takes restricting policies away first, then passing ones, then tiers', async () => {
    const { work } = lab()
    await collect(runTrack(work))
    const { entries } = await readResetPlan(work, null)
    const names = entries.flatMap(({ work: { ...one } }) =>
      one.kind === 'operation' && one.operation.kind === 'delete-object' ? [one.operation.ref.name] : [],
    )
    expect(names).toEqual(['default.deny', 'security.wall', 'security.pass', 'security', 'hipster-workshop'])
  })

  it('puts back what had our names before, labels and old values included', async () => {
    const foreign = [
      calico('Tier', 'security', { order: 500 }, { owner: 'them' }),
      calico('GlobalNetworkPolicy', 'security.wall', { tier: 'security', ingress: [{ action: 'Deny' }] }, {}),
      calico('GlobalNetworkPolicy', 'security.theirs', { tier: 'security', ingress: [{ action: 'Allow' }] }, {}),
    ]
    const { cluster, work } = lab([
      ...shopObjects().filter((object) => object.metadata.name !== 'mail' || object.kind !== 'Pod'),
      pod('mail', { app: 'mail', pci: 'false' }),
      ...foreign,
    ])
    const before = dump(cluster)
    await collect(runTrack(work))
    const { result } = await reset(work, null)
    expect(result.ok).toBe(true)
    expect(dump(cluster)).toEqual(before)
  })

  it('keeps a tier that holds somebody else’s policy, and says so', async () => {
    const { cluster, work } = lab()
    await collect(runTrack(work))
    cluster.add(calico('GlobalNetworkPolicy', 'security.theirs', { tier: 'security', ingress: [] }, {}))
    const { plan } = await reset(work, null)
    expect(plan.warnings).toContainEqual(
      expect.stringContaining('Tier security stays: it still holds GlobalNetworkPolicy security.theirs'),
    )
    expect([...cluster.objects.values()].some((object) => object.kind === 'Tier')).toBe(true)
  })

  it('asks about an object of our name that somebody else made', async () => {
    const { cluster, work } = lab()
    await collect(runTrack(work, { to: 0 }))
    cluster.add(calico('GlobalNetworkPolicy', 'default.deny', { tier: 'default', ingress: [{ action: 'Allow' }] }, {}))
    const { plan } = await reset(work, null)
    expect(plan.questions.map(({ question }) => question)).toEqual([
      'GlobalNetworkPolicy default.deny has a name the workshop uses, but was made by somebody else',
    ])
    expect([...cluster.objects.values()].some((object) => object.metadata.name === 'default.deny')).toBe(true)
  })

  it('may be interrupted and planned again', async () => {
    const { cluster, work } = lab()
    const before = dump(cluster)
    await collect(runTrack(work))
    const plan = await readResetPlan(work, null)
    const events = carryOut(work, plan)
    for (let count = 0; count < 5; count++) await events.next()
    const again = await readResetPlan(work, null)
    expect(again.entries.length).toBeLessThan(plan.entries.length)
    await collect(carryOut(work, again))
    expect(dump(cluster)).toEqual(before)
  })

  it('removes a pod’s probe container with its pod where a controller brings it back', async () => {
    const owned = {
      metadata: {
        name: 'cart',
        namespace: 'shop',
        uid: 'u',
        labels: { app: 'cart' },
        ownerReferences: [{ kind: 'ReplicaSet' }],
      },
    }
    const carrying = { containers: [{ name: 'main' }], ephemeralContainers: [{ name: 'hw-probe' }] }
    const { cluster, work } = lab()
    cluster.add({ ...pod('cart'), ...owned, spec: carrying }, { ...pod('tool'), spec: carrying })
    const { entries, warnings } = await readResetPlan(work, null)
    expect(entries.map(({ reason }) => reason)).toEqual(['carries a probe container; its controller makes a new one'])
    expect(warnings).toContainEqual(expect.stringContaining('Pod shop/tool keeps its probe container'))
  })
})

describe('a reset to a step', () => {
  it.each([0, 1, 2])('leaves exactly the state after step %d', async (to) => {
    const reached = lab()
    await collect(runTrack(reached.work, { to }))
    const { cluster, work } = lab()
    await collect(runTrack(work))
    const { result } = await reset(work, to)
    expect(result.ok).toBe(true)
    const withoutRecords = (objects: unknown[]) =>
      objects.filter((object) => (object as KubeObject).kind !== 'ConfigMap')
    expect(withoutRecords(dump(cluster))).toEqual(withoutRecords(dump(reached.cluster)))
    expect(await readStatus(work.deps, small)).toMatchObject({ step: to, ok: true })
  })

  it('goes forwards as well', async () => {
    const { work } = lab()
    await collect(runTrack(work, { to: 0 }))
    const { result } = await reset(work, 2)
    expect(result.ok).toBe(true)
    expect(await readStatus(work.deps, small)).toMatchObject({ step: 2, ok: true })
  })
})

describe('the baseline', () => {
  it('is written once, into the cluster and the home folder', async () => {
    const { cluster, work, files } = lab()
    await ensureBaseline(work.deps, small)
    cluster.add(calico('Tier', 'security', { order: 1 }, {}))
    await ensureBaseline(work.deps, small)
    expect((await loadBaseline(work.deps, small))?.objects).toEqual([])
    expect([...files.documents.keys()]).toEqual(['uid-kube-system/baseline-small'])
  })

  it('is found by another machine in the cluster', async () => {
    const { cluster, work } = lab()
    await ensureBaseline(work.deps, small)
    const elsewhere = workOn(cluster, small, { files: memoryFiles(manifests) })
    expect(await loadBaseline(elsewhere.deps, small)).toMatchObject({ track: 'small' })
  })
})

describe('status', () => {
  it('knows the step by what is there, and names what is missing, changed and extra with the line that repairs it', async () => {
    const { cluster, work } = lab()
    await collect(runTrack(work))
    cluster.objects.delete('projectcalico.org/v3/GlobalNetworkPolicy//security.pass')
    cluster.add(
      { ...deny, spec: { tier: 'default', types: ['Egress'] } },
      calico('GlobalNetworkPolicy', 'security.own', { tier: 'security' }),
    )
    cluster.add(pod('cart'))
    const { step: number, findings } = await readStatus(work.deps, small)
    expect(number).toBe(3)
    expect(findings.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'missing: GlobalNetworkPolicy security.pass of step 1 is missing',
      'drifted: GlobalNetworkPolicy default.deny is not as step 3 left it (spec.types[0])',
      'missing: pod cart without pci=true, which step 0 put on (a re-created pod comes back without it)',
      'extra: GlobalNetworkPolicy security.own does not belong to the state after step 3',
    ])
    expect(findings.every(({ repair }) => repair.startsWith('kubectl '))).toBe(true)
  })

  it('takes no object of somebody else for a step of ours', async () => {
    const { work } = lab([...shopObjects(), calico('Tier', 'security', { order: 500 }, {})])
    expect((await readStatus(work.deps, small)).step).toBeNull()
  })
})

describe('the record of what was here before', () => {
  it('stays when a line of the reset was refused, so that the next reset can use it', async () => {
    const { cluster, work } = lab()
    await collect(runTrack(work))
    const run = cluster.executor.run
    const refusing = {
      ...cluster.executor,
      run: (operation: Parameters<typeof run>[0]) =>
        operation.kind === 'delete-object' && operation.ref.name === 'security.wall'
          ? Promise.resolve({ ok: false, exitCode: 1, message: 'forbidden' })
          : run(operation),
    }
    const refused = { ...work, deps: { ...work.deps, cluster: { ...cluster, executor: refusing } } }
    const { result } = await collect(carryOut(refused, await readResetPlan(refused, null)))
    expect(result).toMatchObject({ ok: false, failed: [{ message: 'forbidden' }] })
    expect(await loadBaseline(work.deps, work.track)).not.toBeNull()
    expect((await reset(work, null)).result.ok).toBe(true)
    expect(await loadBaseline(work.deps, work.track)).toBeNull()
  })

  it('is gone from the home folder before it goes from the cluster: a kill in between leaves no stale copy', async () => {
    const { cluster, work, files } = lab()
    await collect(runTrack(work))
    const run = cluster.executor.run
    const atTheEnd: string[][] = []
    const looking = {
      ...cluster.executor,
      run: (operation: Parameters<typeof run>[0]) => {
        if (operation.kind === 'delete-object' && operation.ref.name === 'hipster-workshop')
          atTheEnd.push([...files.documents.keys()].filter((key) => /baseline/.test(key)))
        return run(operation)
      },
    }
    const watched = { ...work, deps: { ...work.deps, cluster: { ...cluster, executor: looking } } }
    await collect(carryOut(watched, await readResetPlan(watched, null)))
    expect(atTheEnd).toEqual([[]])
  })

  it('is written anew only when the namespace that a reset deletes has come to its end', async () => {
    const { cluster, work } = lab()
    const ending = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'hipster-workshop', deletionTimestamp: '2026-01-01T00:00:00Z' },
    }
    cluster.add(ending)
    let slept = 0
    const sleep = async () => {
      if (++slept === 3)
        for (const [key, one] of cluster.objects)
          if (one.metadata.name === ending.metadata.name) cluster.objects.delete(key)
    }
    const deps = { ...work.deps, sleep }
    await ensureBaseline(deps, work.track)
    expect(slept).toBe(3)
    expect(await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'hipster-workshop' })).toMatchObject({
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'hipster-workshop' } },
    })
  })

  const spoil = async (cluster: FakeCluster, text: string) =>
    cluster.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'hipster-workshop', name: 'hipster-workshop' },
      { data: { 'baseline-small': text } },
    )

  it.each([
    ['{"v":', /damaged: not JSON/],
    ['null', /damaged: not a record/],
    ['{"v":1,"objects":[]}', /damaged: parts are missing/],
    ['{"v":1,"objects":[null],"pods":[]}', /damaged: parts are missing/],
    ['{"v":1,"objects":[{"kind":5}],"pods":[]}', /damaged: parts are missing/],
    ['{"v":1,"objects":[],"pods":[7]}', /damaged: parts are missing/],
    ['{"v":2,"objects":[],"pods":[]}', /another version of hipster-workshop wrote it \(version 2/],
  ])(
    'that reads %s: another machine says so and begins nothing; the one with a copy goes on',
    async (text, problem) => {
      const { cluster, work } = lab()
      const before = dump(cluster)
      await collect(runTrack(work, { to: 1 }))
      await spoil(cluster, text)
      const elsewhere = { ...work, deps: { ...work.deps, files: memoryFiles(manifests) } }
      const changes = cluster.operations.length
      await expect(collect(runTrack(elsewhere, { from: 2 }))).rejects.toMatchObject({
        code: 'RECORD_UNREADABLE',
        message: expect.stringMatching(problem),
        hint: expect.stringContaining('kubectl show'),
      })
      expect(cluster.operations.length).toBe(changes)
      const { entries, warnings } = await readResetPlan(elsewhere, null)
      expect(warnings[0]).toMatch(problem)
      expect(entries.length).toBeGreaterThan(2)
      await collect(runTrack(work, { from: 2 }))
      expect((await reset(work, null)).result).toMatchObject({ ok: true })
      expect(dump(cluster)).toEqual(before)
    },
  )

  it('of another version stays when a machine resets that cannot read it', async () => {
    const { cluster, work } = lab()
    await collect(runTrack(work, { to: 1 }))
    await spoil(cluster, '{"v":2,"objects":[],"pods":[]}')
    const elsewhere = { ...work, deps: { ...work.deps, files: memoryFiles(manifests) } }
    const plan = await readResetPlan(elsewhere, null)
    expect(plan.warnings).toContainEqual(expect.stringContaining('The record stays where it is'))
    expect((await collect(carryOut(elsewhere, plan))).result.ok).toBe(true)
    const record = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'hipster-workshop', name: 'hipster-workshop' }
    expect((await cluster.get(record))?.data).toMatchObject({ 'baseline-small': '{"v":2,"objects":[],"pods":[]}' })
  })

  it('that another machine lost without putting everything back is made up for by the copy at home', async () => {
    const theirs = calico('Tier', 'security', { order: 500 }, { team: 'theirs' })
    const { cluster, work } = lab([...shopObjects(), theirs])
    cluster.add({
      ...calico('GlobalNetworkPolicy', 'security.theirs', { tier: 'security', order: 1 }, { team: 'theirs' }),
    })
    const before = dump(cluster)
    await collect(runTrack(work))
    await spoil(cluster, '{"v":')
    const elsewhere = { ...work, deps: { ...work.deps, files: memoryFiles(manifests) } }
    await reset(elsewhere, null)
    expect(dump(cluster)).not.toEqual(before)
    expect((await reset(work, null)).result.ok).toBe(true)
    expect(dump(cluster)).toEqual(before)
  })

  it('that somebody deleted is not taken anew from what the steps made', async () => {
    const { cluster, work } = lab()
    const before = dump(cluster)
    await collect(runTrack(work, { to: 2 }))
    for (const [key, one] of cluster.objects)
      if (one.metadata.namespace === 'hipster-workshop') cluster.objects.delete(key)
    const elsewhere = { ...work, deps: { ...work.deps, files: memoryFiles(manifests) } }
    await collect(runTrack(elsewhere, { from: 3 }))
    await reset(elsewhere, null)
    const named = (list: unknown[]) => (list as KubeObject[]).map(({ kind, metadata: { name } }) => `${kind} ${name}`)
    expect(named(dump(cluster))).toEqual(named(before))
  })

  it('forgets what was proved before it undoes the first thing', async () => {
    const { cluster, work } = lab()
    await collect(runTrack(work))
    const forgotten: number[] = []
    const progress = {
      passed: async () => [],
      record: async () => undefined,
      forget: async () => void forgotten.push(cluster.operations.length),
    }
    const before = cluster.operations.length
    const noting = { ...work, deps: { ...work.deps, progress } }
    await collect(carryOut(noting, await readResetPlan(noting, null)))
    expect(forgotten).toEqual([before])
  })
})

describe('labels of pods that came after the record', () => {
  const podNow = (cluster: FakeCluster, name: string) =>
    [...cluster.objects.values()].find((one) => one.kind === 'Pod' && one.metadata.name === name)!.metadata.labels
  const late = (value: string) => pod('late', { app: 'late', pci: value })

  it('get the value back that somebody gave them, from any machine', async () => {
    const { cluster, work } = lab()
    await ensureBaseline(work.deps, work.track)
    cluster.add(late('false'))
    await collect(runTrack(work, { to: 0 }))
    expect(podNow(cluster, 'late')).toMatchObject({ pci: 'true' })
    const elsewhere = { ...work, deps: { ...work.deps, files: memoryFiles(manifests) } }
    await reset(elsewhere, null)
    expect(podNow(cluster, 'late')).toEqual({ app: 'late', pci: 'false' })
  })

  it('go when they are those of the lesson, put on by hand before the step did', async () => {
    const { cluster, work } = lab()
    await ensureBaseline(work.deps, work.track)
    cluster.add(late('true'))
    await collect(runTrack(work, { to: 0 }))
    await reset(work, null)
    expect(podNow(cluster, 'late')).toEqual({ app: 'late' })
  })
})

describe('the copy of the record at home', () => {
  const managed = { 'part-of': 'test', 'app.kubernetes.io/managed-by': 'hipster-workshop' }
  const deleteRecord = (cluster: FakeCluster) => {
    for (const [key, one] of cluster.objects) if (one.kind === 'ConfigMap') cluster.objects.delete(key)
  }

  it('takes the place of one that was deleted in the middle of the workshop', async () => {
    const { cluster, work } = lab()
    const record = await ensureBaseline(work.deps, work.track)
    cluster.add(calico('GlobalNetworkPolicy', 'security.pass', passes.spec, managed))
    deleteRecord(cluster)
    expect(await ensureBaseline(work.deps, work.track)).toEqual(record)
  })

  it('is not believed after another machine has reset the cluster', async () => {
    const { cluster, work } = lab()
    await ensureBaseline(work.deps, work.track)
    deleteRecord(cluster)
    expect(await loadBaseline(work.deps, work.track)).toBeNull()
    cluster.add(pod('new'))
    const { pods } = await ensureBaseline(work.deps, work.track)
    expect(pods.map(({ name }) => name)).toContain('new')
  })
})

describe('without a record', () => {
  it('says of a shop that was left as it was found that it stays, and asks about none of it', async () => {
    const shop: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'cart', namespace: 'shop' } }
    const files = memoryFiles({ shop: [shop] })
    const found = track(step(0, [{ ...apply('shop'), onlyIfMissing: true }], []))
    const work = workOn(createFakeCluster({ objects: [...shopObjects(), shop] }), found, { files })
    const plan = await readResetPlan(work, null)
    expect([plan.entries, plan.questions]).toEqual([[], []])
    expect(plan.warnings.join(' ')).toMatch(/ServiceAccount shop\/cart: .*they stay/)
  })
})
