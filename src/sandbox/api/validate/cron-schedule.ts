/** When a CronJob runs next: five fields, as robfig/cron reads them (UTC, as the controller manager does). */
export type Schedule = (after: Date) => Date | undefined

const FIELDS = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { least: 0, most: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const
const WORDS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const MINUTE_MS = 60_000
/** 29 February comes within eight years. */
const FARTHEST_DAYS = 8 * 366

/** Undefined for what is no schedule. */
export function parseSchedule(text: string): Schedule | undefined {
  const parts = (WORDS[text.trim()] ?? text).trim().split(/\s+/)
  if (parts.length !== FIELDS.length) return undefined
  const sets = parts.map((part, index) => parseField(part, FIELDS[index]!))
  if (sets.some((set) => set === undefined)) return undefined
  const [minutes, hours, days, months, weekdays] = sets as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ]
  if (weekdays.has(7)) weekdays.add(0)
  // Where both days are restricted, either will do.
  const eitherDay = !/^[*?]/.test(parts[2]!) && !/^[*?]/.test(parts[4]!)
  const isDay = (date: Date) => {
    const [byMonth, byWeek] = [days.has(date.getUTCDate()), weekdays.has(date.getUTCDay())]
    return months.has(date.getUTCMonth() + 1) && (eitherDay ? byMonth || byWeek : byMonth && byWeek)
  }
  return (after) => {
    const start = Math.floor(after.getTime() / MINUTE_MS) * MINUTE_MS + MINUTE_MS
    let day = new Date(start)
    for (let tries = 0; tries < FARTHEST_DAYS; tries++) {
      if (isDay(day)) {
        for (const hour of [...hours].sort((a, b) => a - b)) {
          for (const minute of [...minutes].sort((a, b) => a - b)) {
            const at = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), hour, minute)
            if (at >= start) return new Date(at)
          }
        }
      }
      day = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + 1))
    }
    return undefined
  }
}

function parseField(
  text: string,
  { least, most, names = [] }: { least: number; most: number; names?: readonly string[] },
): Set<number> | undefined {
  const found = new Set<number>()
  const numberOf = (word: string) => {
    const named = names.indexOf(word.toLowerCase())
    if (named >= 0) return named + least
    return /^\d+$/.test(word) ? Number(word) : Number.NaN
  }
  for (const part of text.split(',')) {
    const [range = '', step = '1', ...more] = part.split('/')
    const [from = '', to, ...rest] = range.split('-')
    const all = range === '*' || range === '?'
    const low = all ? least : numberOf(from)
    const high = all ? most : to === undefined ? (part.includes('/') ? most : low) : numberOf(to)
    const by = /^\d+$/.test(step) ? Number(step) : 0
    if (more.length > 0 || rest.length > 0 || by < 1 || !(low >= least && high <= most && low <= high)) return undefined
    for (let value = low; value <= high; value += by) found.add(value)
  }
  return found
}
