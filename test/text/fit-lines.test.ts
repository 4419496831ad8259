import { describe, expect, it } from 'vitest'
import { fitLines } from '../../src/text/fit-lines.ts'
import { displayWidth } from '../../src/text/width.ts'

describe('lines for a terminal', () => {
  it('are broken at spaces, two cells deeper than they start', () => {
    expect(fitLines('    nearest: one two three four five six', 24)).toBe(
      '    nearest: one two\n      three four five\n      six',
    )
  })

  it('keep a word that is longer than a line, and lines that fit', () => {
    const long = 'x'.repeat(30)
    expect(fitLines(`note: ${long} and more`, 20)).toBe(`note:\n  ${long}\n  and more`)
    expect(fitLines('short\n\nlines', 20)).toBe('short\n\nlines')
  })

  it('count wide characters twice', () => {
    const fitted = fitLines(`  ${'漢字 '.repeat(20)}`, 21)
    for (const line of fitted.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(21)
    expect(fitted.replace(/\s+/g, ' ').trim()).toBe('漢字 '.repeat(20).trim())
  })
})
