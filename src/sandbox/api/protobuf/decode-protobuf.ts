import { unsupportedMediaType } from '../api-error.ts'

export function decodeProtobuf(_body: Buffer): unknown {
  throw unsupportedMediaType(
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
  )
}
