// What the painter writes, read by a terminal emulator: what stands on the screen is what was painted, whatever was there.
import unicode from '@xterm/addon-unicode11'
import xterm from '@xterm/headless'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Line } from '../../src/ui/lines/line.ts'
import { createPainter, type Painter } from '../../src/ui/painter.ts'
import { palettes } from '../../src/ui/theme.ts'

const size = { columns: 20, rows: 4 }

function terminalOf(columns: number, rows: number) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  terminal.loadAddon(new unicode.Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  const writes: string[] = []
  return {
    writes,
    write(data: string) {
      writes.push(data)
      terminal.write(data)
      return true
    },
    resize: (width: number, height: number) => terminal.resize(width, height),
    /** Everything written has been read. */
    async screen(): Promise<string[]> {
      await new Promise<void>((resolve) => terminal.write('', resolve))
      const { active } = terminal.buffer
      return Array.from({ length: terminal.rows }, (_, row) =>
        (active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd(),
      )
    },
    async alternate() {
      await new Promise<void>((resolve) => terminal.write('', resolve))
      return terminal.buffer.active.type === 'alternate'
    },
    async cell(row: number, column: number) {
      await new Promise<void>((resolve) => terminal.write('', resolve))
      return terminal.buffer.active.getLine(row)?.getCell(column)
    },
  }
}

const lines = (...texts: string[]): Line[] => texts.map((text) => (text === '' ? [] : [{ text }]))

let terminal: ReturnType<typeof terminalOf>
let painter: Painter

beforeEach(() => {
  terminal = terminalOf(size.columns, size.rows)
  painter = createPainter(terminal, palettes.plain)
  painter.open()
})

describe('a painter', () => {
  it('draws on the other screen, and leaves the terminal with what it showed before', async () => {
    const other = terminalOf(20, 4)
    other.write('before\r\n$ ')
    const own = createPainter(other, palettes.plain)
    own.open()
    own.paint(lines('one', 'two'), size)
    expect(await other.alternate()).toBe(true)
    expect(await other.screen()).toEqual(['one', 'two', '', ''])
    own.close()
    expect(await other.alternate()).toBe(false)
    expect(await other.screen()).toEqual(['before', '$', '', ''])
  })

  it('shows the cursor, wraps lines and takes pastes as they come again once it is closed, and only once', () => {
    const before = terminal.writes.length
    painter.close()
    painter.close()
    const left = terminal.writes.slice(before)
    expect(left).toHaveLength(1)
    for (const restored of ['\u001b[?25h', '\u001b[?7h', '\u001b[?2004l', '\u001b[?1049l'])
      expect(left[0]).toContain(restored)
  })

  it('writes the rows that changed and no others', async () => {
    painter.paint(lines('one', 'two', 'three'), size)
    const before = terminal.writes.length
    painter.paint(lines('one', 'TWO', 'three'), size)
    const written = terminal.writes.slice(before).join('')
    expect(written).toContain('TWO')
    expect(written).not.toMatch(/one|three/)
    expect(await terminal.screen()).toEqual(['one', 'TWO', 'three', ''])
  })

  it('writes nothing when nothing changed', () => {
    painter.paint(lines('one', 'two'), size)
    const before = terminal.writes.length
    painter.paint(lines('one', 'two'), size)
    expect(terminal.writes).toHaveLength(before)
  })

  it('writes a frame in one piece, marked as one', () => {
    const before = terminal.writes.length
    painter.paint(lines('one', 'two', 'three'), size)
    const written = terminal.writes.slice(before)
    expect(written).toHaveLength(1)
    expect(written[0]?.startsWith('\u001b[?2026h')).toBe(true)
    expect(written[0]?.endsWith('\u001b[?2026l')).toBe(true)
  })

  it('leaves nothing of a longer row, of a row that became empty, and of rows that are gone', async () => {
    painter.paint(lines('a long first row', 'second', 'third', 'fourth'), size)
    painter.paint(lines('short', '', 'third'), size)
    expect(await terminal.screen()).toEqual(['short', '', 'third', ''])
  })

  it('notices a change of style alone', async () => {
    painter = createPainter(terminal, palettes.dark)
    painter.open()
    painter.paint([[{ text: 'row' }]], size)
    painter.paint([[{ text: 'row', tone: 'ok', bold: true }]], size)
    const cell = await terminal.cell(0, 0)
    expect(cell?.getFgColor()).toBe(2)
    expect(Boolean(cell?.isBold())).toBe(true)
    painter.paint([[{ text: 'row' }]], size)
    expect(Boolean((await terminal.cell(0, 0))?.isBold())).toBe(false)
  })

  it('writes no style at all without colours', () => {
    painter.paint([[{ text: 'row', tone: 'wrong', bold: true, dim: true, underline: true, inverse: true }]], size)
    expect(terminal.writes.join('')).not.toMatch(/\u001b\[[0-9;]*m/)
  })

  it('draws wide characters in two cells, combined ones in one, and clears what was behind them', async () => {
    painter.paint(lines('0123456789abcdefghij', 'xxxxxxxxxxxxxxxxxxxx'), size)
    painter.paint(lines('漢字 ok', 'e\u0301 done'), size)
    expect(await terminal.screen()).toEqual(['漢字 ok', 'e\u0301 done', '', ''])
    painter.paint(lines('字', 'plain'), size)
    expect(await terminal.screen()).toEqual(['字', 'plain', '', ''])
  })

  it('fills the last column without moving to the next row', async () => {
    painter.paint(lines('x'.repeat(20), 'next', '', `${'漢'.repeat(10)}`), size)
    expect(await terminal.screen()).toEqual(['x'.repeat(20), 'next', '', '漢'.repeat(10)])
    painter.paint(lines('x'.repeat(19), 'next', '', '漢'.repeat(9)), size)
    expect(await terminal.screen()).toEqual(['x'.repeat(19), 'next', '', '漢'.repeat(9)])
  })

  it('draws everything anew in another size, and nothing of the old one is left', async () => {
    painter.paint(lines('a row of the old size', 'two', 'three', 'four'), size)
    terminal.resize(10, 3)
    painter.paint(lines('new', '', 'last'), { columns: 10, rows: 3 })
    expect(await terminal.screen()).toEqual(['new', '', 'last'])
    terminal.resize(30, 5)
    painter.paint(lines('new', '', 'last'), { columns: 30, rows: 5 })
    expect(await terminal.screen()).toEqual(['new', '', 'last', '', ''])
  })

  it('puts right what somebody else wrote over it', async () => {
    painter.paint(lines('one', 'two'), size)
    terminal.write('\u001b[1;1Hgarbage over all\r\nand more')
    painter.redraw()
    expect(await terminal.screen()).toEqual(['one', 'two', '', ''])
  })

  it('writes nothing while somebody else has the terminal, and shows the newest frame when it is back', async () => {
    painter.paint(lines('one'), size)
    painter.close()
    const before = terminal.writes.length
    painter.paint(lines('newer'), size)
    painter.redraw()
    expect(terminal.writes).toHaveLength(before)
    painter.open()
    painter.redraw()
    expect(await terminal.screen()).toEqual(['newer', '', '', ''])
  })

  it('is not confused when a terminal takes only part of a write at a time', async () => {
    const slow = terminalOf(20, 4)
    const own = createPainter(
      {
        write(data: string | Uint8Array) {
          for (const part of String(data)) slow.write(part)
          return false
        },
      },
      palettes.dark,
    )
    own.open()
    own.paint([[{ text: 'one', tone: 'ok' }], [{ text: 'two' }]], size)
    own.paint([[{ text: 'uno' }], [{ text: 'two', dim: true }]], size)
    expect(await slow.screen()).toEqual(['uno', 'two', '', ''])
  })
})
