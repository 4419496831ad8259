import { describe, expect, it } from 'vitest'
import { parseFieldSelector } from '../../../src/sandbox/api/selectors/field-selector.ts'
import { parseLabelSelector } from '../../../src/sandbox/api/selectors/label-selector.ts'
import { formatAge } from '../../../src/sandbox/api/tables/age.ts'

describe('label selectors', () => {
  const labels = { app: 'cart', tier: 'web', n: '5' }
  it.each([
    ['', true],
    ['app=cart', true],
    ['app==cart,tier!=db', true],
    ['app in (cart, shop),!missing', true],
    ['app notin (cart)', false],
    ['missing notin (x)', true],
    ['app', true],
    ['!app', false],
    ['n>4,n<6', true],
    ['n>5', false],
    ['app=', false],
  ])('%s', (selector, expected) => {
    expect(parseLabelSelector(selector)(labels)).toBe(expected)
  })

  it.each(['app in cart', 'app=a b', '=x', 'app in (a', 'a,,b', '-bad-=x'])('refuses %s', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrowError(expect.objectContaining({ code: 400 }))
  })
})

describe('field selectors', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'shop' },
    status: { phase: 'Running' },
  }
  it('reads what the kind offers, with = and !=', () => {
    expect(parseFieldSelector('metadata.name=a,status.phase!=Failed', 'pods').matches(pod)).toBe(true)
    expect(parseFieldSelector('status.phase=Failed', 'pods').matches(pod)).toBe(false)
  })

  it('refuses fields it does not know instead of answering an empty list', () => {
    expect(() => parseFieldSelector('spec.foo=x', 'pods')).toThrow('field label not supported: spec.foo')
    expect(() => parseFieldSelector('spec.tier=x', 'tiers.projectcalico.org')).toThrow('field label not supported')
  })
})

describe('ages', () => {
  const s = 1000
  const m = 60 * s
  const h = 60 * m
  const d = 24 * h
  it.each([
    [95 * s, '95s'],
    [4 * m + 10 * s, '4m10s'],
    [75 * m, '75m'],
    [5 * h + 7 * m, '5h7m'],
    [30 * h, '30h'],
    [3 * d + 4 * h, '3d4h'],
    [400 * d, '400d'],
    [765 * d, '2y35d'],
    [-1 * s, '0s'],
  ])('%d ms is %s', (milliseconds, expected) => {
    expect(formatAge(milliseconds)).toBe(expected)
  })
})
