/**
 * The only place that knows colours. Names of the terminal's own 16 colours, so that light and dark backgrounds both
 * work; body text keeps the terminal's colour. Every meaning also has a glyph or a word (`NO_COLOR`).
 */
export const tones = {
  ok: 'green',
  wrong: 'red',
  warn: 'yellow',
  accent: 'cyan',
  place: 'blue',
  code: 'magenta',
} as const

export type Tone = keyof typeof tones

export const glyphs = {
  passed: '✓',
  failed: '✗',
  current: '▶',
  running: '◌',
  todo: ' ',
  cancelled: '‖',
  unknown: '?',
  cursor: '›',
  more: '…',
  rule: '─',
  bar: '│',
} as const
