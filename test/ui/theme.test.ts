import { describe, expect, it } from 'vitest'
import { type Palette, paletteFor, palettes } from '../../src/ui/theme.ts'

describe('colours', () => {
  it('are none where the terminal has none', () => {
    expect(paletteFor(1, {})).toBeNull()
    expect(paletteFor(1, { COLORFGBG: '0;15' })).toBeNull()
  })

  it.each([
    ['15;0', 4, palettes.dark],
    ['0;15', 4, palettes.light],
    ['0;15', 8, palettes.light256],
    ['0;15', 24, palettes.light256],
    ['0;default;15', 4, palettes.light],
    ['0;7', 4, palettes.light],
    ['15;default', 8, palettes.dark],
    ['15;8', 8, palettes.dark],
    ['nonsense', 8, palettes.dark],
    [undefined, 24, palettes.dark],
  ])('fit a background told as %s at %i bits', (told, depth, palette) => {
    expect(paletteFor(depth, { COLORFGBG: told })).toBe(palette)
  })

  it.each([
    ['dark', palettes.dark, '#000000'],
    ['light', palettes.light, '#ffffff'],
    ['light256', palettes.light256, '#ffffff'],
  ] as const)(
    'of the palette %s can be read: contrast of 3.5 or more in the colours xterm has',
    (_name, palette: Palette, background) => {
      for (const code of Object.values(palette)) expect(contrast(rgbOf(code), background), code).toBeGreaterThan(3.5)
    },
  )
})

/** The first eight of xterm's colours, and its colour cube. */
function rgbOf(code: string): string {
  const cube = /^38;5;(\d+)$/.exec(code)
  if (!cube)
    return ['#000000', '#cd0000', '#00cd00', '#cdcd00', '#0000ee', '#cd00cd', '#00cdcd'][Number(code) - 30] ?? ''
  const index = Number(cube[1]) - 16
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40)
  const parts = [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map(level)
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** WCAG 2. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((one, other) => other - one)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
