import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Store } from '../contracts.ts'
import type { UserInfo } from './handler.types.ts'

/** What `kubectl auth whoami` shows about the credential itself. */
export const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id'

const ISSUER = 'https://kubernetes.default.svc.cluster.local'

export interface TokenClaims {
  namespace: string
  name: string
  uid: string
  audiences: readonly string[]
  issuedAt: Date
  expiresAt: Date
}

/** A signed JWT as TokenRequest hands out. Signed with the sandbox's own secret: no other server takes it. */
export function signToken(claims: TokenClaims, secret: string): string {
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000)
  const payload = {
    aud: claims.audiences,
    exp: seconds(claims.expiresAt),
    iat: seconds(claims.issuedAt),
    iss: ISSUER,
    jti: randomUUID(),
    'kubernetes.io': { namespace: claims.namespace, serviceaccount: { name: claims.name, uid: claims.uid } },
    nbf: seconds(claims.issuedAt),
    sub: `system:serviceaccount:${claims.namespace}:${claims.name}`,
  }
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`
  return `${head}.${signature(head, secret)}`
}

export const DEFAULT_AUDIENCES = [ISSUER]

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function signature(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

/** The service account behind a token, or null: wrong signature, expired, or the account is gone. */
export function verifyToken(token: string, secret: string, store: Pick<Store, 'get'>, now: Date): UserInfo | null {
  const [head, payload, given] = token.split('.')
  if (!head || !payload || !given) return null
  const expected = Buffer.from(signature(`${head}.${payload}`, secret))
  const actual = Buffer.from(given)
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null
  // Signed by us, so it has our shape.
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  if (claims.exp * 1000 < now.getTime()) return null
  const { namespace, serviceaccount } = claims['kubernetes.io']
  const account = store.get('serviceaccounts', namespace, serviceaccount.name)
  if (!account || account.metadata.uid !== serviceaccount.uid) return null
  return {
    ...serviceAccountUser(namespace, serviceaccount.name, serviceaccount.uid),
    extra: { [CREDENTIAL_ID]: [`JTI=${claims.jti}`] },
  }
}

export function serviceAccountUser(namespace: string, name: string, uid?: string): UserInfo {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    ...(uid === undefined ? {} : { uid }),
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  }
}
