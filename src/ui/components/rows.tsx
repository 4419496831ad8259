import { Box, Text } from 'ink'
import { memo } from 'react'
import type { Line, Span } from '../lines/line.ts'
import { tones } from '../theme.ts'

/** Lines below each other; a row whose text and style stayed is not rendered again. */
export function Rows({ lines, width }: { lines: readonly Line[]; width: number }) {
  return (
    <Box flexDirection="column" width={width} height={lines.length} flexShrink={0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={index} line={line} />
      ))}
    </Box>
  )
}

const Row = memo(
  function Row({ line }: { line: Line }) {
    return (
      <Text wrap="truncate">
        {line.length === 0
          ? ' '
          : // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place in the row
            line.map((span, index) => (isPlain(span) ? span.text : <StyledSpan key={index} span={span} />))}
      </Text>
    )
  },
  (before, after) => sameLine(before.line, after.line),
)

function StyledSpan({ span }: { span: Span }) {
  return (
    <Text
      {...(span.tone ? { color: tones[span.tone] } : {})}
      bold={span.bold === true}
      dimColor={span.dim === true}
      underline={span.underline === true}
      inverse={span.inverse === true}
    >
      {span.text}
    </Text>
  )
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
