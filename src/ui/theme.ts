/**
 * The only place that knows colours. Body text keeps the terminal's own colour, and every meaning also has a glyph or a word
 * (`NO_COLOR`).
 */
export type Tone = 'ok' | 'wrong' | 'warn' | 'accent' | 'place' | 'code'

/** Parameters of SGR, the sequence that chooses a colour. */
export type Palette = Readonly<Record<Tone, string>>

/**
 * Names of the terminal's 16 colours, so that its theme decides. Blue can hardly be read on black; on white nothing but red,
 * blue and magenta can be read everywhere. Where there are 256, those of the second half are the same in every theme.
 */
export const palettes = {
  plain: null,
  dark: { ok: '32', wrong: '31', warn: '33', accent: '36', place: '36', code: '35' },
  light: { ok: '34', wrong: '31', warn: '35', accent: '34', place: '34', code: '35' },
  light256: {
    ok: '38;5;28',
    wrong: '38;5;124',
    warn: '38;5;130',
    accent: '38;5;25',
    place: '38;5;25',
    code: '38;5;90',
  },
} as const satisfies Record<string, Palette | null>

/** `depth` in bits, as the terminal's stream gives it (1: no colour). A background that is not told counts as dark. */
export function paletteFor(depth: number, env: Readonly<Record<string, string | undefined>>): Palette | null {
  if (depth <= 1) return palettes.plain
  if (!isLight(env.COLORFGBG)) return palettes.dark
  return depth >= 8 ? palettes.light256 : palettes.light
}

/** `0;15` or `0;default;15`: foreground and background, as rxvt, Konsole and iTerm set it. White and the bright ones are light. */
function isLight(colours: string | undefined): boolean {
  const background = /;(\d+)$/.exec(colours ?? '')?.[1]
  if (background === undefined) return false
  const index = Number(background)
  return index === 7 || (index > 8 && index < 16)
}

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
