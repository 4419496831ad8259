import { describe, expect, it } from 'vitest'
import { gridLines } from '../../src/report/matrix-grid.ts'

const grid = (count: number, sign = (from: string, to: string): string => (from === to ? '' : 'o')) => {
  const names = Array.from({ length: count }, (_, index) => `service-${index}`)
  return { sources: names, targets: names, sign }
}

describe('a grid', () => {
  it('has its names at the right of their columns where that fits', () => {
    expect(gridLines(grid(2), 80)).toEqual([
      '           +- service-0',
      '           |  +- service-1',
      'service-0     o',
      'service-1  o',
    ])
  })

  it('has them at the left where it does not, the last column first', () => {
    expect(gridLines(grid(3), 20)).toEqual([
      'service-2 -------+',
      'service-1 ----+  |',
      'service-0 -+  |  |',
      'service-0     o  o',
      'service-1  o     o',
      'service-2  o  o',
    ])
  })

  it('of 40 rows and columns fits into 80 cells', () => {
    for (const line of gridLines(grid(40), 80)) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('marks in one cell what was measured otherwise', () => {
    const [last] = gridLines(
      grid(40, (from, to) => (from === 'service-39' && to === 'service-0' ? 'o!' : 'o')),
      60,
    ).slice(-1)
    expect(last).toBe(`service-39  !${'o'.repeat(39)}`)
  })

  it('is as wide as it likes where there is no terminal', () => {
    expect(gridLines(grid(40), null)[39]).toMatch(/\+- service-39$/)
  })
})
