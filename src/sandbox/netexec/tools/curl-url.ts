/** URLs as curl takes them apart, and the failure a bad one is. */

export interface Url {
  scheme: 'http' | 'https' | 'telnet'
  host: string
  port: number
  path: string
}

export class CurlFailure {
  constructor(
    readonly code: number,
    readonly text: string,
    /** Whether the meter is drawn once more before the message. */
    readonly drawsAgain = true,
  ) {}
}

const DEFAULT_PORTS = { http: 80, https: 443, telnet: 23 } as const

export function defaultPort({ scheme, port }: Url): boolean {
  return port === DEFAULT_PORTS[scheme]
}

export function parseUrl(text: string): Url {
  const found = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^@/]*@)?([^:/?#]*)(?::(\d*))?([/?][^#]*)?/i.exec(text)
  const scheme = (found?.[1] ?? 'http').toLowerCase()
  const host = found?.[2] ?? ''
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'telnet')
    throw new CurlFailure(1, `Protocol "${scheme}" not supported`)
  if (host === '') throw new CurlFailure(3, 'URL rejected: No host part in the URL')
  const port = found?.[3] === undefined || found[3] === '' ? DEFAULT_PORTS[scheme] : Number(found[3])
  if (port > 65535) throw new CurlFailure(3, 'URL rejected: Port number was not a decimal number between 0 and 65535')
  const path = found?.[4] ?? '/'
  return { scheme, host, port, path: path.startsWith('?') ? `/${path}` : path }
}

export function joinUrl(base: Url, location: string): Url {
  if (/^[a-z]+:\/\//i.test(location)) return parseUrl(location)
  return { ...base, path: location.startsWith('/') ? location : `/${location}` }
}

export function showUrl(url: Url): string {
  return `${url.scheme}://${url.host}${defaultPort(url) ? '' : `:${url.port}`}${url.path}`
}
