import { describe, expect, it } from 'vitest'
import { matchLabelSelector } from '../../src/engine/label-selector.ts'

const labels = { app: 'cart', tier: 'back' }

describe('a label selector', () => {
  it.each([
    ['', true],
    ['app=cart', true],
    ['app==cart,tier=back', true],
    ['app=cart,tier=front', false],
    ['app!=cart', false],
    ['other!=x', true],
    ['app', true],
    ['!app', false],
    ['!other', true],
    ['app in (mail, cart)', true],
    ['app notin (mail,cart)', false],
    ['other notin (x)', true],
    ['app in (mail),tier=back', false],
  ])('%j', (selector, expected) => {
    expect(matchLabelSelector(selector, labels)).toBe(expected)
  })
})
