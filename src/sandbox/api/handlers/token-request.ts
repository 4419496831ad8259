import { DEFAULT_AUDIENCES, signToken } from '../../server/service-account-token.ts'
import { toStamp } from '../../store/memory-store.ts'
import { invalid } from '../api-error.ts'
import { type Answer, header, type ResourceRequest } from '../context.ts'
import { decodeBody } from '../decode-body.ts'
import { isObject } from '../patch/merge-patch.ts'
import { renderDocument } from '../render.ts'
import { currentOf } from '../write/update.ts'

const ONE_HOUR = 3600
const SHORTEST = 600

/** `kubectl create token`: a token that names this service account until it expires. */
export function handleTokenRequest(request: ResourceRequest, body: Buffer): Answer {
  const account = currentOf(request)
  const value =
    body.length === 0 ? {} : decodeBody(body, header(request, 'content-type'), request.type, 'TokenRequest').value
  const spec = (isObject(value) && isObject(value.spec) ? value.spec : {}) as {
    audiences?: string[]
    expirationSeconds?: number
  }
  const lifetime = spec.expirationSeconds || ONE_HOUR
  if (lifetime < SHORTEST) {
    throw invalid('TokenRequest.authentication.k8s.io', '', [
      {
        field: 'spec.expirationSeconds',
        message: `Invalid value: ${lifetime}: may not specify a duration less than 10 minutes`,
      },
    ])
  }
  const audiences = spec.audiences?.length ? spec.audiences : DEFAULT_AUDIENCES
  const { clock, tokenSecret } = request.context
  const issuedAt = clock.now()
  const expiresAt = new Date(issuedAt.getTime() + lifetime * 1000)
  const { name, namespace, uid } = account.metadata
  const token = signToken({ namespace: namespace!, name, uid: uid!, audiences, issuedAt, expiresAt }, tokenSecret)
  return renderDocument(
    request,
    {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, uid, creationTimestamp: toStamp(issuedAt) },
      spec: { audiences, expirationSeconds: lifetime, boundObjectRef: null },
      status: { token, expirationTimestamp: toStamp(expiresAt) },
    },
    201,
  )
}
