// What a real Calico API server answered to each object, word for word.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/policy/model.ts'
import { causeText } from '../../../src/policy/validate/issue.ts'
import { firstStage, validate } from '../../../src/policy/validate/validate.ts'

interface Recorded {
  case: string
  mode: 'aggregated' | 'native'
  object: KubeObject
  http: number
  status?: { message: string; details?: { causes?: { reason: string; message: string; field: string }[] } }
}

const { cases } = JSON.parse(readFileSync(new URL('../../data/calico-api/objects.json', import.meta.url), 'utf8')) as {
  cases: Recorded[]
}

/** Refused by something other than the object's own contents: a missing tier or namespace, another version, a read-only kind. */
const elsewhere = (record: Recorded) =>
  [404, 500].includes(record.http) ||
  record.object.apiVersion !== 'projectcalico.org/v3' ||
  /tier .* does not exist/i.test(record.status?.message ?? '')

describe('objects sent to a real Calico API server', () => {
  const aggregated = cases.filter((record) => record.mode === 'aggregated' && !elsewhere(record))
  it.each(aggregated.map((record) => [record.case, record] as const))('%s', (_name, record) => {
    const found = firstStage(validate(record.object).issues)
    const causes = found.map((issue) => ({ reason: issue.reason, message: causeText(issue), field: issue.field }))
    if (record.http === 422) expect(causes).toEqual(record.status?.details?.causes)
    else if (record.http === 400)
      expect(record.status?.message).toContain(found.map((issue) => issue.message).join(', ') || 'a decode error')
    else expect(causes).toEqual([])
  })

  const native = cases.filter((record) => record.mode === 'native' && !elsewhere(record))
  it.each(native.map((record) => [record.case, record] as const))('native CRDs: %s', (_name, record) => {
    const { valid } = validate(record.object, { mode: 'native' })
    expect(valid).toBe(record.http < 400)
  })
})
