const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `95s`, `4m10s`, `75m`, `5h7m`, `30h`, `3d4h`, `400d`, `2y35d`: duration.HumanDuration of apimachinery. */
export function formatAge(milliseconds: number): string {
  if (milliseconds < -2 * SECOND) return '<invalid>'
  if (milliseconds < 0) return '0s'
  const seconds = Math.floor(milliseconds / SECOND)
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(milliseconds / MINUTE)
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(milliseconds / HOUR)
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(milliseconds / DAY)
  if (days < 8) return pair(days, 'd', hours % 24, 'h')
  if (days < 365 * 2) return `${days}d`
  const years = Math.floor(days / 365)
  if (years < 8) return pair(years, 'y', days % 365, 'd')
  return `${years}y`
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`
}

export function ageSince(stamp: string | undefined | null, now: Date): string {
  if (!stamp) return '<unknown>'
  const then = Date.parse(stamp)
  return Number.isNaN(then) ? '<unknown>' : formatAge(now.getTime() - then)
}
