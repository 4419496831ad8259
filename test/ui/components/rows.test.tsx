import { render } from 'ink-testing-library'
import { describe, expect, it } from 'vitest'
import { Rows, sameLine } from '../../../src/ui/components/rows.tsx'
import { palettes } from '../../../src/ui/theme.ts'

describe('rows', () => {
  it('draws every line on a row of its own, empty ones too', () => {
    const { lastFrame, unmount } = render(
      <Rows
        palette={palettes.dark}
        width={20}
        lines={[[{ text: 'first' }], [], [{ text: 'th' }, { text: 'ird', bold: true }]]}
      />,
    )
    expect(
      lastFrame()
        ?.split('\n')
        .map((line) => line.trimEnd()),
    ).toEqual(['first', '', 'third'])
    unmount()
  })

  it('takes lines for the same only when text and style are', () => {
    expect(sameLine([{ text: 'a', tone: 'ok' }], [{ text: 'a', tone: 'ok', bold: false }])).toBe(true)
    expect(sameLine([{ text: 'a', tone: 'ok' }], [{ text: 'a', tone: 'wrong' }])).toBe(false)
    expect(sameLine([{ text: 'a' }], [{ text: 'b' }])).toBe(false)
  })
})
