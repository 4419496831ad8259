/**
 * HTTPS_PROXY and NO_PROXY as kubectl honours them (Go's http.ProxyFromEnvironment): the kubeconfig's proxy-url wins,
 * loopback is never proxied, NO_PROXY takes names, `.suffixes`, addresses, CIDRs and ports.
 */
export function proxyFor(server: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const url = new URL(server)
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const proxy = url.protocol === 'https:' ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy
  if (!proxy) return undefined
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return undefined
  const exempt = (env.NO_PROXY || env.no_proxy || '')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean)
  if (exempt.some((entry) => isExempt(entry, host, port))) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function isExempt(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return inCidr(host, entry)
  const withPort = /^([^:]+):(\d+)$/.exec(entry)
  if (withPort && withPort[2] !== port) return false
  const name = (withPort ? withPort[1]! : entry).replace(/^\*/, '')
  if (name.startsWith('.')) return host.endsWith(name)
  return host === name || host.endsWith(`.${name}`)
}

function inCidr(host: string, cidr: string): boolean {
  const [base, length] = cidr.split('/')
  const [a, b] = [toNumber(host), toNumber(base!)]
  if (a === null || b === null) return false
  const size = 2 ** (32 - Number(length))
  return Math.floor(a / size) === Math.floor(b / size)
}

function toNumber(address: string): number | null {
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return null
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}
