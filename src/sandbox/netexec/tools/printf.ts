/** printf: the format is used again while arguments are left (XCU printf). */
import { readEscapes } from './echo.ts'

const SPEC = /%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([sdiuoxXcbfeEgGq%])|([^%]+)|%/gs

export function printFormatted(
  args: readonly string[],
  out: (text: string) => void,
  complain: (text: string) => void,
): number {
  const rest = args[0] === '--' ? args.slice(1) : args
  const [format, ...values] = rest
  if (format === undefined) {
    complain('usage: printf FORMAT [ARGUMENT...]')
    return 2
  }
  let status = 0
  let at = 0
  let text = ''
  const next = (): string | undefined => values[at++]
  const parts = [...format.matchAll(SPEC)]
  do {
    const before = at
    for (const found of parts) {
      const [all, flags = '', widthText, precisionText, type, literal] = found
      if (literal !== undefined || type === undefined) {
        text += readEscapes(literal ?? all).text
        continue
      }
      if (type === '%') {
        text += '%'
        continue
      }
      const width = Number(widthText === '*' ? next() : (widthText ?? 0))
      const precision = precisionText === undefined ? null : Number(precisionText === '*' ? next() : precisionText)
      const value = next()
      const shown = convert(type, value ?? '', precision, flags)
      if (shown === null) {
        complain(`${value}: invalid number`)
        status = 1
        text += pad('0', width, flags)
      } else text += pad(shown, width, flags)
    }
    if (at === before) break
  } while (at < values.length)
  // Written at once, as stdio does.
  if (text !== '') out(text)
  return status
}

function convert(type: string, value: string, precision: number | null, flags: string): string | null {
  switch (type) {
    case 's':
      return precision === null ? value : value.slice(0, precision)
    case 'b':
      return readEscapes(value).text
    case 'c':
      return value.slice(0, 1)
    case 'q':
      return /^[\w./:-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
    default: {
      const number = value === '' ? 0 : /^['"]/.test(value) ? value.charCodeAt(1) : Number(value)
      if (!Number.isFinite(number)) return null
      return numeric(type, number, precision, flags)
    }
  }
}

function numeric(type: string, number: number, precision: number | null, flags: string): string {
  const sign = number >= 0 && flags.includes('+') ? '+' : ''
  if (type === 'f') return sign + number.toFixed(precision ?? 6)
  if (type === 'e' || type === 'E') return sign + number.toExponential(precision ?? 6)
  if (type === 'g' || type === 'G') return sign + String(Number(number.toPrecision(precision ?? 6)))
  const whole = Math.trunc(number)
  const text =
    type === 'x'
      ? whole.toString(16)
      : type === 'X'
        ? whole.toString(16).toUpperCase()
        : type === 'o'
          ? whole.toString(8)
          : String(whole)
  return sign + (precision === null ? text : text.padStart(precision, '0'))
}

function pad(text: string, width: number, flags: string): string {
  const wanted = Math.min(Math.abs(width), 10_000)
  if (flags.includes('-') || width < 0) return text.padEnd(wanted)
  return text.padStart(wanted, flags.includes('0') ? '0' : ' ')
}
