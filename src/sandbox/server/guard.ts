import type { IncomingMessage } from 'node:http'
import { ApiError } from '../api/api-error.ts'

const LOOPBACK_NAMES = new Set([
  '127.0.0.1',
  'localhost',
  '[::1]',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
])

/**
 * Web pages must not reach the sandbox: a browser sends Origin with every cross-site write and WebSocket, and a Host of
 * its own when a name was rebound to loopback.
 */
export function refuseForeign(req: IncomingMessage, port: number): ApiError | null {
  if (req.headers.origin !== undefined) {
    return new ApiError(403, 'Forbidden', 'forbidden: requests from web pages are not accepted', {})
  }
  const host = (req.headers.host ?? '').toLowerCase()
  const colon = host.lastIndexOf(':')
  const hasPort = colon > host.lastIndexOf(']')
  const name = hasPort ? host.slice(0, colon) : host
  const given = hasPort ? Number(host.slice(colon + 1)) : 443
  if (LOOPBACK_NAMES.has(name) && given === port) return null
  return new ApiError(403, 'Forbidden', 'forbidden: the Host header does not name this server', {})
}
