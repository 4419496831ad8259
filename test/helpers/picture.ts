/** Terminal cells to SVG: the emulator reads the frame, so colours, widths and styles are what a terminal shows. */
import unicode from '@xterm/addon-unicode11'
import xterm from '@xterm/headless'

export interface Cell {
  text: string
  width: number
  colour: number | null
  bold: boolean
  dim: boolean
  underline: boolean
}

export async function cellsOf(frame: string, columns: number, rows: number): Promise<Cell[][]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  terminal.loadAddon(new unicode.Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  await new Promise<void>((resolve) => terminal.write(frame.replaceAll('\n', '\r\n'), resolve))
  const lines = Array.from({ length: rows }, (_, row) => {
    const line = terminal.buffer.active.getLine(row)
    return Array.from({ length: columns }, (_, column): Cell => {
      const cell = line?.getCell(column)
      return {
        text: cell?.getChars() || ' ',
        width: cell?.getWidth() ?? 1,
        colour: cell?.isFgPalette() ? cell.getFgColor() : null,
        bold: Boolean(cell?.isBold()),
        dim: Boolean(cell?.isDim()),
        underline: Boolean(cell?.isUnderline()),
      }
    })
  })
  terminal.dispose()
  return lines
}

const palette: Readonly<Record<number, string>> = {
  1: '#e5616b',
  2: '#8ec07c',
  3: '#e0af68',
  4: '#7aa2f7',
  5: '#bb9af7',
  6: '#56b6c2',
}
const ink = '#c8ccd4'
const cellWidth = 8.4
const lineHeight = 18

export function toSvg(cells: readonly (readonly Cell[])[], title: string): string {
  const columns = cells[0]?.length ?? 0
  const width = Math.ceil(columns * cellWidth + 24)
  const height = cells.length * lineHeight + 24
  const rows = cells.map((line, row) =>
    runs(line)
      .map((run) => textElement(run, row))
      .join(''),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">
<title>${escapeXml(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="#1b1e26"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" fill="${ink}" xml:space="preserve">
${rows.filter((row) => row !== '').join('\n')}
</g>
</svg>
`
}

interface Run extends Omit<Cell, 'width'> {
  column: number
}

/** Neighbours of the same style become one text, as long as nothing but single cells is in it. */
function runs(line: readonly Cell[]): Run[] {
  const found: Run[] = []
  for (const [column, { width, ...cell }] of line.entries()) {
    if (width === 0) continue
    const last = found.at(-1)
    const same =
      last &&
      last.column + last.text.length === column &&
      last.colour === cell.colour &&
      last.bold === cell.bold &&
      last.dim === cell.dim &&
      last.underline === cell.underline
    if (same) last.text += cell.text
    else found.push({ ...cell, column })
  }
  return found.filter((run) => run.text.trim() !== '')
}

function textElement(run: Run, row: number): string {
  const text = run.text.replace(/ +$/, '')
  const lead = text.length - text.trimStart().length
  const x = (12 + (run.column + lead) * cellWidth).toFixed(1)
  const shown = text.trimStart()
  const style = [
    run.colour === null ? '' : ` fill="${palette[run.colour % 8] ?? ink}"`,
    run.bold ? ' font-weight="bold"' : '',
    run.dim ? ' opacity="0.6"' : '',
    run.underline ? ' text-decoration="underline"' : '',
  ].join('')
  return `<text x="${x}" y="${(12 + (row + 0.75) * lineHeight).toFixed(1)}" textLength="${(shown.length * cellWidth).toFixed(1)}"${style}>${escapeXml(shown)}</text>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
