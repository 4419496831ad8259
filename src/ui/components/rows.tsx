import { Box, Text } from 'ink'
import { memo } from 'react'
import type { Line, Span } from '../lines/line.ts'
import type { Palette } from '../theme.ts'

/** Lines below each other; a row whose text and style stayed is not rendered again. */
export function Rows({ lines, width, palette }: { lines: readonly Line[]; width: number; palette: Palette | null }) {
  return (
    <Box flexDirection="column" width={width} height={lines.length} flexShrink={0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={index} line={line} palette={palette} />
      ))}
    </Box>
  )
}

const Row = memo(
  function Row({ line, palette }: { line: Line; palette: Palette | null }) {
    return (
      <Text wrap="truncate">
        {line.length === 0
          ? ' '
          : line.map((span, index) =>
              // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place in the row
              isPlain(span) ? span.text : <StyledSpan key={index} span={span} palette={palette} />,
            )}
      </Text>
    )
  },
  (before, after) => before.palette === after.palette && sameLine(before.line, after.line),
)

function StyledSpan({ span, palette }: { span: Span; palette: Palette | null }) {
  if (!palette) return span.text
  return (
    <Text
      {...(span.tone ? { color: inkColour(palette[span.tone]) } : {})}
      bold={span.bold === true}
      dimColor={span.dim === true}
      underline={span.underline === true}
      inverse={span.inverse === true}
    >
      {span.text}
    </Text>
  )
}

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

/** Ink wants a name, or a number among 256. */
function inkColour(code: string): string {
  const [, index] = /^38;5;(\d+)$/.exec(code) ?? []
  return index === undefined ? (names[Number(code) - 30] ?? 'white') : `ansi256(${index})`
}

function isPlain(span: Span): boolean {
  return !span.tone && !span.bold && !span.dim && !span.underline && !span.inverse
}

export function sameLine(a: Line, b: Line): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  return a.every((span, index) => {
    const other = b[index]!
    return (
      span.text === other.text &&
      span.tone === other.tone &&
      !span.bold === !other.bold &&
      !span.dim === !other.dim &&
      !span.underline === !other.underline &&
      !span.inverse === !other.inverse
    )
  })
}
