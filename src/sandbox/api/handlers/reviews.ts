import type { UserInfo } from '../../server/handler.types.ts'
import { badRequest } from '../api-error.ts'
import { type Answer, header, type ResourceRequest } from '../context.ts'
import { decodeBody } from '../decode-body.ts'
import { isObject } from '../patch/merge-patch.ts'
import { apiVersionOf } from '../registry/resource-type.ts'
import { renderDocument } from '../render.ts'

/** Resources that only answer a question: nothing is stored. */
export const REVIEWS: Readonly<Record<string, (request: ResourceRequest, body: Buffer) => Answer>> = {
  'selfsubjectaccessreviews.authorization.k8s.io': (request, body) => accessReview(request, body, request.user),
  'subjectaccessreviews.authorization.k8s.io': (request, body) => accessReview(request, body),
  'localsubjectaccessreviews.authorization.k8s.io': (request, body) => accessReview(request, body),
  'selfsubjectrulesreviews.authorization.k8s.io': rulesReview,
  'selfsubjectreviews.authentication.k8s.io': (request) =>
    reviewed(
      request,
      { metadata: { creationTimestamp: request.context.clock.now().toISOString().replace(/\.\d+/, '') } },
      {
        userInfo: {
          username: request.user.username,
          ...(request.user.uid === undefined ? {} : { uid: request.user.uid }),
          groups: request.user.groups,
          ...(request.user.extra ? { extra: request.user.extra } : {}),
        },
      },
    ),
  'tokenreviews.authentication.k8s.io': (request, body) =>
    reviewed(request, question(request, body), { authenticated: false, user: {} }),
}

interface Question {
  metadata?: object
  spec?: {
    resourceAttributes?: {
      namespace?: string
      verb?: string
      group?: string
      resource?: string
      subresource?: string
      name?: string
    }
    nonResourceAttributes?: { path?: string; verb?: string }
    user?: string
    groups?: string[]
    namespace?: string
  }
}

function question(request: ResourceRequest, body: Buffer): Question {
  const { value } = decodeBody(body, header(request, 'content-type'), request.type)
  if (!isObject(value)) throw badRequest('the object provided is unrecognized')
  return value as Question
}

function accessReview(request: ResourceRequest, body: Buffer, self?: UserInfo): Answer {
  const asked = question(request, body)
  const { authorizer } = request.context
  const user = self ?? { username: asked.spec?.user ?? '', groups: asked.spec?.groups ?? [] }
  const { resourceAttributes: resource, nonResourceAttributes: path } = asked.spec ?? {}
  const allowed = resource
    ? authorizer.allows({
        user,
        verb: resource.verb ?? '',
        group: resource.group ?? '',
        resource: resource.resource ?? '',
        subresource: resource.subresource,
        namespace: resource.namespace,
        name: resource.name,
      })
    : authorizer.allowsPath(user, path?.verb ?? '', path?.path ?? '')
  const reason = allowed ? authorizer.reason(user) : ''
  return reviewed(request, asked, { allowed, ...(reason === '' ? {} : { reason }) })
}

function rulesReview(request: ResourceRequest, body: Buffer): Answer {
  const asked = question(request, body)
  const rules = request.context.authorizer.rulesOf(request.user, asked.spec?.namespace ?? '')
  return reviewed(request, { ...asked, spec: {} }, { ...rules, incomplete: false })
}

function reviewed(request: ResourceRequest, asked: Question, status: object): Answer {
  const { type } = request
  return renderDocument(
    request,
    {
      kind: type.kind,
      apiVersion: apiVersionOf(type),
      metadata: asked.metadata ?? {},
      ...(asked.spec === undefined ? {} : { spec: asked.spec }),
      status,
    },
    201,
  )
}
