import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { displayWidth, graphemes, padToWidth, takeWidth, truncateToWidth } from '../../src/text/width.ts'

describe('display width', () => {
  it('takes the short way only where it gives the same answer', () => {
    for (let code = 0x20; code <= 0x27ff; code += 1) {
      const character = String.fromCodePoint(code)
      expect(displayWidth(character), `U+${code.toString(16)}`).toBe(stringWidth(character))
    }
  })

  it.each([
    ['plain', 5],
    ['日本', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['a → b', 5],
  ])('%s', (text, width) => {
    expect(displayWidth(text)).toBe(width)
    expect([...graphemes(text)].reduce((sum, grapheme) => sum + grapheme.width, 0)).toBe(width)
  })

  it('never cuts a wide character in half', () => {
    expect(takeWidth('日本語', 3)).toBe('日')
    expect(truncateToWidth('日本語', 4)).toBe('日…')
    expect(padToWidth('日本語', 4)).toBe('日… ')
    expect(padToWidth('ab', 4)).toBe('ab  ')
  })
})
