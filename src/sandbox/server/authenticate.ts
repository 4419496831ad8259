import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { UserInfo } from './handler.types.ts'
import { CREDENTIAL_ID } from './service-account-token.ts'

const ADMIN: UserInfo = {
  username: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
  extra: { [CREDENTIAL_ID]: ['JTI=sandbox-admin'] },
}

/** Turns a token that is not the administrator's into a user (service accounts), or null. */
export type TokenLookup = (token: string) => UserInfo | null

/** Who sent this request; null means 401. Tokens are compared in constant time. */
export function authenticate(req: IncomingMessage, adminToken: string, lookUp: TokenLookup): UserInfo | null {
  const token = tokenOf(req)
  if (!token) return null
  return isToken(token, adminToken) ? ADMIN : lookUp(token)
}

function tokenOf(req: IncomingMessage): string | null {
  const given = /^Bearer\s+(\S+)\s*$/i.exec(req.headers.authorization ?? '')
  if (given) return given[1]!
  return tokenInSubprotocol(req)
}

/** Browsers cannot set headers on a WebSocket: the API server also takes the token as a subprotocol. */
const TOKEN_PROTOCOL = 'base64url.bearer.authorization.k8s.io.'

function tokenInSubprotocol(req: IncomingMessage): string | null {
  const protocols = String(req.headers['sec-websocket-protocol'] ?? '').split(',')
  const carrier = protocols.map((text) => text.trim()).find((text) => text.startsWith(TOKEN_PROTOCOL))
  return carrier ? Buffer.from(carrier.slice(TOKEN_PROTOCOL.length), 'base64url').toString('utf8') : null
}

const digest = (text: string) => createHash('sha256').update(text).digest()
let known = { token: '', digest: digest('') }

function isToken(given: string, token: string): boolean {
  if (known.token !== token) known = { token, digest: digest(token) }
  return timingSafeEqual(digest(given), known.digest)
}
