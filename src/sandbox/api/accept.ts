import { ApiError } from './api-error.ts'

/** How an answer is written: JSON or YAML, and whether objects are turned into table rows or bare metadata. */
export interface Representation {
  format: 'json' | 'yaml'
  as?: 'Table' | 'PartialObjectMetadata'
  /** Version of `meta.k8s.io` asked for with `as`. */
  metaVersion?: 'v1' | 'v1beta1'
}

interface AcceptClause {
  type: string
  parameters: Record<string, string>
}

const JSON_TYPES = new Set(['application/json', '*/*', 'application/*'])

function parseAccept(header: string | undefined): AcceptClause[] {
  if (!header) return []
  return header.split(',').map((part) => {
    const [type = '', ...rest] = part.split(';').map((piece) => piece.trim())
    const parameters: Record<string, string> = {}
    for (const piece of rest) {
      const equals = piece.indexOf('=')
      if (equals > 0) parameters[piece.slice(0, equals)] = piece.slice(equals + 1)
    }
    return { type: type.toLowerCase(), parameters }
  })
}

/**
 * The first clause this server can meet, in the client's order. Protobuf and CBOR clauses are skipped: JSON is always
 * offered beside them by clients that want an answer.
 */
export function negotiate(
  header: string | undefined,
  available = 'application/json, application/yaml',
): Representation {
  const clauses = parseAccept(header)
  if (clauses.length === 0) return { format: 'json' }
  for (const { type, parameters } of clauses) {
    const format = JSON_TYPES.has(type) ? 'json' : type === 'application/yaml' ? 'yaml' : null
    if (!format) continue
    const as = parameters.as
    if (as === undefined) return { format }
    const metaVersion = parameters.v
    if (parameters.g !== 'meta.k8s.io' || (metaVersion !== 'v1' && metaVersion !== 'v1beta1')) continue
    if (as === 'Table') return { format, as, metaVersion }
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') {
      return { format, as: 'PartialObjectMetadata', metaVersion }
    }
  }
  throw new ApiError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${available}`, {})
}

/** Discovery has its own document forms; anything else it can answer is the legacy list. */
export function wantsAggregatedDiscovery(header: string | undefined): boolean {
  return parseAccept(header).some(
    ({ type, parameters }) =>
      type === 'application/json' &&
      parameters.g === 'apidiscovery.k8s.io' &&
      parameters.v === 'v2' &&
      parameters.as === 'APIGroupDiscoveryList',
  )
}
