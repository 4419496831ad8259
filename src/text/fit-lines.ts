import { displayWidth, takeWidth } from './width.ts'

/**
 * Breaks lines wider than `width` at spaces; what follows is indented two cells deeper than the line it belongs to, so
 * that lists stay readable. A word longer than a line stays whole: whoever copies it wants all of it.
 */
export function fitLines(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (displayWidth(line) <= width ? line : fitLine(line, width)))
    .join('\n')
}

function fitLine(line: string, width: number): string {
  const indent = /^ */.exec(line)![0]
  const hanging = indent.length + 2 < width / 2 ? `${indent}  ` : indent
  const lines: string[] = []
  let rest = line
  let start = indent
  while (displayWidth(rest) > width) {
    const head = takeWidth(rest, width + 1)
    const within = head.lastIndexOf(' ')
    const at = within > start.length ? within : rest.indexOf(' ', start.length + 1)
    if (at < 0) break
    lines.push(rest.slice(0, at).trimEnd())
    rest = hanging + rest.slice(at + 1)
    start = hanging
  }
  return [...lines, rest].join('\n')
}
