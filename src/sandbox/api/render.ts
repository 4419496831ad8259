import { stringify } from 'yaml'
import type { KubeObject } from '../contracts.ts'
import { negotiate, type Representation } from './accept.ts'
import { type Answer, header, type ResourceRequest } from './context.ts'
import { encodeList, encodeObject } from './encode.ts'
import { type IncludeObject, type TableRequest, tableFor, toPartial, toTable } from './tables/tables.ts'

const CALICO_TYPES = 'application/json, application/yaml'
const CORE_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'

export function representationOf(request: ResourceRequest): Representation {
  return negotiate(header(request, 'accept'), request.type.aggregated ? CALICO_TYPES : CORE_TYPES)
}

export function tableRequest(request: ResourceRequest, representation: Representation): TableRequest {
  return {
    type: request.type,
    table: tableFor(request.type, request.context.hooks.tables),
    metaVersion: representation.metaVersion ?? 'v1',
    include: includeOf(request.query),
    now: request.context.clock.now(),
  }
}

function includeOf(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject')
  return value === 'Object' || value === 'None' ? value : 'Metadata'
}

/** One object in the form the client asked for. */
export function renderObject(request: ResourceRequest, object: KubeObject, status = 200): Answer {
  const representation = representationOf(request)
  if (representation.as === 'Table') {
    const metadata = { resourceVersion: object.metadata.resourceVersion }
    return finish(representation, status, toTable(tableRequest(request, representation), [object], metadata))
  }
  if (representation.as) return finish(representation, status, toPartial(object, representation.metaVersion!))
  if (representation.format === 'yaml')
    return finish(representation, status, JSON.parse(encodeObject(request.type, object)))
  return { status, body: `${encodeObject(request.type, object)}\n`, contentType: 'application/json' }
}

export interface ListMetadata {
  resourceVersion: string
  continue?: string
  remainingItemCount?: number
}

export function renderList(request: ResourceRequest, items: readonly KubeObject[], metadata: ListMetadata): Answer {
  const representation = representationOf(request)
  if (representation.as === 'Table') {
    return finish(representation, 200, toTable(tableRequest(request, representation), items, { ...metadata }))
  }
  if (representation.as) {
    const metaVersion = representation.metaVersion!
    return finish(representation, 200, {
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${metaVersion}`,
      metadata,
      items: items.map((item) => toPartial(item, metaVersion)),
    })
  }
  // Custom resources are listed as they lie there: also what is empty of the metadata.
  const body = encodeList(request.type, items, request.type.custom ? { continue: '', ...metadata } : metadata)
  if (representation.format === 'yaml') return finish(representation, 200, JSON.parse(body))
  return { status: 200, body, contentType: 'application/json' }
}

/** Any other document (Status, Scale, reviews) in the client's format. */
export function renderDocument(request: ResourceRequest, document: object, status = 200): Answer {
  return finish(representationOf(request), status, document)
}

function finish(representation: Representation, status: number, document: object): Answer {
  if (representation.format === 'yaml') {
    return { status, body: stringify(document, { sortMapEntries: true }), contentType: 'application/yaml' }
  }
  return { status, body: `${JSON.stringify(document)}\n`, contentType: 'application/json' }
}
