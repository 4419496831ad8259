/** Words for outcomes, counts and times, shared by the screen and the plain output. */

const actualWords: Readonly<Record<string, string>> = {
  open: 'open',
  'timed-out': 'timed out',
  refused: 'refused',
  'name-not-resolved': 'name not resolved',
  'cannot-run': 'cannot run',
  'not-probed': 'not probed',
}

export function actualWord(actual: string): string {
  return actualWords[actual] ?? actual
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** `120 ms`, `3.2 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

interface End {
  service?: string
  pod?: string
  host?: string
  namespace?: string
  port?: number
  protocol?: string
}

/** `redis-cart:6379`, `google.com`, `kube-dns:53`. */
export function targetName(to: End): string {
  const name = to.service ?? to.pod ?? to.host ?? '?'
  return to.port === undefined ? name : `${name}:${to.port}`
}
