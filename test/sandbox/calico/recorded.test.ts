// Admission of Calico objects against what a real API server stored or answered.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../../../src/sandbox/api/api-error.ts'
import { createRbacAuthorizer } from '../../../src/sandbox/api/rbac/rbac-authorizer.ts'
import { admitCalico } from '../../../src/sandbox/calico/admit.ts'
import { admitNative } from '../../../src/sandbox/calico/admit-native.ts'
import { editionOf } from '../../../src/sandbox/calico/edition.ts'
import type { KubeObject, Store } from '../../../src/sandbox/contracts.ts'

interface Recorded {
  case: string
  mode: 'aggregated' | 'native'
  object: KubeObject
  http: number
  status?: { message: string; reason?: string; details?: unknown; code: number }
  stored?: KubeObject
}

const { cases } = JSON.parse(readFileSync(new URL('../../data/calico-api/objects.json', import.meta.url), 'utf8')) as {
  cases: Recorded[]
}

/** The state the recordings were made in. */
const tiers = ['default', 'kube-admin', 'kube-baseline', 'security', 'platform']
const store = {
  get: (resource: string, _namespace: string | undefined, name: string) =>
    resource === 'tiers.projectcalico.org' && tiers.includes(name)
      ? { apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name } }
      : undefined,
  list: () => [],
} as unknown as Store

function admit(record: Recorded): KubeObject {
  const edition = editionOf(record.mode === 'native' ? 'native' : '3.32')!
  const object = structuredClone(record.object)
  const resource = `${object.kind.toLowerCase().replace(/y$/, 'ie')}s.projectcalico.org`
  const user = { username: 'admin', groups: ['system:masters'] }
  const request = {
    operation: 'create',
    resource,
    object,
    dryRun: false,
    fieldValidation: 'Strict',
    via: 'post',
    user,
  } as const
  return record.mode === 'native'
    ? admitNative(request, edition, { store, authorizer: createRbacAuthorizer(store) }).object
    : admitCalico(request, edition, store).object
}

function comparable(object: KubeObject): unknown {
  const { name, namespace, labels, finalizers } = object.metadata
  return JSON.parse(JSON.stringify({ name, namespace, labels, finalizers, spec: object.spec, status: object.status }))
}

// Answered elsewhere: by the core API server (namespace, version) or before admission.
const elsewhere = new Set(['np-missing-namespace', 'wrong-apiversion', 'profile-create'])
describe('admission of Calico objects, as recorded', () => {
  const usable = cases.filter((record) => !elsewhere.has(record.case))
  it.each(usable.map((record) => [record.mode, record.case, record] as const))('%s: %s', (_mode, _case, record) => {
    if (record.http < 400) {
      expect(comparable(admit(record))).toEqual(comparable(record.stored!))
      return
    }
    let refusal: unknown
    try {
      admit(record)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toBeInstanceOf(ApiError)
    const { code, message, reason, details } = (refusal as ApiError).status
    expect({ code, message, reason, details }).toEqual({
      ...record.status,
      reason: record.status!.reason,
      details: record.status!.details,
    })
  })
})
