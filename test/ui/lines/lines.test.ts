import { beforeAll, describe, expect, it } from 'vitest'
import { fillLine, fitLine, justify, lineText, lineWidth, safeLine, trimLine } from '../../../src/ui/lines/line.ts'
import { markdownLines, prepareMarkdown } from '../../../src/ui/lines/markdown.ts'
import { clampOffset, moveCursor, windowAround } from '../../../src/ui/lines/window.ts'
import { hardWrap, wrapCommand, wrapSpans } from '../../../src/ui/lines/wrap.ts'

const texts = (lines: readonly (readonly { text: string }[])[]) => lines.map((line) => lineText(line))

beforeAll(prepareMarkdown)

describe('lines', () => {
  it('are cut with an ellipsis, also between spans', () => {
    expect(lineText(fitLine([{ text: 'abc' }, { text: 'def' }], 4))).toBe('abc…')
    expect(lineText(fitLine([{ text: 'abcd' }, { text: 'ef' }], 4))).toBe('abc…')
    expect(lineText(fitLine([{ text: 'abcd' }], 4))).toBe('abcd')
    expect(lineWidth(fillLine([{ text: '日本' }], 7))).toBe(7)
  })

  it('keep the right end when there is little room', () => {
    expect(lineText(justify([{ text: 'a long left' }], [{ text: 'right' }], 10))).toBe('a lo…right')
  })

  it('lose the spaces nobody sees', () => {
    expect(trimLine([{ text: 'a ' }, { text: '  ' }])).toEqual([{ text: 'a' }])
  })
})

describe('wrapping', () => {
  it('breaks at spaces and cuts words that are too long', () => {
    expect(texts(wrapSpans([{ text: 'the quick brown fox' }], 9))).toEqual(['the quick', 'brown fox'])
    expect(texts(wrapSpans([{ text: 'abcdefghij kl' }], 4))).toEqual(['abcd', 'efgh', 'ij', 'kl'])
  })

  it('measures wide characters as two cells', () => {
    expect(texts(wrapSpans([{ text: '日本語 日本' }], 6))).toEqual(['日本語', '日本'])
    expect(hardWrap('日本語', 4)).toEqual(['日本', '語'])
  })

  it('breaks commands between words, and joins to the same command', () => {
    const command = 'kubectl label pods --all -n hipstershop pci=true --overwrite'
    const lines = wrapCommand(command, 24)
    expect(lines.every((line) => line.length <= 24)).toBe(true)
    expect(lines.join(' ')).toBe(command)
  })
})

describe('markdown', () => {
  it('lays out headings, lists, code and tables in the given width', () => {
    const lines = markdownLines(
      '# Title\n\nSome **bold** and `code` text that goes on.\n\n- one\n- two is longer than that\n\n```sh\nkubectl get pods\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |',
      20,
    )
    const text = texts(lines)
    expect(text).toContain('Title')
    expect(text).toContain('• one')
    expect(text).toContain('  kubectl get pods')
    expect(text).toContain('a  b')
    for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(20)
    expect(lines.flat().find((span) => span.text === 'code')?.tone).toBe('code')
  })

  it('shows what a file says, not what its control characters do', () => {
    expect(texts(markdownLines('a\u001b[31mb', 40))).toEqual(['a\\u001b[31mb'])
  })

  it('keeps comparison signs and quotes as they were written', () => {
    expect(texts(markdownLines('`a < b` & "c" -> d', 40))).toEqual(['a < b & "c" -> d'])
  })
})

describe('windows', () => {
  it('move as little as needed to hold the cursor', () => {
    expect(windowAround(0, 0, 100, 10)).toEqual({ from: 0, to: 10 })
    expect(windowAround(10, 0, 100, 10)).toEqual({ from: 1, to: 11 })
    expect(windowAround(3, 5, 100, 10)).toEqual({ from: 3, to: 13 })
    expect(windowAround(99, 95, 100, 10)).toEqual({ from: 90, to: 100 })
    expect(windowAround(5, 0, 0, 10)).toEqual({ from: 0, to: 0 })
  })

  it('never leave what there is', () => {
    expect(clampOffset(50, 20, 10)).toBe(10)
    expect(clampOffset(-1, 20, 10)).toBe(0)
    expect(moveCursor(3, -10, 5)).toBe(0)
    expect(moveCursor(3, 'end', 5)).toBe(4)
    expect(moveCursor(3, 1, 0)).toBe(0)
  })
})

describe('a line on its way to the terminal', () => {
  it('holds no control character, whoever forgot to escape it, and is the same line when there was none', () => {
    const fine = [{ text: 'fine' }, { text: ' ✓', bold: true }]
    expect(safeLine(fine)).toBe(fine)
    expect(safeLine([{ text: 'a\u001b[2J', bold: true }, { text: '\u009b\u202e' }])).toEqual([
      { text: 'a\\u001b[2J', bold: true },
      { text: '\\u009b\\u202e' },
    ])
  })
})
