import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/cluster/port.ts'
import { looksSame } from '../../src/engine/looks-same.ts'

const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 'u1',
    resourceVersion: '1',
    labels: { app: 'web' },
    annotations: { 'cni.projectcalico.org/podIP': '10.0.0.1/32' },
  },
  spec: { containers: [{ name: 'main', image: 'web' }] },
  status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
}
const with_ = (metadata: object, rest: object = {}): KubeObject => ({
  ...pod,
  ...rest,
  metadata: { ...pod.metadata, resourceVersion: '2', ...metadata },
})

describe('a change of an object', () => {
  it.each([
    ['its version alone', with_({})],
    ['who wrote which field', with_({ managedFields: [{ manager: 'kubectl' }] })],
    [
      'a note of somebody else',
      with_({ annotations: { ...pod.metadata.annotations, 'example.com/seen': 'yesterday' } }),
    ],
  ])('is none for us: %s', (_what, after) => {
    expect(looksSame(pod, after)).toBe(true)
  })

  it.each([
    ['a label', with_({ labels: { app: 'db' } })],
    ['a label taken off', with_({ labels: {} })],
    ['an annotation Calico reads', with_({ annotations: { 'cni.projectcalico.org/podIP': '10.0.0.2/32' } })],
    ['an annotation of ours', with_({ annotations: { ...pod.metadata.annotations, 'hipster-workshop/twin-of': 'x' } })],
    ['its being deleted', with_({ deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ['another object of the same name', with_({ uid: 'u2' })],
    ['its owner', with_({ ownerReferences: [{ kind: 'ReplicaSet', name: 'web' }] })],
    ['its spec', with_({}, { spec: { containers: [{ name: 'main', image: 'other' }] } })],
    ['a field more', with_({}, { spec: { containers: [{ name: 'main', image: 'web', tty: true }] } })],
    ['its readiness', with_({}, { status: { ...pod.status, conditions: [{ type: 'Ready', status: 'False' }] } })],
    ['endpoints of a slice', with_({}, { endpoints: [] })],
  ])('counts: %s', (_what, after) => {
    expect(looksSame(pod, after)).toBe(false)
    expect(looksSame(after, pod)).toBe(false)
  })
})
