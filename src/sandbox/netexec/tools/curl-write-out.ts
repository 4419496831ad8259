/** curl -w: variables of a finished transfer. */

export interface TransferFacts {
  url: string
  httpCode: number
  exitCode: number
  remoteIp: string
  remotePort: number
  localIp: string
  /** Seconds. */
  namelookup: number
  connect: number
  /** Milliseconds. */
  total: number
  redirectUrl: string
  size: number
  redirects: number
  contentType: string
  method: string
  scheme: string
  error: string
}

export function formatWriteOut(format: string, facts: TransferFacts): string {
  const seconds = (value: number): string => value.toFixed(6)
  const answered = facts.httpCode > 0
  const values: Readonly<Record<string, string>> = {
    http_code: String(facts.httpCode).padStart(3, '0'),
    response_code: String(facts.httpCode).padStart(3, '0'),
    exitcode: String(facts.exitCode),
    errormsg: facts.error.split('\n')[0] ?? '',
    remote_ip: facts.remoteIp,
    remote_port: String(facts.remotePort),
    local_ip: facts.remoteIp === '' ? '' : facts.localIp,
    time_namelookup: seconds(facts.namelookup),
    time_connect: seconds(facts.connect),
    time_appconnect: seconds(facts.scheme === 'https' && answered ? facts.connect + 0.02 : 0),
    time_pretransfer: seconds(facts.connect),
    time_starttransfer: seconds(answered ? Math.max(facts.total / 1000, facts.connect) : 0),
    time_total: seconds(Math.max(facts.total / 1000, facts.connect, facts.namelookup)),
    redirect_url: facts.redirectUrl,
    url_effective: facts.url,
    url: facts.url,
    size_download: String(facts.size),
    num_redirects: String(facts.redirects),
    num_connects: facts.remoteIp === '' ? '0' : '1',
    content_type: facts.contentType,
    method: facts.method,
    scheme: facts.scheme,
    http_version: answered ? '1.1' : '0',
  }
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
  return format.replace(/%\{(\w+)\}|%%|\\([nrt])/g, (all, name: string | undefined, letter: string | undefined) => {
    if (letter !== undefined) return escapes[letter] as string
    if (name === undefined) return '%'
    return Object.hasOwn(values, name) ? (values[name] as string) : all
  })
}
