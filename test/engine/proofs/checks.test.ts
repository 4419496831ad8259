import { describe, expect, it } from 'vitest'
import { runStep } from '../../../src/engine/run-step.ts'
import type { Action, Proof } from '../../../src/workshop/step.ts'
import { createFakeCluster, type FakeOptions } from '../helpers/fake-cluster.ts'
import { at, collect, pod, shopObjects, step, track, workOn } from '../helpers/small-shop.ts'

async function prove(proof: Proof, fake: FakeOptions = {}, actions: Action[] = []) {
  const cluster = createFakeCluster({ objects: shopObjects(), ...fake })
  const one = step(1, actions, [proof])
  const { events } = await collect(runStep(workOn(cluster, track(one)), one))
  return events.find((event) => event.type === 'proof-finished')
}

const base = { id: 'p', title: 'p', at }
const tier = (order: number) => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'Tier',
  metadata: { name: 'security' },
  spec: { order },
})
const wanted = { apiVersion: 'projectcalico.org/v3', object: 'Tier', name: 'security' }

describe('an objects proof', () => {
  it('holds when the object says what it should', async () => {
    const proof: Proof = { ...base, kind: 'objects', objects: [{ ...wanted, fields: { 'spec.order': 200 } }] }
    expect(await prove(proof, { objects: [tier(200)] })).toMatchObject({
      ok: true,
      details: ['Tier security is there (spec.order 200)'],
    })
  })

  it('names the field that is different', async () => {
    const proof: Proof = { ...base, kind: 'objects', objects: [{ ...wanted, fields: { 'spec.order': 200 } }] }
    expect(await prove(proof, { objects: [tier(500)] })).toMatchObject({
      ok: false,
      details: ['Tier security: spec.order is 500, expected 200'],
    })
  })

  it('tells what fails from what is as it should be', async () => {
    const other = { apiVersion: 'projectcalico.org/v3', object: 'Tier', name: 'platform' }
    const proof: Proof = {
      ...base,
      kind: 'objects',
      objects: [wanted, other, { ...wanted, fields: { 'spec.order': 1 } }],
    }
    expect(await prove(proof, { objects: [tier(200)] })).toMatchObject({
      ok: false,
      details: ['Tier security is there', 'Tier platform is missing', 'Tier security: spec.order is 200, expected 1'],
      marks: ['ok', 'wrong', 'wrong'],
    })
  })

  it('knows missing and left-over objects', async () => {
    expect(await prove({ ...base, kind: 'objects', objects: [wanted] })).toMatchObject({
      ok: false,
      details: ['Tier security is missing'],
    })
    const absent: Proof = { ...base, kind: 'objects', objects: [{ ...wanted, absent: true }] }
    expect(await prove(absent, { objects: [tier(1)] })).toMatchObject({
      ok: false,
      details: ['Tier security is still there'],
    })
  })
})

describe('a labels proof', () => {
  const label = (more: Partial<Extract<Action, { kind: 'label' }>> = {}): Action => ({
    ...base,
    kind: 'label',
    resource: 'pods',
    namespace: 'shop',
    all: true,
    labels: { pci: 'true' },
    overwrite: true,
    ...more,
  })
  const proof: Proof = {
    ...base,
    kind: 'labels',
    namespace: 'shop',
    labels: { pci: 'true' },
    count: 3,
    nothingElse: true,
  }
  const relabel =
    (labels: Record<string, Record<string, string>>): NonNullable<FakeOptions['operate']> =>
    (_operation, cluster) => {
      for (const [name, added] of Object.entries(labels)) cluster.add(pod(name, { app: name, ...added }))
      return undefined
    }

  it('holds when every pod carries the label and nothing else changed', async () => {
    const pci = { pci: 'true' }
    expect(await prove(proof, { operate: relabel({ cart: pci, mail: pci, tool: pci }) }, [label()])).toMatchObject({
      ok: true,
      details: ['3 of 3 pods in shop have pci=true', 'no other label of any pod changed'],
    })
  })

  it('names the pods without it', async () => {
    expect(await prove(proof, { operate: relabel({ cart: { pci: 'true' } }) }, [label()])).toMatchObject({
      ok: false,
      details: ['1 of 3 pods in shop have pci=true', 'without: mail, tool', 'no other label of any pod changed'],
      marks: ['wrong', 'wrong', 'ok'],
    })
  })

  it('does not hold when another label changed on the way', async () => {
    const pci = { pci: 'true' }
    const finished = await prove(proof, { operate: relabel({ cart: { ...pci, zone: 'x' }, mail: pci, tool: pci }) }, [
      label(),
    ])
    expect(finished).toMatchObject({
      ok: false,
      details: expect.arrayContaining(['shop/cart: label zone was not set, is x']),
    })
  })
})

describe('a ready proof', () => {
  const unready = pod(
    'mail',
    { app: 'mail' },
    { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } },
  )

  it('waits for pods that are not ready, and names them in the end', async () => {
    const proof: Proof = { ...base, kind: 'ready', namespace: 'shop', count: 2 }
    expect(await prove(proof, { objects: [pod('cart'), unready] })).toMatchObject({
      ok: false,
      details: ['1 of 2 pods ready in shop', 'not ready: mail'],
    })
    expect(await prove(proof, { objects: [pod('cart'), pod('mail')] })).toMatchObject({ ok: true })
  })

  it('does not count a pod that only stands in for another one while probing', async () => {
    const proof: Proof = { ...base, kind: 'ready', namespace: 'shop', count: 1 }
    const twin = { ...unready, metadata: { ...unready.metadata, annotations: { 'hipster-workshop/twin-of': 'mail' } } }
    expect(await prove(proof, { objects: [pod('cart'), twin] })).toMatchObject({
      ok: true,
      details: ['1 of 1 pods ready in shop'],
    })
  })
})
