import { describe, expect, it } from 'vitest'
import { fieldAt, firstDifference, says } from '../../src/engine/matches.ts'

describe('says', () => {
  it.each([
    ['a server may add fields', { a: 1, added: 2 }, { a: 1 }, true],
    ['a rule more makes another policy', { rules: [1, 2] }, { rules: [1] }, false],
    ['an empty list is the same as none', {}, { nets: [] }, true],
    ['an empty map is the same as none', {}, { podSelector: {} }, true],
    ['a number may come back as text', { port: '80' }, { port: 80 }, true],
    ['a missing field differs', {}, { order: 0 }, false],
    ['null asks for absence', { a: 1 }, { a: null }, false],
    [
      'fields inside of list items count',
      { rules: [{ action: 'Pass', extra: true }] },
      { rules: [{ action: 'Allow' }] },
      false,
    ],
  ])('%s', (_name, live, wanted, expected) => {
    expect(says(live, wanted)).toBe(expected)
  })

  it('names the first difference', () => {
    expect(firstDifference({ ingress: [{ action: 'Pass' }] }, { ingress: [{ action: 'Allow' }] })).toBe(
      'ingress[0].action',
    )
  })

  it('finds a field by its path', () => {
    expect(fieldAt({ spec: { ingress: [{ action: 'Pass' }] } }, 'spec.ingress[0].action')).toBe('Pass')
    expect(fieldAt({}, 'spec.order')).toBeUndefined()
  })
})
